"""Values from a list with synonyms, in any case, and from regular expressions."""

import logging
import re
from collections.abc import Iterable

import regex  # type: ignore[import-untyped]

from ..text import phrase_pattern, straighten
from ..types import EntityDefinition
from .candidates import END, START, Candidate
from .vocabulary import FUNCTION_WORDS, ORDINARY_WORDS

logger = logging.getLogger(__name__)

# An admin writes the pattern, anybody the text: no search may hold the interpreter for longer.
_SEARCH_SECONDS = 0.1


def _key(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", straighten(text)).strip().casefold()


class ListFinder:
    """A value that is an ordinary word (`none`, `single`) counts beside the slot's name or as the whole message."""

    def __init__(self, definition: EntityDefinition) -> None:
        self._slot = definition.name
        self._values = {
            _key(word): value for value, synonyms in definition.values.items() for word in (*synonyms, value)
        }
        words = (straighten(word) for value, synonyms in definition.values.items() for word in (value, *synonyms))
        self._pattern = re.compile(f"{START}(?:{phrase_pattern(words)}){END}", re.IGNORECASE)
        slot = phrase_pattern([definition.name])
        self._before = re.compile(rf"\b(?:{slot})\W+(?:\w+\W+)?$", re.IGNORECASE)
        self._after = re.compile(rf"\W+(?:\w+\W+)?(?:{slot})\b", re.IGNORECASE)

    def find(self, text: str) -> Iterable[Candidate]:
        for match in self._pattern.finditer(text):
            value = self._values.get(_key(match.group()))
            if value is not None and (not _is_ordinary(match.group()) or self._is_meant(text, *match.span())):
                yield Candidate(self._slot, "list", value, match.start(), match.end(), "list")

    def _is_meant(self, text: str, start: int, end: int) -> bool:
        alone = not text[:start].strip() and not text[end:].strip(" .!")
        return bool(alone or self._before.search(text[max(0, start - 80) : start]) or self._after.match(text, end))


class PatternFinder:
    """The value is the group `value`, or the whole match."""

    def __init__(self, definition: EntityDefinition) -> None:
        self._slot = definition.name
        self._pattern = regex.compile(definition.pattern, regex.IGNORECASE | regex.V0)
        self._group: int | str = "value" if "value" in self._pattern.groupindex else 0

    def find(self, text: str) -> Iterable[Candidate]:
        try:
            spans = [match.span(self._group) for match in self._pattern.finditer(text, timeout=_SEARCH_SECONDS)]
        except TimeoutError:
            logger.warning("the pattern of an entity takes too long and found nothing", extra={"entity": self._slot})
            return
        for start, end in spans:
            if end > start:
                yield Candidate(self._slot, "pattern", text[start:end], start, end, "pattern", opaque=True)


def _is_ordinary(word: str) -> bool:
    return word.casefold() in FUNCTION_WORDS | ORDINARY_WORDS
