"""Keys of the widget: signed, short-lived, bound to one site and one origin; good for the chat and for nothing else.

A token opens the socket and lasts minutes. A visitor's key gets a visitor their next token, and lasts while it is used.
Nothing is stored: whether person, site and origin are still allowed is asked with every use.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core import signing

PREFIX = "w1."
"""No other key begins like this (API tokens are hexadecimal)."""
_TOKEN, _VISITOR = "infrachat.widget.token", "infrachat.widget.visitor"


@dataclass(frozen=True)
class Claim:
    """What a token says: whom (of which kind: see guests.py), where, and when the first of its line was issued (seconds
    since 1970)."""

    site: str
    user_id: str
    kind: str
    origin: str
    since: int


def token_sign(claim: Claim) -> tuple[str, datetime]:
    """A token and when it ends."""
    content = {"s": claim.site, "u": claim.user_id, "k": claim.kind, "o": claim.origin, "t": claim.since}
    seconds = int(settings.WIDGET["TOKEN_SECONDS"])
    return PREFIX + _signer(_TOKEN).sign_object(content), datetime.fromtimestamp(int(time.time()) + seconds, UTC)


def token_read(key: str) -> Claim | None:
    """What an unexpired token of ours says, or None."""
    content = _read(_TOKEN, key, settings.WIDGET["TOKEN_SECONDS"])
    return Claim(content["s"], content["u"], content["k"], content["o"], content["t"]) if content else None


def visitor_sign(site: str, user_id: str) -> str:
    """The key by which a visitor is known again."""
    return PREFIX + _signer(_VISITOR).sign_object({"s": site, "u": user_id})


def visitor_read(key: str, site: str) -> str | None:
    """The user id of a visitor of this site, or None."""
    content = _read(_VISITOR, key, settings.WIDGET["VISITOR_DAYS"] * 86_400)
    return str(content["u"]) if content and content["s"] == site else None


def _read(salt: str, key: str, seconds: float) -> dict[str, Any] | None:
    if not key.startswith(PREFIX):
        return None
    try:
        content: dict[str, Any] = _signer(salt).unsign_object(key.removeprefix(PREFIX), max_age=seconds)
    except signing.BadSignature:  # an expired one too
        return None
    return content


def _signer(salt: str) -> signing.TimestampSigner:
    # A subprotocol may contain a dot, and no colon.
    return signing.TimestampSigner(salt=salt, sep=".")
