"""A language model behind a real socket: speaks chat completions, and says and does what a test scripts.

A script is a list of replies, used one after the other; the last one goes on for ever.
"""

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """`content` is what the model says, or a function of the request's body; `raw` replaces the whole answer."""

    content: str | Callable[[Body], str] = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    usage: Any = field(default_factory=lambda: {"total_tokens": 120})
    wait: threading.Event | None = None
    """Answers only when it is set."""
    drips: bool = False
    """Sends a byte now and then, for ever."""
    drips_headers: bool = False
    resets: bool = False
    """Breaks the connection instead of answering."""
    unknown: tuple[str, ...] = ()
    """Answers 400 when the request has one of these fields."""


def says(intent: str = "none", *slots: tuple[str, str], **more: Any) -> str:
    """A well-formed answer: numbers as the question lists them."""
    return json.dumps({"intent": intent, "slots": [{"slot": slot, "words": words} for slot, words in slots], **more})


class LanguageModel:
    """`requests` are the bodies that came, `headers` what came with each."""

    def __init__(self, *script: Reply) -> None:
        self.script = list(script)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.over = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler, self)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def next(self, body: dict[str, Any], headers: dict[str, str]) -> Reply:
        with self._lock:
            self.requests.append(body)
            self.headers.append(headers)
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def language_model(*script: Reply) -> Iterator[LanguageModel]:
    """A running one while inside."""
    model = LanguageModel(*script)
    model.start()
    try:
        yield model
    finally:
        model.stop()


def number_of(body: Body, described: str) -> str:
    """The number under which a question offers the intent or slot that it describes so."""
    lines = [line.partition(": ") for line in body["messages"][0]["content"].splitlines() if line[:1] in "is"]
    return next(number for number, _, text in lines if text.startswith(described))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], model: LanguageModel) -> None:
        self.model = model
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is what some of the scripts are for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        reply = self.server.model.next(body, dict(self.headers))
        if self.path != "/v1/chat/completions":
            return self._send(404, {}, b"{}")
        if reply.resets:
            # Zero seconds to linger: a reset instead of a good-bye.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return self.connection.close()
        if reply.wait is not None:
            while not (reply.wait.wait(0.02) or self.server.model.over.is_set()):
                pass
        if any(name in body for name in reply.unknown):
            return self._send(400, {}, b'{"error": {"message": "Unrecognized request argument"}}')
        if reply.drips or reply.drips_headers:
            return self._drip(begin=b"HTTP/1.1 200 OK\r\nX-Slow: " if reply.drips_headers else b"")
        return self._send(reply.status, reply.headers, _content(reply, body))

    def do_GET(self) -> None:
        """Where a redirect would lead."""
        self.server.model.next({"redirected": True}, dict(self.headers))
        self._send(200, {}, b"{}")

    def _drip(self, begin: bytes) -> None:
        self.close_connection = True
        self.wfile.write(begin or b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        with contextlib.suppress(OSError):
            while not self.server.model.over.wait(0.05):
                self.wfile.write(b"x" if begin else b" ")
                self.wfile.flush()

    def _send(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


def _content(reply: Reply, body: Body) -> bytes:
    if reply.raw is not None:
        return reply.raw
    content = reply.content(body) if callable(reply.content) else reply.content
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    answer = {"id": "1", "object": "chat.completion", "model": body["model"], "choices": [choice], "usage": reply.usage}
    return json.dumps(answer).encode()
