"""A proxy in front of an HTTP endpoint, by which a test decides what becomes of each request."""

import contextlib
import http.client
import select
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from .processes import free_port

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    """With its query."""
    body: bytes
    headers: Message
    """Found by name in any case."""
    connection: socket.socket = field(repr=False)

    @property
    def client_port(self) -> int:
        """The port of whoever asks."""
        return int(self.connection.getpeername()[1])

    def gone(self) -> bool:
        """Whether whoever asked has closed the connection and waits for no answer."""
        try:
            readable, _, _ = select.select([self.connection], [], [], 0)
            return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except OSError:
            return True


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes


class Proxy:
    """Forwards requests to `upstream`. Thread-safe."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.port = free_port()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._server: _Server | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen (again)."""
        self._server = _Server(("127.0.0.1", self.port), _Handler, self)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def listening(self) -> bool:
        return self._server is not None

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

    def stop(self) -> None:
        self.refuse()

    def respond(self, request: Request) -> Answer | None:
        """What is answered; None: nothing, ever."""
        return self.forward(request)

    def forward(self, request: Request) -> Answer:
        """What upstream answers."""
        upstream = http.client.HTTPConnection(self.upstream, timeout=60)
        with contextlib.closing(upstream):
            upstream.request(request.method, request.path, request.body, dict(request.headers.items()))
            answer = upstream.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())

    # For the handler

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], proxy: Proxy) -> None:
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

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self.command, self.path, body, self.headers, self.connection)
        answer = self.server.proxy.respond(request)
        if answer is not None:
            self._send(answer)

    do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = _serve  # noqa: N815 (the base class finds them by these)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        if self.command == "HEAD":  # how long it would be
            length = {name.lower(): value for name, value in answer.headers.items()}.get("content-length", "0")
        else:
            length = str(len(answer.content))
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *args: Any) -> None:
        """Quiet."""
