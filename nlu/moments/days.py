"""The names of days and months, and the calendar beside a clock, whose zone is the person's."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from ..durations import TIME_UNITS, WORDS

Period = tuple[datetime, datetime]
"""From when to before when."""

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = [
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
DAY = "|".join(f"{each}|{each[:3]}" for each in DAYS)
MONTH = "|".join(f"{each}|{each[:3]}" for each in MONTHS)
COUNT = rf"(?:\d{{1,3}}|an?|a\s+couple\s+of|{'|'.join(word for word in WORDS if word.isalpha())})"
UNIT = "|".join(sorted((unit for unit in TIME_UNITS if len(unit) > 1), key=len, reverse=True))
PARTS_OF_DAY = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (18, 24)}


def weekday_of(name: str) -> int:
    """0 for monday or mon."""
    return next(at for at, each in enumerate(DAYS) if each.startswith(name[:3]))


def month_of(name: str) -> int:
    """1 for january or jan."""
    return next(at for at, each in enumerate(MONTHS, start=1) if each.startswith(name[:3]))


def zone_of(now: datetime) -> tzinfo:
    return now.tzinfo or UTC


def midnight(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(), zone_of(now))


def whole_day(day: date, now: datetime) -> Period:
    """From midnight to midnight in the person's zone, which may be 23 or 25 hours."""
    return midnight(day, now), midnight(day + timedelta(days=1), now)


def part_of(day: Period, part: str) -> Period:
    first, last = PARTS_OF_DAY[part]
    start = day[0].replace(hour=first)
    return start, day[1] if last == 24 else day[0].replace(hour=last)


def month_first(day: date, months: int = 0) -> date:
    """The first day of the month that is so many months later."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def later(now: datetime, length: timedelta) -> datetime:
    """Whole days later at the same time by the clock on the wall; else that much later, also when clocks change."""
    if length % timedelta(days=1):
        return (now.astimezone(UTC) + length).astimezone(zone_of(now))
    return real(now + length)


def real(moment: datetime) -> datetime:
    """The same moment as clocks show it: at half past two there may be half past three already."""
    return moment.astimezone(UTC).astimezone(zone_of(moment))
