"""All finders of a bot, and which of their overlapping candidates stay."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from ..annotations import as_said
from ..text import straighten
from ..types import Entity, EntityDefinition, TrainingData, Value
from .aws_names import ArnFinder, InstanceTypeFinder, SizeFinder
from .booleans import BooleanFinder
from .candidates import Candidate, Finder
from .lists import ListFinder, PatternFinder
from .moments import MomentFinder, moment_value
from .names import NameContexts, NameFinder
from .network import CidrFinder, RegionFinder
from .quantities import DurationFinder, NumberFinder
from .roles import with_roles
from .unlisted import UnlistedFinder

FINDERS: dict[str, Callable[[EntityDefinition, TrainingData], Finder]] = {
    "list": lambda definition, data: ListFinder(definition),
    "pattern": lambda definition, data: PatternFinder(definition),
    "boolean": lambda definition, data: BooleanFinder(definition),
    "name": lambda definition, data: NameFinder(definition, NameContexts.of(definition.name, data)),
    "region": lambda definition, data: RegionFinder(definition),
    "cidr": lambda definition, data: CidrFinder(definition),
    "instance_type": lambda definition, data: InstanceTypeFinder(definition),
    "size": lambda definition, data: SizeFinder(definition),
    "arn": lambda definition, data: ArnFinder(definition),
    "moment": lambda definition, data: MomentFinder(definition),
    "number": NumberFinder,
    "duration": DurationFinder,
}


LEARNED = "learned"
"""The kind that a tagger finds, which needs the intent first (see nlu.tagging)."""
_ALWAYS_MASKED = ("region", "cidr", "duration", "number")
_PLAIN = "something"


class EntityExtractor:
    def __init__(self, data: TrainingData) -> None:
        marked, data = data, _as_said(data)
        finders = {each.name: FINDERS[each.kind](each, data) for each in data.entities if each.kind != LEARNED}
        self._finders = with_roles(finders, marked)
        # Values that no slot takes still say nothing about the intent: they are hidden from the classifier as well.
        names = {each.name for each in data.entities}
        hidden = [EntityDefinition(kind, kind) for kind in _ALWAYS_MASKED if kind not in names]
        self._hidden = {each.name for each in hidden}
        self._finders += [FINDERS[each.kind](each, data) for each in hidden]
        self._unlisted = UnlistedFinder.all_of(data)

    def candidates(self, text: str) -> list[Candidate]:
        """Everything any finder sees, overlapping. Spans are those of `text`."""
        straight = straighten(text)
        return [found for finder in self._finders for found in finder.find(straight)]

    def entities(self, candidates: Sequence[Candidate], wanted: Collection[str] = ()) -> list[Candidate]:
        """The candidates of the bot's slots that stay, for an intent that wants some of the slots."""
        return self.resolve([each for each in candidates if each.slot not in self._hidden], wanted)

    def unlisted(self, text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Words where a value of a list belongs, and that neither the list nor any other finder knows."""
        return self.resolve([found for finder in self._unlisted for found in finder.find(text, candidates)])

    @staticmethod
    def resolve(candidates: Sequence[Candidate], wanted: Collection[str] = ()) -> list[Candidate]:
        """Of overlapping candidates one stays: a wanted slot before others, then the stronger, then the longer, then
        the type before the name, then the one defined first. In the order of the text."""
        ranked = sorted(
            enumerate(candidates),
            key=lambda each: (
                bool(wanted) and each[1].slot not in wanted,
                -each[1].strength,
                each[1].start - each[1].end,
                each[1].kind == "name",
                each[0],
            ),
        )
        kept: list[Candidate] = []
        taken = bytearray(max((each.end for each in candidates), default=0))
        for _, candidate in ranked:
            if not any(taken[candidate.start : candidate.end]):
                taken[candidate.start : candidate.end] = b"\x01" * (candidate.end - candidate.start)
                kept.append(candidate)
        return sorted(kept, key=lambda each: each.start)

    @staticmethod
    def mask(text: str, kept: Sequence[Candidate]) -> str:
        """The text with each opaque value replaced by a mark of its slot, as the classifier sees it."""
        straight, parts, at = straighten(text), [], 0
        for candidate in kept:
            if candidate.opaque:
                parts += [straight[at : candidate.start], f" __{candidate.kind}__ "]
                at = candidate.end
        return "".join([*parts, straight[at:]])

    @staticmethod
    def without_names(text: str, kept: Sequence[Candidate]) -> str:
        """The text with a plain word for each name and each value of a pattern, as a sentence encoder sees it: what
        people call their things says nothing about the intent, while `two hours` and `ireland` are English."""
        straight, parts, at = straighten(text), [], 0
        for candidate in kept:
            if candidate.opaque and candidate.kind in ("name", "pattern"):
                parts += [straight[at : candidate.start], _PLAIN]
                at = candidate.end
        return "".join([*parts, straight[at:]])


def _as_said(data: TrainingData) -> TrainingData:
    """The phrases without the marks of learned values, which are no words."""
    intents = (replace(each, examples=tuple(as_said(phrase) for phrase in each.examples)) for each in data.intents)
    return replace(data, intents=tuple(intents))


def as_entities(text: str, candidates: Iterable[Candidate], now: datetime) -> tuple[Entity, ...]:
    """The candidates with their values as JSON; points in time beside `now`, in its zone, but no day there is not."""
    valued = [(each, _json_value(each, now)) for each in candidates]
    return tuple(
        Entity(each.slot, value, text[each.start : each.end], each.start, each.end, each.source)
        for each, value in valued
        if value is not None
    )


def _json_value(candidate: Candidate, now: datetime) -> Value:
    return moment_value(candidate.value, now) if candidate.kind == "moment" else candidate.value
