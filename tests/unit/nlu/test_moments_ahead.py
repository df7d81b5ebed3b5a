"""What is still to come, beside a clock that stands on a Thursday noon in Berlin."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.entities.moments import MomentFinder, moment_value
from nlu.moments import Relation, ahead_in, without_times
from nlu.types import EntityDefinition

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 1, 1, 12, tzinfo=BERLIN)
FRIDAY = datetime(2026, 1, 2, 12, tzinfo=BERLIN)


def ahead(text: str, now: datetime = NOW, agreed: datetime | None = None) -> tuple[Relation, str, str] | None:
    (found,) = ahead_in(text)
    period = found.period(now, agreed=agreed)
    return (found.relation, f"{period[0]:%m-%d %H:%M}", f"{period[1]:%m-%d %H:%M}") if period else None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("delete it tomorrow", "01-02 00:00", "01-03 00:00"),
        ("the day after tomorrow", "01-03 00:00", "01-04 00:00"),
        ("tomorrow morning", "01-02 00:00", "01-02 12:00"),
        ("tomorrow at 6 pm", "01-02 18:00", "01-02 18:01"),
        ("tomorrow at 9", "01-02 09:00", "01-02 09:01"),
        ("tomorrow at 6", "01-02 18:00", "01-02 18:01"),
        ("at 6 p.m. tomorrow", "01-02 18:00", "01-02 18:01"),
        ("tonight", "01-01 18:00", "01-02 00:00"),
        ("tonight at 8", "01-01 20:00", "01-01 20:01"),
        ("on friday", "01-02 00:00", "01-03 00:00"),
        ("on thursday", "01-08 00:00", "01-09 00:00"),
        ("this thursday", "01-01 00:00", "01-02 00:00"),
        ("Friday", "01-02 00:00", "01-03 00:00"),
        ("next monday", "01-05 00:00", "01-06 00:00"),
        ("next friday", "01-09 00:00", "01-10 00:00"),
        ("friday next week", "01-09 00:00", "01-10 00:00"),
        ("friday at 18:30", "01-02 18:30", "01-02 18:31"),
        ("next week", "01-05 00:00", "01-12 00:00"),
        ("next month", "02-01 00:00", "03-01 00:00"),
        ("on the weekend", "01-03 00:00", "01-05 00:00"),
        ("at 11 am", "01-02 11:00", "01-02 11:01"),
        ("at noon", "01-02 12:00", "01-02 12:01"),
        ("in two hours", "01-01 14:00", "01-01 14:01"),
        ("in half an hour", "01-01 12:30", "01-01 12:31"),
        ("in three days' time", "01-04 12:00", "01-04 12:01"),
        ("a week from now", "01-08 12:00", "01-08 12:01"),
        ("on 3 may", "05-03 00:00", "05-04 00:00"),
        ("2026-01-09 at 7:15", "01-09 07:15", "01-09 07:16"),
        ("2026-01-09T07:15", "01-09 07:15", "01-09 07:16"),
    ],
)
def test_days_and_times_to_come(text: str, first: str, last: str) -> None:
    assert ahead(text) == (Relation.AT, first, last)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("keep it until friday", "01-03 00:00"),
        ("until Friday evening", "01-03 00:00"),
        ("until friday 6pm", "01-02 18:00"),
        ("until 6 pm", "01-01 18:00"),
        ("until 11:30", "01-02 11:30"),
        ("until 6", "01-01 18:00"),
        ("until 6 tomorrow", "01-02 18:00"),
        ("until 6 in the evening", "01-01 18:00"),
        ("till tomorrow", "01-03 00:00"),
        ("until tomorrow noon", "01-02 12:00"),
        ("until midnight", "01-02 00:00"),
        ("by monday", "01-06 00:00"),
        ("until next monday", "01-06 00:00"),
        ("until the end of the week", "01-05 00:00"),
        ("until end of next month", "03-01 00:00"),
        ("for the rest of the day", "01-02 00:00"),
        ("up to 15 january", "01-16 00:00"),
        ("until january 15th, 2026", "01-16 00:00"),
        ("until march", "04-01 00:00"),
        ("until 2026-02-10", "02-11 00:00"),
        ("until 29 february", "03-01 00:00"),
        ("until this evening", "01-02 00:00"),
        ("until the weekend", "01-05 00:00"),
    ],
)
def test_until_a_day_includes_it(text: str, end: str) -> None:
    assert ahead(text) == (Relation.UNTIL, "01-01 12:00", end)


@pytest.mark.parametrize(
    ("text", "relation", "end"),
    [
        ("a bucket for two hours", Relation.FOR, "01-01 14:00"),
        ("for 1h30m", Relation.FOR, "01-01 13:30"),
        ("for the next 3 days", Relation.FOR, "01-04 12:00"),
        ("for forty five minutes", Relation.FOR, "01-01 12:45"),
        ("keep it two more hours", Relation.MORE, "01-02 14:00"),
        ("keep it for two more hours", Relation.MORE, "01-02 14:00"),
        ("another day", Relation.MORE, "01-03 12:00"),
        ("another 30 minutes", Relation.MORE, "01-02 12:30"),
        ("two hours longer", Relation.MORE, "01-02 14:00"),
        ("extend it by a week", Relation.MORE, "01-09 12:00"),
    ],
)
def test_lengths_count_from_now_or_from_what_was_agreed(text: str, relation: Relation, end: str) -> None:
    assert ahead(text, agreed=FRIDAY) == (relation, "01-01 12:00", end)


def test_friday_said_on_friday_is_the_next_one() -> None:
    assert ahead("until friday", FRIDAY) == (Relation.UNTIL, "01-02 12:00", "01-10 00:00")
    assert ahead("this friday", FRIDAY) == (Relation.AT, "01-02 00:00", "01-03 00:00")


def test_what_was_said_may_be_over() -> None:
    assert ahead("until 6 am today") == (Relation.UNTIL, "01-01 12:00", "01-01 06:00")


@pytest.mark.parametrize(
    "text",
    [
        *("yesterday", "two hours ago", "last week", "the one from monday's run", "may i have one", "sun and moon"),
        *(
            "at 6 buckets",
            "a bucket called until-friday",
            "by hand",
            "for two buckets",
            "for acme",
            "tomorrow's bucket",
        ),
        *("in two zones", "until 6 buckets are there", "1.2.3.4:18:00", ""),
    ],
)
def test_what_says_nothing_of_what_is_to_come(text: str) -> None:
    assert list(ahead_in(text)) == []


@pytest.mark.parametrize("text", ["until 31 february", "until 2026-13-45", f"for {'9' * 15} years", "on 31 april"])
def test_a_day_there_is_not_breaks_nothing(text: str) -> None:
    assert [each.period(NOW) for each in ahead_in(text)] == [None]


def test_when_clocks_change_hours_stay_hours_and_days_keep_the_time() -> None:
    evening = datetime(2026, 3, 28, 20, tzinfo=BERLIN)
    (hours,), (days,) = ahead_in("for 12 hours"), ahead_in("for a day")
    assert (hours.period(evening) or ())[1] - evening.astimezone(UTC) == timedelta(hours=12)
    assert (days.period(evening) or ())[1] == datetime(2026, 3, 29, 20, tzinfo=BERLIN)
    assert ahead("tomorrow at 2:30", evening) == (Relation.AT, "03-29 03:30", "03-29 03:31")


@pytest.mark.parametrize(
    ("text", "first", "before"),
    [
        ("what changed on monday", "2025-12-29T00:00:00+01:00", "2025-12-30T00:00:00+01:00"),
        ("book it on monday", "2026-01-05T00:00:00+01:00", "2026-01-06T00:00:00+01:00"),
        ("delete the one made on monday", "2025-12-29T00:00:00+01:00", "2025-12-30T00:00:00+01:00"),
        ("the one from yesterday", "2025-12-31T00:00:00+01:00", "2026-01-01T00:00:00+01:00"),
        ("today at 6 pm", "2026-01-01T18:00:00+01:00", "2026-01-01T18:01:00+01:00"),
        ("today", "2026-01-01T00:00:00+01:00", "2026-01-02T00:00:00+01:00"),
        ("until friday", "2026-01-01T12:00:00+01:00", "2026-01-03T00:00:00+01:00"),
        ("tomorrow", "2026-01-02T00:00:00+01:00", "2026-01-03T00:00:00+01:00"),
    ],
)
def test_the_value_of_an_entity_is_a_period_in_the_person_s_zone(text: str, first: str, before: str) -> None:
    (found,) = MomentFinder(EntityDefinition("when", "moment")).find(text)
    assert moment_value(found.value, NOW) == {"from": first, "before": before}


_WORDS = "until for by at in on next this another more friday tomorrow 6 pm 18:00 two hours may 3rd 2026 noon end of"
_SAID = st.lists(st.sampled_from([*_WORDS.split(), "week", "a", "’s", ",", "٣", "9" * 40]), max_size=9).map(" ".join)


@given(_SAID, st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 30)))
def test_any_words_are_read_within_the_text_or_not_at_all(text: str, now: datetime) -> None:
    end = 0
    for each in ahead_in(text):
        assert end <= each.start < each.end and text[each.start : each.end] == each.text
        end = each.end
        each.period(now.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("a queue in staging until tomorrow at 6 pm", "a queue in staging"),
        ("for two hours a queue until friday please", "a queue please"),
        ("a queue tomorrow", "a queue tomorrow"),
        ("a queue for orders", "a queue for orders"),
    ],
)
def test_how_long_is_left_out(text: str, without: str):
    assert without_times(text) == without
