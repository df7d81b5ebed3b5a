"""Two slots of one kind in one sentence (`from staging to production`): the words before a value tell which it is.

Which words those are is learned from the phrases: `copy it from {source} to {target}`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..text import phrase_pattern, straighten
from ..types import EntityDefinition, TrainingData
from .candidates import Candidate, Finder, Strength

_BEFORE = re.compile(r"(\w+)\s+(?:(?:the|my|our|an?)\s+)?(?:\{(\w+)\}|\[[^\[\]]+\]\((\w+)\))", re.IGNORECASE)
_OF_ONE_KIND = ("region", "cidr", "arn", "instance_type", "size", "moment")
_REACH = 80
"""Characters before a value in which the word is looked for."""


def with_roles(finders: Mapping[str, Finder], data: TrainingData) -> list[Finder]:
    """The finders {slot: finder}, those of slots that compete for the same values told apart."""
    words = _words_before(data)
    told = []
    for definition in data.entities:
        if definition.name not in finders:
            continue
        rivals = [each.name for each in data.entities if each.name != definition.name and _compete(definition, each)]
        others = set().union(*(words[each] for each in rivals))
        own = words[definition.name] - others
        finder = finders[definition.name]
        told.append(RoleFinder(finder, own, others - words[definition.name]) if rivals and own else finder)
    return told


class RoleFinder:
    """A value after one of `own` words is surely this slot's, one after a word of `others` is not."""

    def __init__(self, finder: Finder, own: Iterable[str], others: Iterable[str]) -> None:
        self._finder = finder
        self._own, self._others = _after(own), _after(others)

    def find(self, text: str) -> Iterable[Candidate]:
        found = list(self._finder.find(text))
        cued = {at for at, each in enumerate(found) if self._own.search(_before(text, each))}
        for at, each in enumerate(found):
            if at in cued:
                yield replace(each, strength=max(each.strength, Strength.CUED))
            elif not self._others.search(_before(text, each)):
                # With its own value found, this slot leaves others to whoever has none.
                yield replace(each, strength=Strength.GUESS) if cued else each


def _words_before(data: TrainingData) -> defaultdict[str, set[str]]:
    """{slot: the words right before it in phrases}."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for intent in data.intents:
        for phrase in intent.examples:
            for match in _BEFORE.finditer(phrase):
                found[match[2] or match[3]].add(straighten(match[1]).casefold())
    return found


def _compete(one: EntityDefinition, other: EntityDefinition) -> bool:
    if one.kind != other.kind:
        return False
    return one.kind in _OF_ONE_KIND or (one.kind == "list" and bool(_spellings(one) & _spellings(other)))


def _spellings(definition: EntityDefinition) -> set[str]:
    return {each.casefold() for value, synonyms in definition.values.items() for each in (value, *synonyms)}


def _after(words: Iterable[str]) -> re.Pattern[str]:
    among = phrase_pattern(words) or r"(?!)"
    return re.compile(rf"\b(?:{among})\s+(?:(?:the|my|our|an?)\s+)?$", re.IGNORECASE)


def _before(text: str, candidate: Candidate) -> str:
    return text[max(0, candidate.start - _REACH) : candidate.start]
