"""A proxy in front of an SQS endpoint that fails as SQS and the network do."""

import contextlib
import http.client
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from .proxy import Answer, Proxy, Request

_INJECTED = b'{"__type": "com.amazonaws.sqs#Injected", "message": "injected"}'


class FaultProxy(Proxy):
    """Forwards requests to `upstream`, except for what it was told to break. Thread-safe."""

    def __init__(self, upstream: str, *, copies: Callable[[str], Sequence[float]] = lambda operation: ()) -> None:
        """`copies` says of a request how many seconds later it is made again, once for each number."""
        super().__init__(upstream)
        self.seen: Counter[str] = Counter()
        """How often each operation was asked for."""
        self.copied: Counter[str] = Counter()
        """How often each was made again."""
        self.copies = copies
        self._status: dict[str, int] = {}
        self._dead: set[socket.socket] = set()

    def answer(self, operation: str, status: int) -> None:
        """Answer this operation with an error from now on."""
        self._status[operation] = status

    def cut(self) -> None:
        """Half-open: the connections there are stay open and nothing ever comes back on them; new ones work."""
        with self._lock:
            self._dead |= self._open

    def heal(self) -> None:
        """Work again, except for connections that were cut."""
        self._status.clear()
        if not self.listening:
            self.start()

    def respond(self, request: Request) -> Answer | None:
        if self._is_dead(request.connection):
            return None
        operation = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        self.seen[operation] += 1
        if (status := self._status.get(operation)) is not None:
            return Answer(status, {}, _INJECTED)
        answer = self.forward(request)
        self._repeat(operation, request)
        return None if self._is_dead(request.connection) else answer

    def closed(self, connection: socket.socket) -> None:
        super().closed(connection)
        with self._lock:
            self._dead.discard(connection)

    def _is_dead(self, connection: socket.socket) -> bool:
        with self._lock:
            return connection in self._dead

    def _repeat(self, operation: str, request: Request) -> None:
        """Make the request again, as often and as late as `copies` says; nobody gets the answers."""
        for seconds in self.copies(operation):
            timer = threading.Timer(seconds, self._again, (operation, request))
            timer.daemon = True
            timer.start()

    def _again(self, operation: str, request: Request) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.forward(request)
            self.copied[operation] += 1


@contextlib.contextmanager
def fault_proxy(upstream: str) -> Iterator[FaultProxy]:
    """A running proxy while inside."""
    proxy = FaultProxy(upstream)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
