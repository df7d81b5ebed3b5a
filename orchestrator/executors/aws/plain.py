"""What botocore answers, as JSON values."""

import codecs
import contextlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from botocore.response import StreamingBody

_LONGEST_BYTES = 64
_LONGEST_BODY = 8_000
"""Bytes of a streamed answer that are read; the rest is for whoever fetches it without us."""


def plain(value: Any) -> Any:  # noqa: PLR0911 (one line per type)
    """An answer as a JSON value."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value[:_LONGEST_BYTES].decode("utf-8", "replace")
    if isinstance(value, StreamingBody):
        return _body_text(value)
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _body_text(body: StreamingBody) -> str | None:
    """The beginning of a streamed answer; None when it is no text."""
    with contextlib.closing(body):
        read = body.read(_LONGEST_BODY + 1)
    try:
        # A letter may have been cut in two at the end.
        text = codecs.getincrementaldecoder("utf-8")().decode(read[:_LONGEST_BODY])
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    return text if len(read) <= _LONGEST_BODY else f"{text}…"
