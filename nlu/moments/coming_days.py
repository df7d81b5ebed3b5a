"""Days to come: `tomorrow`, `next monday`, `3 may`, `the end of the week`. A weekday is the next one after today."""

import re
from datetime import date, datetime, timedelta

from .days import DAY, MONTH, MONTHS, Period, midnight, month_first, month_of, weekday_of, whole_day

_DAY = rf"""(?:
    (?P<after_tomorrow>(?:the\s+)?day\s+after\s+tomorrow)
  | (?P<near>tomorrow|today|tonight|this\s+(?:morning|afternoon|evening))
  | (?:on\s+)?(?:(?P<which>this|(?:the\s+)?(?:coming|next))\s+)?(?P<weekday>{DAY})\b
    (?P<next_week>\s+(?:of\s+)?next\s+week)?
  | (?P<iso>\d{{4}}-\d{{2}}-\d{{2}})
  | (?:on\s+)?(?:the\s+)?(?P<day_of>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH})\b
    (?:,?\s+(?P<year>\d{{4}})\b)?
  | (?:on\s+)?(?P<month_of>{MONTH})\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<year_after>\d{{4}})\b)?
  | next\s+(?P<next>week|month|year)
  | (?:at\s+)?(?:the\s+)?(?:end|rest)\s+of\s+(?:the\s+|this\s+|(?P<end_of_next>next\s+))?(?P<end>day|week|month|year)
  | (?:(?:on|at|over)\s+)?(?:the|this|(?P<next_one>(?:the\s+)?next))\s+(?P<weekend>weekend)
)"""
COMING_DAY = re.sub(r"\?P<\w+>", "?:", _DAY)
"""For a verbose expression in any case, like the others."""
MONTH_ALONE = rf"(?:(?:the\s+)?(?:end\s+of\s+)?(?:{'|'.join(MONTHS)}))"
PART = r"(?:morning|afternoon|evening|night)"
_FOUND = re.compile(_DAY, re.IGNORECASE | re.VERBOSE)
_ALONE = re.compile(rf"\b({'|'.join(MONTHS)})\b", re.IGNORECASE)
_PART = re.compile(rf"\b(?:{PART}|tonight)\b", re.IGNORECASE)


def part_said(text: str) -> str | None:
    """morning, afternoon, evening or night."""
    found = _PART.search(text)
    return None if found is None else "night" if found[0].casefold() == "tonight" else found[0].casefold()


def day_said(text: str, now: datetime) -> Period | None:
    """The first day, or longer time, that a text names; None when it names none. Raises ValueError or OverflowError for
    a day there is not."""
    match = _FOUND.search(text)
    if match is not None:
        return _period({name: value.casefold() for name, value in match.groupdict().items() if value}, now)
    alone = _ALONE.search(text)
    return _of_month(month_of(alone[1].casefold()), now) if alone else None


def _period(said: dict[str, str], now: datetime) -> Period:
    if "weekday" in said:
        return whole_day(_of_weekday(said, now.date()), now)
    if said.keys() & {"iso", "month", "month_of"}:
        return whole_day(_of_date(said, now.date()), now)
    if "weekend" in said:
        saturday = now.date() + timedelta(days=5 - now.weekday() + (7 if "next_one" in said else 0))
        return midnight(saturday, now), midnight(saturday + timedelta(days=2), now)
    if "next" in said:
        return _span(said["next"], 1, now)
    if "end" in said:
        last = _span(said["end"], 1 if "end_of_next" in said else 0, now)[1].date() - timedelta(days=1)
        return whole_day(last, now)
    days = 2 if "after_tomorrow" in said else 1 if said["near"] == "tomorrow" else 0
    return whole_day(now.date() + timedelta(days=days), now)


def _of_weekday(said: dict[str, str], today: date) -> date:
    """`friday` on a Friday is the next one, `this friday` is today, `next friday` is in the next calendar week."""
    wanted, which = weekday_of(said["weekday"]), said.get("which", "")
    if which.endswith("next") or "next_week" in said:
        return today + timedelta(days=7 - today.weekday() + wanted)
    away = (wanted - today.weekday()) % 7
    return today + timedelta(days=away if which == "this" else away or 7)


def _of_date(said: dict[str, str], today: date) -> date:
    """Without a year: the next such day, which may be today."""
    if "iso" in said:
        return date.fromisoformat(said["iso"])
    month = month_of(said.get("month") or said["month_of"])
    day, year = int(said.get("day_of") or said["day_after"]), said.get("year") or said.get("year_after")
    if year:
        return date(int(year), month, day)
    return next(found for found in _such_days(month, day, today.year) if found >= today)


def _such_days(month: int, day: int, year: int) -> list[date]:
    """That day in this year and the next ones; 29 february is not in each. Raises ValueError when it is in none."""
    date(2000, month, day)
    leap = month == 2 and day == 29
    return [date(each, month, day) for each in range(year, year + 9) if not leap or _is_leap(each)]


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _of_month(month: int, now: datetime) -> Period:
    """This month counts while it lasts."""
    first = month_first(now.date(), (month - now.month) % 12)
    return midnight(first, now), midnight(month_first(first, 1), now)


def _span(unit: str, further: int, now: datetime) -> Period:
    """This day, week (from Monday), month or year; or the one that many later."""
    today = now.date()
    if unit == "day":
        return whole_day(today + timedelta(days=further), now)
    if unit == "week":
        monday = today + timedelta(days=7 * further - today.weekday())
        return midnight(monday, now), midnight(monday + timedelta(days=7), now)
    months = 1 if unit == "month" else 12
    start = month_first(today if unit == "month" else today.replace(month=1), months * further)
    return midnight(start, now), midnight(month_first(start, months), now)
