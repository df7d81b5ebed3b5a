"""Values from a list with synonyms, in any case, and from regular expressions."""

import re
from collections.abc import Iterable

from ..text import straighten
from ..types import EntityDefinition
from .candidates import END, START, Candidate, phrase_pattern


def _key(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", straighten(text)).strip().casefold()


class ListFinder:
    def __init__(self, definition: EntityDefinition) -> None:
        self._slot = definition.name
        self._values = {
            _key(word): value for value, synonyms in definition.values.items() for word in (*synonyms, value)
        }
        words = (straighten(word) for value, synonyms in definition.values.items() for word in (value, *synonyms))
        self._pattern = re.compile(f"{START}(?:{phrase_pattern(words)}){END}", re.IGNORECASE)

    def find(self, text: str) -> Iterable[Candidate]:
        for match in self._pattern.finditer(text):
            value = self._values.get(_key(match.group()))
            if value is not None:
                yield Candidate(self._slot, "list", value, match.start(), match.end(), "list")


class PatternFinder:
    """The value is the group `value`, or the whole match."""

    def __init__(self, definition: EntityDefinition) -> None:
        self._slot = definition.name
        self._pattern = re.compile(definition.pattern, re.IGNORECASE)
        self._group: int | str = "value" if "value" in self._pattern.groupindex else 0

    def find(self, text: str) -> Iterable[Candidate]:
        for match in self._pattern.finditer(text):
            start, end = match.span(self._group)
            if end > start:
                yield Candidate(self._slot, "pattern", text[start:end], start, end, "pattern", opaque=True)
