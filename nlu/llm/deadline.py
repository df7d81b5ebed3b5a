"""One limit for a whole exchange. A server that sends a byte now and then keeps every single read within its limit, so
that the connection itself is cut when the time is over."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

_OPENED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds, at least a little: a limit of nothing means none in many a library."""
        return max(self._ends - time.monotonic(), 0.001)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._ends


class Cutter:
    """Shuts the connections of one request when its time is over; `trace` is httpcore's extension of that name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self.is_cut = False

    @contextlib.contextmanager
    def within(self, deadline: Deadline) -> Iterator["Cutter"]:
        timer = threading.Timer(deadline.remaining, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield self
        finally:
            timer.cancel()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        if event not in _OPENED:
            return
        opened = info["return_value"].get_extra_info("socket")
        with self._lock:
            self._open.append(opened)
            cut = self.is_cut
        if cut:
            _shut(opened)

    def _cut(self) -> None:
        with self._lock:
            self.is_cut = True
            opened = list(self._open)
        for each in opened:
            _shut(each)


def _shut(opened: socket.socket) -> None:
    # The plain one, for TLS would first say good-bye to whoever does not listen.
    with contextlib.suppress(OSError):
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
