"""Checks of single values that people and programs send: each returns the value, or refuses with a sentence.

Used for socket frames and for REST bodies alike; MongoDB can hold whatever passes.
"""

import json
import math
import re
from typing import Any, NoReturn

from .errors import InvalidFrame

Json = dict[str, Any]

TEXT_CHARACTERS = 4_000
REASON_CHARACTERS = 500
VALUES_DEPTH = 10
_LARGEST_INTEGER = 2**63 - 1
_LARGEST_SEQ = 9_999_999_999

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def text_clean(value: Any, name: str = "text") -> str:
    """A message's text: 1 to 4,000 characters that are not only space."""
    text = string_clean(value, name)
    if not text.strip():
        refuse(name, f"{name} is empty. Write 1 to {TEXT_CHARACTERS:,} characters.")
    return length_check(text, name, TEXT_CHARACTERS)


def values_clean(value: Any, name: str = "values") -> Json:
    """A form's values: an object of JSON values that MongoDB can hold."""
    if not isinstance(value, dict):
        refuse(name, f'{name} must be an object such as {{"name": "reports"}}, not {named(value)}.')
    _storable(value, name, VALUES_DEPTH)
    return value


def is_uuid(value: Any) -> bool:
    """Whether `value` is the text of a dashed UUID."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def uuid_clean(value: Any, name: str) -> str:
    """A dashed UUID, in lower case."""
    if not is_uuid(value):
        refuse(name, f"{name} must be a UUID such as 0b7e2c1e-8d5f-4f0a-9a51-3c2f6f1d2e4b, not {named(value)}.")
    return str(value).lower()


def seq_clean(value: Any, name: str = "after") -> int:
    """A number in a stream: a whole number, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_SEQ:
        refuse(name, f"{name} must be a whole number from 0 on, not {named(value)}.")
    return value


def seq_from_text(text: str, name: str = "after") -> int:
    """The same from an address or a header."""
    return seq_clean(int(text) if re.fullmatch(r"\d{1,11}", text, re.ASCII) else text, name)


def string_clean(value: Any, name: str) -> str:
    if not isinstance(value, str):
        refuse(name, f"{name} must be text, not {named(value)}.")
    _storable(value, name, 0)
    return value


def length_check(text: str, name: str, limit: int) -> str:
    if len(text) > limit:
        refuse(name, f"{name} is too long: {len(text):,} characters, the limit is {limit:,}.")
    return text


def _storable(value: Any, name: str, depth: int) -> None:
    """Refuse what JSON can say and MongoDB cannot hold."""
    if isinstance(value, str):
        if any("\ud800" <= each <= "\udfff" for each in value):
            refuse(name, f"{name} has half of a surrogate pair, which is not a character.")
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        if not _fits(value):
            refuse(name, f"{name} is a number too large to keep.")
    elif depth == 0:
        refuse(name, f"{name} is nested too deeply: the limit is {VALUES_DEPTH} levels.")
    elif isinstance(value, list):
        for each in value:
            _storable(each, name, depth - 1)
    else:
        for key, each in value.items():
            if not key or "\0" in key or key.startswith("$"):
                refuse(name, f"{name} has a key that cannot be a field's name.")
            _storable(key, name, 0)
            _storable(each, f"{name}.{key}", depth - 1)


def _fits(value: float) -> bool:
    return abs(value) <= _LARGEST_INTEGER if isinstance(value, int) else math.isfinite(value)


def named(value: Any) -> str:
    """How a refusal calls a value: short, and never a whole document."""
    if isinstance(value, str):
        shown = value if len(value) <= 40 else value[:39] + "…"
        return json.dumps(shown, ensure_ascii=True)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float):
        return str(value) if _fits(value) else "a number"
    return "a list" if isinstance(value, list) else "an object"


def refuse(name: str, detail: str) -> NoReturn:
    raise InvalidFrame(detail, field=name)
