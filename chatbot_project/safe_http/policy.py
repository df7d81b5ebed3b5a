"""What a call may do, what it sends, and what comes back."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

STANDARD_PORTS = frozenset({80, 443})
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Policy:
    """`internal` names hosts (`name` or `name:port`) that may be called though they are inside: with a port that port
    is allowed for them, without one the ports that are allowed anyway. Only the address a person wrote profits from it,
    never a redirect to elsewhere. Seconds are of the whole call, bytes of an answer both packed and unpacked."""

    seconds: float = 10.0
    response_bytes: int = 256 * 1024
    redirects: int = 3
    ports: frozenset[int] = STANDARD_PORTS | {8080, 8443}
    internal: frozenset[str] = frozenset()
    ssl_context: ssl.SSLContext | None = None


@dataclass(frozen=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_safe(self) -> bool:
        """Whether it may be repeated: it only reads."""
        return self.method == "GET"


@dataclass(frozen=True)
class Response:
    status: int
    content_type: str
    body: bytes
    url: str
