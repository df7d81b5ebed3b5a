"""From what a person types after --url, or nothing, to the server, its REST API and its socket."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import quote, urlsplit

from .frames import ChatError

DEFAULT_URL = "http://127.0.0.1:8000"
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

    def socket(self, conversation: str, after: int, bot: str = "") -> str:
        """`bot` is whom a new conversation is with; empty for the server's choice."""
        chosen = f"&bot={quote(bot, safe='')}" if bot else ""
        return f"{self.ws}/ws/v1/conversations/{conversation}/?after={after}{chosen}"

    def api(self, path: str) -> str:
        return f"{self.http}/api/v1/{path}"


class Stack(Protocol):
    """A development stack that is up: where it is, and what it is called wherever it is."""

    @property
    def web(self) -> str: ...

    @property
    def identity(self) -> str: ...


@dataclass(frozen=True)
class Server:
    """Whom a client talks to. `identity` is that of the development stack which is known to answer at `url`."""

    url: str
    identity: str = ""

    @classmethod
    def choose(cls, asked: str, stack: Stack | None) -> "Server":
        """The server at the address `asked` for; without one the running stack, or the usual address."""
        if stack is None:
            return cls(asked or DEFAULT_URL)
        is_stack = not asked or Addresses.parse(asked) == Addresses.parse(stack.web)
        return cls(stack.web, stack.identity) if is_stack else cls(asked)

    @property
    def token_name(self) -> str | None:
        """Under which name its token is kept: a token must never reach another server.

        None when it must not be kept: who listens on a port of this machine today may be somebody else tomorrow.
        """
        if self.identity:
            return f"stack {self.identity}"
        address = Addresses.parse(self.url).http
        return None if _is_this_machine(urlsplit(address).hostname or "") else address


def _is_this_machine(host: str) -> bool:
    try:
        found = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return found.is_loopback or found.is_unspecified
