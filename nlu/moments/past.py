"""What is over, or of today: `yesterday`, `on monday`, `two hours ago`, `3 may`, `last week`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..durations import TIME_UNITS, WORDS
from ..text import straighten
from .days import COUNT, DAY, MONTH, UNIT, Period, month_of, part_of, weekday_of, whole_day

_PATTERN = re.compile(
    rf"""(?<![\w.-])(?:
      (?P<date>\d{{4}}-\d{{2}}-\d{{2}})
    | (?P<before_yesterday>(?:the\s+)?day\s+before\s+yesterday)
    | (?P<day>yesterday|today|tonight)(?:'s)?(?:\s+(?P<part>morning|afternoon|evening|night))?
    | (?P<this_part>(?:this\s+(?P<part_today>morning|afternoon|evening))|(?P<last_night>last\s+night))
    | (?P<ago>{COUNT}\s+(?:{UNIT}))\s+ago
    | (?:in|within|over|during)\s+the\s+(?:last|past)\s+(?P<within>(?:{COUNT}\s+)?(?:{UNIT}))
    | (?P<span>last|this|the\s+past)\s+(?P<span_unit>hour|week|month|year)(?:'s)?
    | (?:on\s+|last\s+|this\s+(?:past\s+)?)(?P<weekday>{DAY})(?:'s)?
    | (?P<weekday_of>{DAY})'s
    | (?:on\s+)?(?:the\s+)?(?P<day_of>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH})
      (?:\s+(?P<year>\d{{4}}))?
    | (?:on\s+)?(?P<month_first>{MONTH})\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year_after>\d{{4}}))?
    )(?![\w-])""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Moment:
    """Something said about when: `text` is message[start:end]."""

    text: str
    start: int
    end: int

    def period(self, now: datetime) -> Period | None:
        """From when to before when, beside `now`, whose time zone is the person's; None for a day there is not."""
        match = _PATTERN.fullmatch(straighten(self.text))
        return _period(match, now) if match else None


def moments_in(text: str) -> Iterator[Moment]:
    """Every point in time a text mentions, all of the past or of today."""
    for match in _PATTERN.finditer(straighten(text)):
        yield Moment(text[match.start() : match.end()], match.start(), match.end())


def _period(match: re.Match[str], now: datetime) -> Period | None:
    said = {name: value.casefold() for name, value in match.groupdict().items() if value}
    if said.keys() & {"date", "month", "month_first"}:
        return _of_date(said, now)
    if "ago" in said:
        return _ago(said["ago"], now)
    if "within" in said:
        return now - _length(said["within"]), now + timedelta(seconds=1)
    if "span" in said:
        return _of_span(said["span"], said["span_unit"], now)
    return _of_a_day(said, now)


def _of_a_day(said: dict[str, str], now: datetime) -> Period:
    if weekday := said.get("weekday") or said.get("weekday_of"):
        return _of_weekday(weekday, now)
    days_ago = 2 if "before_yesterday" in said else 1 if said.get("day") == "yesterday" or "last_night" in said else 0
    part = "night" if "last_night" in said else said.get("part") or said.get("part_today")
    day = _of_day(now, days_ago)
    return part_of(day, part) if part else day


def _of_day(now: datetime, days_ago: int) -> Period:
    return whole_day((now - timedelta(days=days_ago)).date(), now)


def _of_weekday(name: str, now: datetime) -> Period:
    """The latest such day before today."""
    return _of_day(now, (now.weekday() - weekday_of(name)) % 7 or 7)


def _of_span(which: str, unit: str, now: datetime) -> Period:
    today = _of_day(now, 0)
    soon = now + timedelta(seconds=1)
    if unit == "hour" or which == "the past":
        return now - _length(unit), soon
    if unit == "week":
        monday = _of_day(now, now.weekday())[0]
        return (monday, soon) if which == "this" else (_of_day(now, now.weekday() + 7)[0], monday)
    first = today[0].replace(day=1) if unit == "month" else today[0].replace(day=1, month=1)
    before = (first - timedelta(days=1)).replace(day=1)
    before = before if unit == "month" else before.replace(month=1)
    return (first, soon) if which == "this" else (before, first)


def _ago(said: str, now: datetime) -> Period:
    """`two days ago` is that day; `two hours ago` is about then."""
    length = _length(said)
    if length >= timedelta(days=1):
        days = length // timedelta(days=1)
        first, last = _of_day(now, days)
        spread = timedelta(days=days // 7)  # `a month ago` is no day's matter
        return first - spread, last + spread
    half = max(length / 2, timedelta(minutes=5))
    return now - length - half, min(now, now - length + half) + timedelta(seconds=1)


def _length(said: str) -> timedelta:
    *count, unit = said.split()
    word = " ".join(count)
    number = 2 if word.startswith("a couple") else 1 if word in ("", "a", "an") else 0
    if not number:
        number = int(word) if word.isdigit() else int(WORDS[word])
    return timedelta(seconds=number * TIME_UNITS[unit])


def _of_date(said: dict[str, str], now: datetime) -> Period | None:
    """Without a year: the latest such day that is not to come."""
    try:
        if "date" in said:
            return whole_day(date.fromisoformat(said["date"]), now)
        name = said.get("month") or said["month_first"]
        month = month_of(name)
        day = int(said.get("day_of") or said["day_after"])
        year = said.get("year") or said.get("year_after")
        found = date(int(year) if year else now.year, month, day)
        if not year and found > now.date():
            found = date(now.year - 1, month, day)
        return whole_day(found, now)
    except (ValueError, OverflowError):
        return None
