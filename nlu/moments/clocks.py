"""Times of day: `6 pm`, `18:30`, `6 o'clock`, `noon`."""

import re
from datetime import date, datetime, time, timedelta

from .days import Period, real, whole_day, zone_of

_CLOCK = r"""(?:(?<![\d:.])(?:
    (?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?\s*(?P<half>[ap])\.?m\b\.?
  | (?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?::[0-5]\d)?(?![\d:])
  | (?P<oclock>1[0-2]|0?[1-9])\s*o'clock\b
  | (?P<named>noon|midday|midnight)\b
))"""
CLOCK = re.sub(r"\?P<\w+>", "?:", _CLOCK)
"""For a verbose expression in any case, like BARE_HOUR."""
BARE_HOUR = r"""(?:(?:1\d|2[0-3]|0?\d)
    (?=\s*(?:$|[,;.!?)](?:\s|$)|(?:today|tomorrow|tonight|please|on|in\s+the\s+(?:morning|afternoon|evening))\b)))"""
"""`6`, where nothing follows that it might count."""
_FOUND = re.compile(_CLOCK, re.IGNORECASE | re.VERBOSE)
_BARE = re.compile(rf"(?:till?|at|by|through|than|to)\s+(?P<bare>{BARE_HOUR})", re.IGNORECASE | re.VERBOSE)
_NOON = 12
_FIRST_OF_WORK = 7


def clock_said(text: str) -> re.Match[str] | None:
    """The first time of day in a text."""
    return _FOUND.search(text) or _BARE.search(text)


def next_time(clock: re.Match[str], part: str | None, now: datetime) -> datetime:
    """When clocks show it next; of `6 o'clock`, which they show twice a day, the next one that fits the part of day."""
    days = (now.date(), now.date() + timedelta(days=1))
    found = (_on(day, hour, minute, now) for day in days for hour, minute in _readings(clock, part))
    return min(each for each in found if each > now)


def time_of(clock: re.Match[str], part: str | None, day: Period, now: datetime) -> datetime:
    """That time of that day. Midnight ends it; `6 o'clock` is in the evening and `8 o'clock` in the morning."""
    if clock.groupdict().get("named") and clock["named"].casefold() == "midnight":
        return whole_day(day[0].date(), now)[1]
    readings = _readings(clock, part)
    likely = [each for each in readings if len(readings) == 1 or _FIRST_OF_WORK <= each[0] < _FIRST_OF_WORK + _NOON]
    return _on(day[0].date(), *likely[0], now)


def _readings(clock: re.Match[str], part: str | None) -> list[tuple[int, int]]:
    """The hours and minutes that it may be: two where neither the words nor the part of day tell."""
    said = {name: value.casefold() for name, value in clock.groupdict().items() if value}
    if "named" in said:
        return [(0 if said["named"] == "midnight" else _NOON, 0)]
    if "hour24" in said:
        return [(int(said["hour24"]), int(said["minute24"]))]
    if "hour" in said:
        return [(int(said["hour"]) % _NOON + (_NOON if said["half"] == "p" else 0), int(said.get("minute", 0)))]
    hour = int(said.get("oclock") or said["bare"])
    if hour > _NOON or hour == 0:
        return [(hour, 0)]
    if part is not None:
        return [(hour % _NOON + (0 if part == "morning" else _NOON), 0)]
    return [(hour % _NOON, 0), (hour % _NOON + _NOON, 0)]


def _on(day: date, hour: int, minute: int, now: datetime) -> datetime:
    return real(datetime.combine(day, time(hour, minute), zone_of(now)))
