"""Runs one Terraform process and follows its output. The only place in the orchestrator that starts processes.

The process gets a session of its own and writes into a file, so it outlives a worker that dies: a killed apply leaves
resources that no state knows of. It is stopped by an interrupt, upon which Terraform lets running operations end and
saves its state; only after the grace time is the whole group killed.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestrator.executors.base import ExecutorError

_POLL_SECONDS = 0.025
_READ_BYTES = 1 << 18


@dataclass(frozen=True)
class Control:
    """When to stop, how patiently, and who wants to know of the process."""

    should_stop: Callable[[], str | None]
    deadline: float
    """On the monotonic clock."""
    grace_seconds: float
    on_process: Callable[[int, float], None] = lambda pid, started: None

    def why_stop(self) -> str | None:
        return self.should_stop() or ("timeout" if time.monotonic() >= self.deadline else None)


@dataclass(frozen=True)
class Ended:
    returncode: int
    stopped: str | None = None
    """Why it was interrupted; None when it ended by itself."""
    killed: bool = False
    """It did not end within the grace time, so its state may not be saved."""

    @property
    def died(self) -> bool:
        """It was ended by a signal, ours or another's, and had no time to save anything."""
        return self.killed or self.returncode < 0


def run(
    command: Sequence[str],
    *,
    directory: Path,
    environment: Mapping[str, str],
    output: Path,
    control: Control,
    on_line: Callable[[str], None] | None = None,
) -> Ended:
    """Run `command` to its end, handing each line of its output on as it appears.

    Standard output goes to `output`, standard error beside it (`errors_of`). What `on_line` raises interrupts the
    process and is raised again when that has ended. When the worker itself is ended, Terraform goes on.
    """
    with _private(output) as out, _private(_errors_path(output)) as errors:
        process = _start(command, directory, environment, out, errors)
    control.on_process(process.pid, started_at(process.pid))
    lines = Follower(output)
    try:
        ended = _follow(process, lines, control, on_line)
    except Exception:
        _stop(process, control.grace_seconds)
        raise
    finally:
        lines.close()
    return ended


def errors_of(output: Path) -> str:
    """What the process wrote to standard error (its last 4,000 characters)."""
    return _errors_path(output).read_text(encoding="utf-8", errors="replace")[-4000:].strip()


def started_at(pid: int) -> float:
    """When a process began, in seconds of the epoch: with the pid, it names a process for good."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = next(line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("btime"))
    except (OSError, StopIteration):
        return time.time()
    return int(boot.split()[1]) + int(fields[19]) / os.sysconf("SC_CLK_TCK")


class Follower:
    """Reads a file that somebody else is still writing, a complete line at a time."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._rest = b""

    def lines(self) -> Iterator[str]:
        while chunk := self._file.read(_READ_BYTES):
            *complete, self._rest = (self._rest + chunk).split(b"\n")
            for line in complete:
                yield line.decode("utf-8", "replace")

    def last(self) -> Iterator[str]:
        """What is left when the writer has ended, its unfinished last line included."""
        yield from self.lines()
        if self._rest:
            yield self._rest.decode("utf-8", "replace")
            self._rest = b""

    def close(self) -> None:
        self._file.close()


def _follow(
    process: subprocess.Popen[bytes], lines: Follower, control: Control, on_line: Callable[[str], None] | None
) -> Ended:
    why: str | None = None
    give_up = float("inf")
    killed = False
    while process.poll() is None:
        _hand_on(lines.lines(), on_line)
        if why is None and (why := control.why_stop()) is not None:
            process.send_signal(signal.SIGINT)
            give_up = time.monotonic() + control.grace_seconds
        if time.monotonic() >= give_up and not killed:
            killed = _kill_group(process)
        time.sleep(_POLL_SECONDS)
    _hand_on(lines.last(), on_line)
    return Ended(process.returncode, why, killed)


def _hand_on(lines: Iterator[str], on_line: Callable[[str], None] | None) -> None:
    if on_line is not None:
        for line in lines:
            on_line(line)


def _start(
    command: Sequence[str], directory: Path, environment: Mapping[str, str], out: int, errors: int
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - a list, never a shell; the program is the configured one
            list(command),
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            start_new_session=True,
        )
    except OSError as error:
        detail = f"{command[0]} cannot be started: {error.strerror or error}."
        raise ExecutorError("terraform_missing", detail) from error


def _stop(process: subprocess.Popen[bytes], grace_seconds: float) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            _kill_group(process)
            process.wait()


def _kill_group(process: subprocess.Popen[bytes]) -> bool:
    """Terraform and its providers: the session's leader is also its group's."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _errors_path(output: Path) -> Path:
    return output.with_name(output.name + ".stderr")


@contextmanager
def _private(path: Path) -> Iterator[int]:
    """A file for a child to append to, readable by nobody else."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
