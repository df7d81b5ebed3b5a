"""Numbers with or without a unit, and durations."""

import re
from collections.abc import Iterable
from fractions import Fraction

from ..durations import ARTICLES, DIGITS, DURATION, NUMBER_WORDS, TIME_UNITS, amount_of, seconds_of
from ..text import phrase_pattern, straighten
from ..types import EntityDefinition, TrainingData
from .candidates import END, START, Candidate, Strength
from .vocabulary import FUNCTION_WORDS

SIZE_UNITS: dict[str, int] = {"b": 1, "byte": 1, "bytes": 1}
for _power, _letter in enumerate("kmgt", start=1):
    SIZE_UNITS |= dict.fromkeys((f"{_letter}b", f"{_letter}ib"), 1024**_power)
for _power, _name in enumerate(("kilobyte", "megabyte", "gigabyte", "terabyte"), start=1):
    SIZE_UNITS |= dict.fromkeys((_name, f"{_name}s"), 1024**_power)

_TIME = "|".join(sorted(TIME_UNITS, key=len, reverse=True))
_DURATION = re.compile(rf"{START}{DURATION}{END}", re.IGNORECASE)
_UNIT = "|".join(sorted({*TIME_UNITS, *SIZE_UNITS, "%", "percent"}, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\w.:/-])(?P<amount>-?(?:{DIGITS})|{NUMBER_WORDS}|an?(?=\s(?:{_TIME})\b))(?:[\s-]?(?P<unit>{_UNIT})(?![\w/]))?(?![\w/:]|-\w|\.\w)",
    re.IGNORECASE,
)
_LINK = r"(?:(?:of|to|is|at|be|as|for|by|set|should|must|period|time|equals?|up)\s+|[=:]\s*){0,3}"
_CONNECTED_AFTER = r"\W*(?:\w+\W+)?"


class _Cues:
    """Whether a slot is mentioned beside a value: by name, by a synonym, or by the words training phrases have there.

    A slot named like its type needs no mention.
    """

    def __init__(self, definition: EntityDefinition, data: TrainingData) -> None:
        self.needed = definition.name != definition.kind
        words = {word for synonyms in definition.values.values() for word in synonyms}
        words |= {definition.name, _without_unit(definition.name)}
        learned_before, learned_after = _neighbours(definition.name, data)
        self._before = re.compile(rf"\b(?:{phrase_pattern(words | learned_before)})\s*{_LINK}$", re.IGNORECASE)
        self._after = re.compile(rf"{_CONNECTED_AFTER}(?:{phrase_pattern(words | learned_after)})\b", re.IGNORECASE)

    def beside(self, text: str, start: int, end: int) -> bool:
        return bool(self._before.search(text[max(0, start - 60) : start]) or self._after.match(text, end))


class NumberFinder:
    """Numbers beside the slot's name or a synonym of it (any number, for a slot named `number`).

    A unit is converted to the one the slot's name ends with (`retention_days`, `size_gb`), else left to the reader.
    """

    def __init__(self, definition: EntityDefinition, data: TrainingData) -> None:
        self._slot = definition.name
        self._cues = _Cues(definition, data)
        self._unit_seconds = TIME_UNITS.get(_unit_of(definition.name))
        self._unit_bytes = SIZE_UNITS.get(_unit_of(definition.name))

    def find(self, text: str) -> Iterable[Candidate]:
        for match in _NUMBER.finditer(text):
            if match["amount"].casefold() in ARTICLES and not self._unit_seconds:
                continue  # `a week` is a number of days, but no number by itself
            cued = self._cues.beside(text, *match.span())
            if cued or not (self._cues.needed or match["amount"].casefold() == "one"):
                strength = Strength.CUED if cued else Strength.TYPED
                value = self.value(match["amount"], (match["unit"] or "").casefold())
                yield Candidate(self._slot, "number", value, *match.span(), "built-in", strength, opaque=True)

    def value(self, amount: str, unit: str) -> int | float:
        value = amount_of(amount)
        if self._unit_seconds and unit in TIME_UNITS:
            value = value * TIME_UNITS[unit] / self._unit_seconds
        elif self._unit_bytes and unit in SIZE_UNITS:
            value = value * SIZE_UNITS[unit] / self._unit_bytes
        return _plain(value)


def number_said(text: str, slot: str) -> int | float | None:
    """The number that a text is and nothing else, in the unit the slot's name ends with: `a week` of `…_days` is 7."""
    match = _NUMBER.fullmatch(straighten(text).strip())
    if match is None or (match["unit"] is None and match["amount"].casefold() in ARTICLES):
        return None
    finder = NumberFinder(EntityDefinition(slot, "number"), TrainingData((), ()))
    return finder.value(match["amount"], (match["unit"] or "").casefold())


class DurationFinder:
    """`two hours`, `1h30m`, `a week and a half` in seconds; a month is 30 days, a year 365."""

    def __init__(self, definition: EntityDefinition, data: TrainingData) -> None:
        self._slot = definition.name
        self._cues = _Cues(definition, data)

    def find(self, text: str) -> Iterable[Candidate]:
        for match in _DURATION.finditer(text):
            cued = self._cues.beside(text, *match.span())
            if cued or not self._cues.needed:
                strength = Strength.CUED if cued else Strength.TYPED
                seconds = _plain(seconds_of(match.group()))
                yield Candidate(self._slot, "duration", seconds, *match.span(), "built-in", strength, opaque=True)


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _unit_of(name: str) -> str:
    return name.rpartition("_")[2]


def _without_unit(name: str) -> str:
    head, _, unit = name.rpartition("_")
    return head if head and unit in TIME_UNITS | SIZE_UNITS else name


def _neighbours(slot: str, data: TrainingData) -> tuple[set[str], set[str]]:
    """What training phrases have before and after {slot}: `messages for`, `tries`; no units, no mere function words."""
    before, after = set(), set()
    for phrase in (example for intent in data.intents for example in intent.examples):
        head, found, tail = straighten(phrase).casefold().partition(f"{{{slot}}}")
        if found:
            preceding = re.findall(r"[\w{}-]+", head)[-2:]
            if preceding and not any("{" in word for word in preceding) and not FUNCTION_WORDS.issuperset(preceding):
                before.add(" ".join(preceding))
            following = re.match(r"\s*([\w-]+)", tail)
            if following and following[1] not in FUNCTION_WORDS | TIME_UNITS.keys() | SIZE_UNITS.keys():
                after.add(following[1])
    return before, after
