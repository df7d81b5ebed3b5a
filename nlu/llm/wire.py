"""One request to `/chat/completions` and its answer, bounded in time and size. Says nothing of what was sent."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import certifi
import httpx

from .config import Endpoint
from .deadline import Cutter, Deadline
from .errors import LlmError, NotUnderstandable, Overloaded, Refused, TooSlow, Unreachable

_CONNECT_SECONDS = 3.0
_LARGEST_BYTES = 262_144
_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})


class UnknownField(Refused):
    """400 or 422: the endpoint may not know a field of the request."""


@dataclass(frozen=True)
class Raw:
    status: int
    headers: Mapping[str, str]
    content: bytes


def post(endpoint: Endpoint, body: Mapping[str, Any], deadline: Deadline) -> bytes:
    """The content of a 200. Raises LlmError."""
    raw = _exchanged(endpoint, body, deadline)
    if raw.status == 200:
        return raw.content
    if raw.status in _BUSY or raw.status >= 500:
        after = retry_after(raw.headers.get("retry-after"))
        raise Overloaded(f"The language model answered with status {raw.status}.", retry_after=after)
    kind = UnknownField if raw.status in (400, 422) else Refused
    raise kind(f"The language model answered with status {raw.status}.")


def retry_after(header: str | None) -> float | None:
    """Seconds, from a number or a date; None when there is none to be read."""
    if header is None:
        return None
    try:
        return max(float(header), 0.0) if float(header) < 1e9 else None
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


def _exchanged(endpoint: Endpoint, body: Mapping[str, Any], deadline: Deadline) -> Raw:
    timeout = httpx.Timeout(deadline.remaining, connect=min(deadline.remaining, _CONNECT_SECONDS))
    cutter = Cutter()
    try:
        # A client for each request: nothing of one bot's connection, cookies or proxies is met by another's.
        with (
            cutter.within(deadline),
            httpx.Client(verify=_trusted(), timeout=timeout, trust_env=False, follow_redirects=False) as client,
            client.stream(
                "POST",
                f"{endpoint.base_url.rstrip('/')}/chat/completions",
                json=body,
                headers=_headers(endpoint),
                extensions={"trace": cutter.trace},
            ) as response,
        ):
            return Raw(response.status_code, dict(response.headers), _content(response, deadline))
    except LlmError:
        raise
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        if cutter.is_cut or deadline.is_over:
            raise TooSlow("The language model did not answer in time.") from None
        # The error's own words may hold the address, its class says enough.
        raise Unreachable(f"The language model cannot be reached ({type(error).__name__}).") from None


def _headers(endpoint: Endpoint) -> dict[str, str]:
    made = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "infrachat"}
    return made | ({"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {})


def _content(response: httpx.Response, deadline: Deadline) -> bytes:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise NotUnderstandable("The language model packed its answer, which nobody had asked for.")
    parts: list[bytes] = []
    size = 0
    for part in response.iter_raw():
        size += len(part)
        if size > _LARGEST_BYTES:
            raise NotUnderstandable(f"The language model's answer is longer than {_LARGEST_BYTES} bytes.")
        parts.append(part)
    # A connection that was cut looks like one that ended by itself.
    if deadline.is_over:
        raise TooSlow("The language model did not answer in time.")
    return b"".join(parts)


@cache
def _trusted() -> ssl.SSLContext:
    """The machine's own authorities and the well-known ones."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
