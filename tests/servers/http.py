"""An HTTP server over a real socket that answers as a test says, and keeps what it was asked."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Answerer = Callable[["Asked", socket.socket], None]


@dataclass(frozen=True)
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class ScriptedServer:
    """`port` is free; `asked` has every request, the first one first; `connections` counts those that were taken."""

    answerer: Answerer
    address: str = "127.0.0.1"
    context: ssl.SSLContext | None = None
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._socket = socket.create_server((self.address, self.port))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.port}"

    @property
    def place(self) -> str:
        return f"{self.address}:{self.port}"

    def close(self) -> None:
        self.ended.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            stream = connection
            if self.context is not None:
                stream = self.context.wrap_socket(connection, server_side=True)
            asked = _read(stream)
            if asked is not None:
                self.asked.append(asked)
                self.answerer(asked, stream)
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_WR)


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Answerer:
    """Always the same; `_` in a header's name is a dash."""

    def answerer(asked: Asked, connection: socket.socket) -> None:
        fields = {"Content-Length": str(len(body)), **{name.replace("_", "-"): each for name, each in headers.items()}}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        connection.sendall(f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + body)

    return answerer


@contextlib.contextmanager
def scripted_server(answerer: Answerer, **options: object) -> Iterator[ScriptedServer]:
    server = ScriptedServer(answerer, **options)  # type: ignore[arg-type]
    try:
        yield server
    finally:
        server.close()


def _read(connection: socket.socket) -> Asked | None:
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65_536)
        if not more:
            return None
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65_536)
    return Asked(method, target, headers, body)
