"""Points in time as people say them: `yesterday`, `on monday`, `two hours ago`, `3 may`, `last week`.

The engine has no clock: a moment is what was said, and becomes a period beside a clock (`Moment.period`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from .entities.quantities import TIME_UNITS, WORDS
from .text import straighten

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_DAY = "|".join(f"{each}|{each[:3]}" for each in _DAYS)
_MONTH = "|".join(f"{each}|{each[:3]}" for each in _MONTHS)
_COUNT = rf"(?:\d{{1,3}}|an?|a\s+couple\s+of|{'|'.join(word for word in WORDS if word.isalpha())})"
_UNIT = "|".join(sorted((unit for unit in TIME_UNITS if len(unit) > 1), key=len, reverse=True))
_PARTS_OF_DAY = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (18, 24)}
_PATTERN = re.compile(
    rf"""(?<![\w.-])(?:
      (?P<date>\d{{4}}-\d{{2}}-\d{{2}})
    | (?P<before_yesterday>(?:the\s+)?day\s+before\s+yesterday)
    | (?P<day>yesterday|today|tonight)(?:'s)?(?:\s+(?P<part>morning|afternoon|evening|night))?
    | (?P<this_part>(?:this\s+(?P<part_today>morning|afternoon|evening))|(?P<last_night>last\s+night))
    | (?P<ago>{_COUNT}\s+(?:{_UNIT}))\s+ago
    | (?:in|within|over|during)\s+the\s+(?:last|past)\s+(?P<within>(?:{_COUNT}\s+)?(?:{_UNIT}))
    | (?P<span>last|this|the\s+past)\s+(?P<span_unit>hour|week|month|year)(?:'s)?
    | (?:on\s+|last\s+|this\s+(?:past\s+)?)(?P<weekday>{_DAY})(?:'s)?
    | (?P<weekday_of>{_DAY})'s
    | (?:on\s+)?(?:the\s+)?(?P<day_of>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})
      (?:\s+(?P<year>\d{{4}}))?
    | (?:on\s+)?(?P<month_first>{_MONTH})\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year_after>\d{{4}}))?
    )(?![\w-])""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Moment:
    """Something said about when: `text` is message[start:end]."""

    text: str
    start: int
    end: int

    def period(self, now: datetime) -> tuple[datetime, datetime] | None:
        """From when to before when, beside `now`, whose time zone is the person's; None for a day there is not."""
        match = _PATTERN.fullmatch(straighten(self.text))
        return _period(match, now) if match else None


def moments_in(text: str) -> Iterator[Moment]:
    """Every point in time a text mentions, all of the past or of today."""
    for match in _PATTERN.finditer(straighten(text)):
        yield Moment(text[match.start() : match.end()], match.start(), match.end())


def _period(match: re.Match[str], now: datetime) -> tuple[datetime, datetime] | None:
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


def _of_a_day(said: dict[str, str], now: datetime) -> tuple[datetime, datetime]:
    if weekday := said.get("weekday") or said.get("weekday_of"):
        return _of_weekday(weekday, now)
    days_ago = 2 if "before_yesterday" in said else 1 if said.get("day") == "yesterday" or "last_night" in said else 0
    part = "night" if "last_night" in said else said.get("part") or said.get("part_today")
    day = _of_day(now, days_ago)
    return _part_of(day, part) if part else day


def _of_day(now: datetime, days_ago: int) -> tuple[datetime, datetime]:
    return _whole_day((now - timedelta(days=days_ago)).date(), now)


def _whole_day(day: date, now: datetime) -> tuple[datetime, datetime]:
    """From midnight to midnight in the person's zone, which may be 23 or 25 hours."""
    after = day + timedelta(days=1)
    zone = now.tzinfo or UTC
    return datetime(day.year, day.month, day.day, tzinfo=zone), datetime(
        after.year, after.month, after.day, tzinfo=zone
    )


def _part_of(day: tuple[datetime, datetime], part: str) -> tuple[datetime, datetime]:
    first, last = _PARTS_OF_DAY[part]
    start = day[0].replace(hour=first)
    return start, day[1] if last == 24 else day[0].replace(hour=last)


def _of_weekday(name: str, now: datetime) -> tuple[datetime, datetime]:
    """The latest such day before today."""
    wanted = next(at for at, each in enumerate(_DAYS) if each.startswith(name[:3]))
    return _of_day(now, (now.weekday() - wanted) % 7 or 7)


def _of_span(which: str, unit: str, now: datetime) -> tuple[datetime, datetime]:
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


def _ago(said: str, now: datetime) -> tuple[datetime, datetime]:
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


def _of_date(said: dict[str, str], now: datetime) -> tuple[datetime, datetime] | None:
    """Without a year: the latest such day that is not to come."""
    try:
        if "date" in said:
            return _whole_day(date.fromisoformat(said["date"]), now)
        name = said.get("month") or said["month_first"]
        month = next(at for at, each in enumerate(_MONTHS, start=1) if each.startswith(name[:3]))
        day = int(said.get("day_of") or said["day_after"])
        year = said.get("year") or said.get("year_after")
        found = date(int(year) if year else now.year, month, day)
        if not year and found > now.date():
            found = date(now.year - 1, month, day)
        return _whole_day(found, now)
    except (ValueError, OverflowError):
        return None
