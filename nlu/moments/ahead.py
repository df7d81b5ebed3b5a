"""What is still to come: `tomorrow`, `until friday`, `at 6 pm`, `in two hours`, `for two hours`, `two more hours`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ..durations import DURATION, seconds_of
from ..text import straighten
from .clocks import BARE_HOUR, CLOCK, clock_said, next_time, time_of
from .coming_days import COMING_DAY, MONTH_ALONE, PART, day_said, part_said
from .days import COUNT, DAY, UNIT, Period, later, part_of


class Relation(StrEnum):
    AT = "at"
    """`tomorrow`, `on friday at 6 pm`, `in two hours`"""
    UNTIL = "until"
    """`until friday`, `by 6 pm`"""
    FOR = "for"
    """`for two hours`"""
    MORE = "more"
    """`two more hours`, `another week`, `by a day`: on top of what was agreed before"""


_WHEN = rf"""(?:
    {COMING_DAY}(?:\s+{PART})?(?:(?:,?\s+(?:at\s+)?|t){CLOCK}|\s+at\s+{BARE_HOUR})?
  | {CLOCK}(?:\s+{COMING_DAY}|\s+in\s+the\s+{PART})?
)"""
_BARE = rf"(?:{BARE_HOUR}(?:\s+{COMING_DAY}|\s+in\s+the\s+{PART})?)"
_LENGTH = rf"(?:{DURATION})"
_PATTERN = re.compile(
    rf"""(?<![\w.-])(?:
      (?P<more>(?:for\s+)?(?:another\s+(?:{_LENGTH}|(?:{UNIT})) | {COUNT}\s+more\s+(?:{UNIT})
        | {_LENGTH}\s+(?:more|longer)) | by\s+{_LENGTH})
    | (?P<for>for\s+(?:about\s+|at\s+(?:most|least)\s+|only\s+|just\s+|the\s+next\s+|up\s+to\s+)?{_LENGTH})
    | (?P<in>(?:in|after)\s+(?:about\s+)?{_LENGTH}(?:'s?\s+time)? | {_LENGTH}\s+from\s+now)
    | (?P<until>(?:(?:un)?till?|'til|up\s+(?:to|until)|no\s+later\s+than|through|by|for(?=\s+(?:the\s+)?rest\s))\s+
        (?:{_WHEN}|{MONTH_ALONE}|{_BARE}))
    | (?P<at>(?:at\s+)?{_WHEN}|at\s+{_BARE})
    )(?![\w-]|'s\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_RELATIONS = {"in": Relation.AT, **{each.value: each for each in Relation}}
_BARE_DAY = re.compile(rf"(?:{DAY})", re.IGNORECASE)
_POINT = timedelta(minutes=1)
"""A time of day lasts as long as clocks show it."""


@dataclass(frozen=True)
class Ahead:
    """Something said about what is to come: `text` is message[start:end]."""

    text: str
    start: int
    end: int
    relation: Relation

    def period(self, now: datetime, *, agreed: datetime | None = None) -> Period | None:
        """From when to before when, beside `now`, whose time zone is the person's.

        AT: the day, or the minute. The others: from `now` until it ends, a day that is named included; MORE ends that
        much after `agreed`, where it is given. What was said may be over (`until 6 pm today`, at 7). None for a day
        there is not.
        """
        try:
            return self._period(straighten(self.text), now, agreed)
        except (ValueError, OverflowError):
            return None

    def _period(self, said: str, now: datetime, agreed: datetime | None) -> Period | None:
        if self.relation in (Relation.FOR, Relation.MORE):
            since = agreed if agreed is not None and self.relation is Relation.MORE else now
            return now, later(since.astimezone(now.tzinfo), _length(said))
        found = _when(said, now)
        if found is None:  # `in two hours`
            then = later(now, _length(said))
            found = then, then
        if self.relation is Relation.UNTIL:
            return now, found[1]
        return found if found[1] > found[0] else (found[0], found[0] + _POINT)


def ahead_in(text: str) -> Iterator[Ahead]:
    """Everything a text says about what is to come.

    A lone weekday is taken only where the text is nothing else: `sat` and `sun` are words too.
    """
    straight = straighten(text)
    for match in _PATTERN.finditer(straight):
        relation = _RELATIONS[str(match.lastgroup)]
        if relation is not Relation.AT or not _BARE_DAY.fullmatch(match[0]) or match[0] == straight.strip(" .!"):
            yield Ahead(text[match.start() : match.end()], match.start(), match.end(), relation)


def _when(said: str, now: datetime) -> Period | None:
    """The day, the part of it, or the time of day (as a period without length) that the words name."""
    clock, part = clock_said(said), part_said(said)
    rest = said if clock is None else f"{said[: clock.start()]} {said[clock.end() :]}"
    day = day_said(rest, now)
    if clock is None:
        return part_of(day, part) if day and part else day
    then = time_of(clock, part, day, now) if day else next_time(clock, part, now)
    return then, then


def _length(said: str) -> timedelta:
    seconds = seconds_of(said)
    if not seconds:  # `another hour`
        seconds = seconds_of(re.sub(r"\banother\b", "one", said, flags=re.IGNORECASE))
    return timedelta(seconds=float(seconds))


def without_times(text: str) -> str:
    """The text without how long something is wanted: `until friday`, `for two hours`."""
    for each in reversed([each for each in ahead_in(text) if each.relation in (Relation.UNTIL, Relation.FOR)]):
        text = f"{text[: each.start].rstrip()} {text[each.end :].lstrip()}"
    return text.strip()
