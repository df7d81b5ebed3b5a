"""Terraform's regular expressions (Go's RE2 syntax) as Python's, and never for longer than they are worth.

Go's engine takes time in proportion to the text. Python's goes back, for some patterns longer than anybody lives, and a
person chooses the text; so every search has a time after which the condition is left to Terraform. The `regex` package
can stop, and lets other threads run meanwhile.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, TypeVar

import regex  # type: ignore[import-untyped]

from .errors import EvaluationError, Unsupported

_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "digit": "0-9",
    "lower": "a-z",
    "upper": "A-Z",
    "space": r"\s",
    "word": r"\w",
    "xdigit": "0-9A-Fa-f",
    "punct": r"!-/:-@\[-`{-~",
}
_POSIX = re.compile(r"\[:(\w+):\]")
# Unicode categories, quoted runs and the like have no counterpart in Python's module.
_FOREIGN = re.compile(r"\\[pPQCX]|\(\?[^:P]*[sU]|\[\[:\^")


# For all searches of one condition together.
_SECONDS = 0.2

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
Result = TypeVar("Result")


@contextmanager
def patience() -> Iterator[None]:
    """Inside, all searches together have so long; an inner one does not begin anew."""
    if _deadline.get() is not None:
        yield
        return
    token = _deadline.set(time.monotonic() + _SECONDS)
    try:
        yield
    finally:
        _deadline.reset(token)


def first(pattern: str, text: str) -> Any:
    """The first match, or None. Raises Unsupported when it takes too long."""
    return _bounded(lambda seconds: _compiled(pattern).search(text, timeout=seconds, concurrent=True))


def every(pattern: str, text: str) -> list[Any]:
    """All matches, in order. Raises Unsupported when it takes too long."""
    return _bounded(lambda seconds: list(_compiled(pattern).finditer(text, timeout=seconds, concurrent=True)))


def replaced(pattern: str, template: str, text: str) -> str:
    """The text with every match replaced. Raises Unsupported when it takes too long."""
    done = _bounded(lambda seconds: _compiled(pattern).sub(template, text, timeout=seconds, concurrent=True))
    return str(done)


def _bounded(search: Callable[[float], Result]) -> Result:
    deadline = _deadline.get()
    left = _SECONDS if deadline is None else deadline - time.monotonic()
    if left <= 0:
        raise Unsupported("searching takes too long")
    try:
        return search(left)
    except TimeoutError:
        raise Unsupported("searching takes too long") from None
    except regex.error as error:
        raise EvaluationError(f"not a replacement: {error}") from None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    """The pattern for Python; Unsupported where the two dialects differ beyond translation."""
    if _FOREIGN.search(pattern) or "(?m" in pattern:
        raise Unsupported("a regular expression in Go's own syntax")
    try:
        return regex.compile(_ends(_POSIX.sub(_posix, pattern)), regex.ASCII | regex.V0)
    except regex.error as error:
        raise EvaluationError(f"not a regular expression: {error}") from None


def _posix(match: re.Match[str]) -> str:
    try:
        return _CLASSES[match.group(1)]
    except KeyError:
        raise Unsupported(f"the class {match.group()}") from None


def _ends(pattern: str) -> str:
    r"""`$` and `\z` mean the very end in Go; Python's `$` also matches before a last line break."""
    out: list[str] = []
    inside = False
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            pair = pattern[at : at + 2]
            out.append(r"\Z" if pair == r"\z" else pair)
            at += 2
            continue
        inside = character == "[" or (inside and character != "]")
        out.append(r"\Z" if character == "$" and not inside else character)
        at += 1
    return "".join(out)
