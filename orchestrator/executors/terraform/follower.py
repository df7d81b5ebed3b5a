"""Reads the output of a process while it is written, by this worker's child or by one that outlived its worker."""

from collections.abc import Iterator
from pathlib import Path

Line = tuple[str, int]
"""A line of output, and where it ends in the file, in bytes."""

_READ_BYTES = 1 << 18


class Follower:
    """Reads a file that somebody else is still writing, a complete line at a time."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._rest = b""
        self._end = 0

    def lines(self) -> Iterator[Line]:
        while chunk := self._file.read(_READ_BYTES):
            *complete, self._rest = (self._rest + chunk).split(b"\n")
            for line in complete:
                self._end += len(line) + 1
                yield line.decode("utf-8", "replace"), self._end

    def last(self) -> Iterator[Line]:
        """What is left when the writer has ended, its unfinished last line included."""
        yield from self.lines()
        if self._rest:
            self._end += len(self._rest)
            yield self._rest.decode("utf-8", "replace"), self._end
            self._rest = b""

    def close(self) -> None:
        self._file.close()
