"""A site of somebody else: a real HTTP server on its own port, whose pages have a strict policy and embed the chat."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PAGE = """<!doctype html>
<html lang="{language}"{direction}>
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Intranet</title>
</head>
<body>
<main><h1>Intranet</h1><p>News of the day.</p><p><a href="/other">Another page</a></p></main>
<script type="module" src="{home}/widget/v1.js" {attributes}></script>
</body>
</html>
"""


@dataclass
class ForeignSite:
    """`home` is where Infrachat is; `options` become the script tag's data- attributes, on the next request."""

    home: str
    options: dict[str, str] = field(default_factory=dict)
    language: str = "en"
    direction: str = ""
    more_policy: str = ""
    asked: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def policy(self) -> str:
        """Nothing but our script and our connections: no style at all, no picture, no font."""
        sockets = self.home.replace("http", "ws", 1)
        allowed = f"script-src {self.home}; connect-src {self.home} {sockets}"
        closed = "default-src 'none'; style-src 'none'; base-uri 'none'; require-trusted-types-for 'script'"
        return f"{closed}; {allowed}{self.more_policy}"

    def page(self) -> bytes:
        attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in self.options.items())
        direction = f' dir="{self.direction}"' if self.direction else ""
        return _PAGE.format(home=self.home, attributes=attributes, language=self.language, direction=direction).encode()


@contextlib.contextmanager
def foreign_site(home: str, **options: str) -> Iterator[ForeignSite]:
    """Serve it on a free port of 127.0.0.1, which makes it another origin than ours."""
    site = ForeignSite(home, options)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            found = self.path.split("?")[0] in ("/", "/other")
            body = site.page() if found else b""
            self.send_response(200 if found else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", site.policy)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Tests say what was asked themselves."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
