"""A door before the emulator's: whose key signed what came through, and which roles were asked for."""

import http.client
import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Door:
    endpoint: str
    signed_by: set[str] = field(default_factory=set)
    roles: list[dict[str, list[str]]] = field(default_factory=list)
    """The parameters of each AssumeRole."""


@contextmanager
def door(upstream: str) -> Iterator[Door]:
    seen = Door("")
    given = {"upstream": upstream, "signed_by": seen.signed_by, "roles": seen.roles}
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Through", (_Through,), given)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Door(f"http://127.0.0.1:{server.server_address[1]}", seen.signed_by, seen.roles)
        server.shutdown()


class _Through(http.server.BaseHTTPRequestHandler):
    """Passes requests on to the emulator and remembers whose key signed them, and what was asked of STS."""

    protocol_version = "HTTP/1.1"
    upstream: str
    signed_by: set[str]
    roles: list[dict[str, list[str]]]

    def _pass_on(self) -> None:
        found = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
        self.signed_by.add(found[1] if found else "nobody")
        body = b"".join(self._body())
        if b"Action=AssumeRole" in body:
            self.roles.append(parse_qs(body.decode()))
        left_out = {"host", "transfer-encoding", "content-length"}
        headers = {name: value for name, value in self.headers.items() if name.lower() not in left_out}
        upstream = http.client.HTTPConnection(self.upstream.removeprefix("http://"), timeout=30)
        upstream.request(self.command, self.path, body or None, headers)
        answer = upstream.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in {"transfer-encoding", "connection", "content-length", "server", "date"}:
                self.send_header(name, value)
        length = answer.headers.get("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        upstream.close()

    def _body(self) -> Iterator[bytes]:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            yield self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815 - the names http.server looks for

    def log_message(self, format: str, *args: object) -> None:
        pass
