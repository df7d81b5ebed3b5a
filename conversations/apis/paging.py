"""Pages and keys of REST requests: limits, opaque cursors, Idempotency-Key."""

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from rest_framework.request import Request

from conversations.cleaning import is_uuid
from conversations.documents import ConversationView
from conversations.errors import InvalidRequest

PAGE_SIZE, LARGEST_PAGE = 50, 200
_KEY_CHARACTERS = 255
_NAMESPACE = UUID("6f2c1a52-6a0e-4d0b-9f0e-5d1c7f0f3a11")


def limit_of(request: Request) -> int:
    """`?limit=`, 1 to 200."""
    text = request.query_params.get("limit", str(PAGE_SIZE))
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII) or not 1 <= int(text) <= LARGEST_PAGE:
        raise InvalidRequest(f"limit must be a whole number from 1 to {LARGEST_PAGE}.", field="limit")
    return int(text)


def cursor_of(request: Request) -> tuple[datetime, str] | None:
    """`?cursor=` as it came with an earlier page: where that one ended."""
    text = request.query_params.get("cursor")
    if not text:
        return None
    try:
        milliseconds, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if is_uuid(key):
            return datetime.fromtimestamp(milliseconds / 1000, UTC), key
    except (ValueError, TypeError, OverflowError, OSError, RecursionError, binascii.Error):
        pass
    raise InvalidRequest("cursor is not one that this server gave; take `next` as it is.", field="cursor")


def cursor_after(conversation: ConversationView) -> str:
    milliseconds = round(conversation.created_at.timestamp() * 1000)
    text = json.dumps([milliseconds, conversation.id]).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def next_url(request: Request, **query: Any) -> str:
    """This request's address with other query parameters."""
    params = request.query_params.copy()
    for name, value in query.items():
        params[name] = str(value)
    return request.build_absolute_uri(f"{request.path}?{params.urlencode()}")


def idempotency_uuid(request: Request, scope: str) -> str:
    """A UUID that is the same for the same Idempotency-Key within `scope`; a new one when there is no key."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return str(uuid4())
    if not 1 <= len(key) <= _KEY_CHARACTERS:
        raise InvalidRequest(f"Idempotency-Key must have 1 to {_KEY_CHARACTERS} characters.", field="Idempotency-Key")
    return key.lower() if is_uuid(key) else str(uuid5(_NAMESPACE, f"{scope}:{key}"))


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object that was sent; an empty body is an empty object."""
    body = request.data
    if not isinstance(body, dict):
        raise InvalidRequest("The body must be a JSON object.", field="body")
    return body
