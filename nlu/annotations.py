"""Values marked in training phrases: `play [the beatles](artist)`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .text import phrase_key

_MARKED = re.compile(r"\[([^\[\]]+)\]\((\w+)\)")


@dataclass(frozen=True)
class Marked:
    """text[start:end] is a value of `slot`."""

    slot: str
    start: int
    end: int


def read_marked(phrase: str) -> tuple[str, tuple[Marked, ...]]:
    """The phrase as people say it, and what is marked in it."""
    parts: list[str] = []
    found: list[Marked] = []
    at = length = 0
    for match in _MARKED.finditer(phrase):
        before, value = phrase[at : match.start()], match[1]
        start = length + len(before)
        found.append(Marked(match[2], start, start + len(value)))
        parts += [before, value]
        length, at = start + len(value), match.end()
    return "".join([*parts, phrase[at:]]), tuple(found)


def as_said(phrase: str) -> str:
    return read_marked(phrase)[0]


def unique(phrases: Sequence[str]) -> list[str]:
    """One of those that are said alike, in their order."""
    return list({phrase_key(as_said(phrase)): phrase for phrase in reversed(phrases)}.values())[::-1]


def mark(text: str, marked: tuple[Marked, ...]) -> str:
    """The other way round; `marked` in the order of the text."""
    parts: list[str] = []
    at = 0
    for each in marked:
        parts += [text[at : each.start], f"[{text[each.start : each.end]}]({each.slot})"]
        at = each.end
    return "".join([*parts, text[at:]])
