"""Characters to tokens."""

import re
from dataclasses import dataclass

from .errors import Unsupported

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|\#[^\n]*|//[^\n]*|/\*.*?\*/)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<name>[^\W\d][\w-]*)
  | (?P<operator>\.\.\.|==|!=|<=|>=|&&|\|\||=>|[-+*/%!<>?:()\[\]{},.=])
  | (?P<quote>")
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_UNICODE_DIGITS = {"u": 4, "U": 8}


@dataclass(frozen=True)
class Token:
    """`kind` is number, name, operator, string or end."""

    kind: str
    text: str


def tokens(source: str) -> list[Token]:
    """All tokens of `source`, closed by one of kind `end`."""
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise Unsupported(f"cannot read {source[at : at + 20]!r}")
        at = match.end()
        kind = str(match.lastgroup)
        if kind == "quote":
            text, at = _string(source, at)
            found.append(Token("string", text))
        elif kind != "space":
            found.append(Token(kind, match.group()))
    found.append(Token("end", ""))
    return found


def _string(source: str, at: int) -> tuple[str, int]:
    """The text of a string that begins at `at`, after its quote, and where the rest of the source begins."""
    text: list[str] = []
    while at < len(source):
        character = source[at]
        if character == '"':
            return "".join(text), at + 1
        if character == "\\":
            piece, at = _escape(source, at + 1)
        elif character in "$%" and source[at : at + 3] == character * 2 + "{":
            piece, at = character + "{", at + 3
        elif character in "$%" and source[at : at + 2] == character + "{":
            raise Unsupported("a template inside a string")
        else:
            piece, at = character, at + 1
        text.append(piece)
    raise Unsupported("a string without an end")


def _escape(source: str, at: int) -> tuple[str, int]:
    letter = source[at : at + 1]
    if letter in _UNICODE_DIGITS:
        end = at + 1 + _UNICODE_DIGITS[letter]
        return chr(int(source[at + 1 : end], 16)), end
    if letter not in _ESCAPES:
        raise Unsupported(f"the escape \\{letter}")
    return _ESCAPES[letter], at + 1
