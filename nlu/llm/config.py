"""Where a language model answers, and what its address and the name of its key must look like."""

import ipaddress
import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit


class Mode(StrEnum):
    OFF = "off"
    SECOND_OPINION = "second_opinion"
    """Asked when the bot's own model is below its threshold, or cannot tell two intents apart."""
    REPLACEMENT = "replacement"
    """Asked about every message; only what it names is understood."""


@dataclass(frozen=True)
class Endpoint:
    """`base_url` is what precedes `/chat/completions`; `timeout_seconds` is for everything, retries included."""

    base_url: str
    model: str
    key: str = field(default="", repr=False)
    timeout_seconds: float = 8.0


# No other variable of a worker can be named, so that no address is ever sent the queue's keys.
KEY_NAME = re.compile(r"LLM_API_KEY(?:_[A-Z0-9_]{1,60})?")


def url_problem(url: str) -> str | None:
    """What is wrong with a base address; None when it can be right. Private addresses are: models run at home, too."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return "This is no address. Example: https://llm.example.com/v1."
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s\\\x00-\x1f\x7f]", url):
        return "The address must begin with https:// or http:// and name a server, as in https://llm.example.com/v1."
    if parts.username is not None or parts.password is not None:
        return "The address must not hold a name or a password; the key is named on its own."
    if parts.query or parts.fragment or "?" in url or "#" in url:
        return "The address must end with its path, as in https://llm.example.com/v1."
    if port == 0:
        return "No server listens on port 0."
    return "No language model answers at this kind of address." if _is_no_server(host) else None


def _is_no_server(host: str) -> bool:
    """Link-local addresses belong to the machine's own metadata service, never to a model."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_link_local or mapped.is_unspecified or mapped.is_multicast)
