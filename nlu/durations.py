"""Lengths of time as people say them, and the words that numbers are said in: `two hours`, `1h30m`, `half an hour`."""

import re
from fractions import Fraction

from .text import phrase_pattern

_COUNTING = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty
"""
WORDS: dict[str, Fraction] = {word: Fraction(value) for value, word in enumerate(_COUNTING.split())}
WORDS |= {"thirty": Fraction(30), "forty": Fraction(40), "forty-five": Fraction(45), "fifty": Fraction(50)}
WORDS |= {"sixty": Fraction(60), "ninety": Fraction(90), "a hundred": Fraction(100), "a dozen": Fraction(12)}
ARTICLES = {"a": Fraction(1), "an": Fraction(1), "half a": Fraction(1, 2), "half an": Fraction(1, 2)}
ARTICLES |= {"a couple of": Fraction(2), "a couple": Fraction(2), "half": Fraction(1, 2)}

MINUTE, HOUR, DAY = 60, 3600, 86400
TIME_UNITS: dict[str, int] = {}
for _names, _seconds in (
    ("s sec secs second seconds", 1),
    ("m min mins minute minutes", MINUTE),
    ("h hr hrs hour hours", HOUR),
    ("d day days", DAY),
    ("w wk wks week weeks", 7 * DAY),
    ("fortnight fortnights", 14 * DAY),
    ("month months", 30 * DAY),
    ("year years", 365 * DAY),
):
    TIME_UNITS |= dict.fromkeys(_names.split(), _seconds)

_AMOUNTS = {re.sub(r"[\s_-]+", " ", words): amount for words, amount in {**WORDS, **ARTICLES}.items()}
DIGITS = r"\d{1,3}(?:,\d{3}){1,5}|\d{1,15}(?:\.\d{1,9})?"
"""With more of them it is no number that anybody means."""
NUMBER_WORDS = phrase_pattern(WORDS)
_AMOUNT = rf"(?:{DIGITS}|{NUMBER_WORDS}|{phrase_pattern(ARTICLES)})"
_UNIT = "|".join(sorted(TIME_UNITS, key=len, reverse=True))
_PART = (
    rf"(?P<amount>{_AMOUNT})(?:(?<=\d)|[\s-])\s?(?P<more>more\s+)?(?P<unit>{_UNIT})(?![a-z])"
    r"(?P<half>\s+and\s+a\s+half)?"
)
_DURATION_PART = re.compile(_PART, re.IGNORECASE)
_ANY_PART = re.sub(r"\?P<\w+>", "?:", _PART)
DURATION = rf"{_ANY_PART}(?:\s*(?:(?:,|and)\s*)?{_ANY_PART})*"
"""A regular expression, to be used in any case."""


def seconds_of(duration: str) -> Fraction:
    """How long a text is that DURATION fits; a month is 30 days, a year 365."""
    return sum(map(_seconds_of, _DURATION_PART.finditer(duration)), Fraction(0))


def amount_of(written: str) -> Fraction:
    """The number that DIGITS, a word of WORDS or one of ARTICLES stands for."""
    found = _AMOUNTS.get(re.sub(r"[\s_-]+", " ", written.casefold()))
    return found if found is not None else Fraction(written.replace(",", ""))


def _seconds_of(part: re.Match[str]) -> Fraction:
    amount = amount_of(part["amount"]) + (Fraction(1, 2) if part["half"] else 0)
    return amount * TIME_UNITS[part["unit"].casefold()]
