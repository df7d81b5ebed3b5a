"""From what a person types after --url to the addresses of the REST API and the socket."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from .frames import ChatError

HTTP_OF = {"http": "http", "https": "https", "ws": "http", "wss": "https"}


@dataclass(frozen=True)
class Addresses:
    """`http` is the base of pages and REST, `ws` that of sockets; neither ends in a slash."""

    http: str
    ws: str

    @classmethod
    def parse(cls, url: str) -> "Addresses":
        """`url` begins with http, https, ws or wss, or is `host:port` alone. Raises ChatError when it is no address."""
        parts = urlsplit(url if "://" in url else f"http://{url}")
        scheme = HTTP_OF.get(parts.scheme)
        if scheme is None or not parts.netloc:
            raise ChatError(
                f"--url: {url!r} is no address. Right would be http://127.0.0.1:8000 or wss://chat.example.com"
            )
        path = parts.path.split("/ws/v1")[0].rstrip("/")
        return cls(
            http=f"{scheme}://{parts.netloc}{path}", ws=f"{scheme.replace('http', 'ws', 1)}://{parts.netloc}{path}"
        )

    def socket(self, conversation: str, after: int) -> str:
        return f"{self.ws}/ws/v1/conversations/{conversation}/?after={after}"

    def api(self, path: str) -> str:
        return f"{self.http}/api/v1/{path}"
