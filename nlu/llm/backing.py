"""The values that a language model names, as they stand in the message: what no words of it back is dropped."""

import re
from collections.abc import Iterable, Iterator

from ..entities.candidates import Candidate, Strength
from ..entities.extractor import LEARNED, EntityExtractor
from ..entities.vocabulary import FUNCTION_WORDS
from ..text import straighten
from ..types import EntityDefinition

SOURCE = "llm"
_NAME = re.compile(r"[^\W_][\w.-]{0,118}[^\W_]|[^\W_]")


def backed(
    text: str, slots: Iterable[tuple[str, str]], extractor: EntityExtractor, entities: dict[str, EntityDefinition]
) -> Iterator[Candidate]:
    """Candidates with spans of `text` and values normalised by the bot's own finders; none for a slot of which these
    found a value by themselves: what is plainly said needs no interpreter."""
    plain = {each.slot for each in extractor.candidates(text)}
    for slot, words in slots:
        entity = entities.get(slot)
        span = span_of(text, words)
        if slot in plain or entity is None or span is None:
            continue
        value = _value(text[span[0] : span[1]], entity, extractor)
        if value is not None:
            yield Candidate(slot, entity.kind, value, *span, SOURCE, Strength.GUESS)


def span_of(text: str, words: str) -> tuple[int, int] | None:
    """Where the words stand as whole words, in any case; the last place, as the last mention of a value counts."""
    parts = [re.escape(part) for part in straighten(words).split()]
    if not parts:
        return None
    pattern = re.compile(r"(?<![\w-])" + r"\s+".join(parts) + r"(?![\w-])", re.IGNORECASE)
    places = [match.span() for match in pattern.finditer(straighten(text))]
    return places[-1] if places else None


def _value(words: str, entity: EntityDefinition, extractor: EntityExtractor) -> object:
    """What the words mean for this entity, alone or beside its name; None when they mean nothing."""
    if entity.kind == LEARNED:
        return words.strip()
    for text in (words, f"{entity.name.replace('_', ' ')} {words}"):
        values = [each.value for each in extractor.candidates(text) if each.slot == entity.name]
        if values:
            return values[-1]
    if entity.kind == "name" and _NAME.fullmatch(words) and words.casefold() not in FUNCTION_WORDS:
        return words
    return None
