"""Terraform's regular expressions (Go's RE2 syntax) as Python's."""

import re
from functools import lru_cache

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


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern for Python; Unsupported where the two dialects differ beyond translation."""
    if _FOREIGN.search(pattern) or "(?m" in pattern:
        raise Unsupported("a regular expression in Go's own syntax")
    try:
        return re.compile(_ends(_POSIX.sub(_posix, pattern)), re.ASCII)
    except re.error as error:
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
