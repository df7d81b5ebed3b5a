"""A proxy in front of an SQS endpoint that fails as SQS and the network do."""

import contextlib
import http.client
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from .processes import free_port

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


class FaultProxy:
    """Forwards requests to `upstream`, except for what it was told to break. Thread-safe."""

    def __init__(self, upstream: str, *, copies: Callable[[str], Sequence[float]] = lambda operation: ()) -> None:
        """`copies` says of a request how many seconds later it is made again, once for each number."""
        self.upstream = urlsplit(upstream).netloc
        self.port = free_port()
        self.seen: Counter[str] = Counter()
        """How often each operation was asked for."""
        self.copied: Counter[str] = Counter()
        """How often each was made again."""
        self.copies = copies
        self._status: dict[str, int] = {}
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._dead: set[socket.socket] = set()
        self._server: _Server | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen (again)."""
        self._server = _Server(("127.0.0.1", self.port), _Handler, self)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def refuse(self) -> None:
        """Nobody listens any more; open connections are reset."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        with self._lock:
            connections = list(self._open)
        for each in connections:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

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
        if self._server is None:
            self.start()

    def stop(self) -> None:
        self.refuse()

    # For the handler

    def forward(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """What upstream answers."""
        upstream = http.client.HTTPConnection(self.upstream, timeout=60)
        with contextlib.closing(upstream):
            upstream.request("POST", path, body, headers)
            answer = upstream.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()

    def repeat(self, operation: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        """Make the request again, as often and as late as `copies` says; nobody gets the answers."""
        for seconds in self.copies(operation):
            timer = threading.Timer(seconds, self._again, (operation, path, body, headers))
            timer.daemon = True
            timer.start()

    def _again(self, operation: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.forward(path, body, headers)
            self.copied[operation] += 1

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)
            self._dead.discard(connection)

    def is_dead(self, connection: socket.socket) -> bool:
        with self._lock:
            return connection in self._dead

    def status_of(self, operation: str) -> int | None:
        self.seen[operation] += 1
        return self._status.get(operation)


@contextlib.contextmanager
def fault_proxy(upstream: str) -> Iterator[FaultProxy]:
    """A running proxy while inside."""
    proxy = FaultProxy(upstream)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], proxy: FaultProxy) -> None:
        self.proxy = proxy
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is what this is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.proxy.opened(self.connection)

    def finish(self) -> None:
        self.server.proxy.closed(self.connection)
        super().finish()

    def do_POST(self) -> None:
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if proxy.is_dead(self.connection):
            return None
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        status = proxy.status_of(operation)
        if status is not None:
            return self._send(status, {}, b'{"__type": "com.amazonaws.sqs#Injected", "message": "injected"}')
        headers = dict(self.headers)
        answer = proxy.forward(self.path, body, headers)
        proxy.repeat(operation, self.path, body, headers)
        return self._send(*answer)

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        if self.server.proxy.is_dead(self.connection):
            return
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Quiet."""
