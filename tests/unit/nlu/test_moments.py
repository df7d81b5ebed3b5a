"""Points in time, beside a clock that stands on a Thursday noon in Berlin."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.moments import moments_in

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 1, 1, 12, tzinfo=BERLIN)


def period(text: str, now: datetime = NOW) -> tuple[str, str] | None:
    (found,) = moments_in(text)
    bounds = found.period(now)
    return (f"{bounds[0]:%Y-%m-%d %H}", f"{bounds[1]:%Y-%m-%d %H}") if bounds else None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("the one from yesterday", "2025-12-31 00", "2026-01-01 00"),
        ("yesterday's bucket", "2025-12-31 00", "2026-01-01 00"),
        ("yesterday evening", "2025-12-31 18", "2026-01-01 00"),
        ("the day before yesterday", "2025-12-30 00", "2025-12-31 00"),
        ("made on monday", "2025-12-29 00", "2025-12-30 00"),
        ("made last thursday", "2025-12-25 00", "2025-12-26 00"),
        ("3 days ago", "2025-12-29 00", "2025-12-30 00"),
        ("this morning", "2026-01-01 00", "2026-01-01 12"),
        ("last night", "2025-12-31 18", "2026-01-01 00"),
        ("last week", "2025-12-22 00", "2025-12-29 00"),
        ("last month", "2025-12-01 00", "2026-01-01 00"),
        ("last year", "2025-01-01 00", "2026-01-01 00"),
        ("on 3 may", "2025-05-03 00", "2025-05-04 00"),
        ("may 3rd, 2024", "2024-05-03 00", "2024-05-04 00"),
        ("of 2025-12-24", "2025-12-24 00", "2025-12-25 00"),
        ("two hours ago", "2026-01-01 09", "2026-01-01 11"),
        ("in the last two hours", "2026-01-01 10", "2026-01-01 12"),
    ],
)
def test_periods(text: str, first: str, last: str):
    assert period(text) == (first, last)


@pytest.mark.parametrize("text", ["may i have one", "the last one", "for two days", "in two hours", "sunny", ""])
def test_what_is_no_point_in_time(text: str):
    assert list(moments_in(text)) == []


@pytest.mark.parametrize("text", ["on 31 february", "2026-13-45", "may 99", "999 years ago"])
def test_a_day_there_is_not_breaks_nothing(text: str):
    for each in moments_in(text):
        each.period(NOW)


def test_a_day_is_the_person_s_own():
    (found,) = moments_in("yesterday")
    bounds = found.period(datetime(2026, 1, 1, 0, 30, tzinfo=BERLIN))
    assert bounds is not None
    assert bounds[0].astimezone(UTC) == datetime(2025, 12, 30, 23, tzinfo=UTC)
