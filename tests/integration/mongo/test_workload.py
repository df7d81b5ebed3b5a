"""How the work goes, counted from the recorded moves."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from chatbot_project.mongo.connections import collection
from orchestrator.workload import Took, workload

pytestmark = pytest.mark.usefixtures("mongo_db")

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)


def moved(*moves: tuple[str, float]) -> None:
    """A job's moves, each with how many seconds before NOW it was."""
    job_id = str(uuid4())
    rows: list[dict[str, Any]] = [
        {
            "_id": f"{job_id}:{version}",
            "job_id": job_id,
            "version": version,
            "to_state": state,
            "at": NOW - timedelta(seconds=ago),
        }
        for version, (state, ago) in enumerate(moves, start=1)
    ]
    collection("orchestrator_transition").insert_many(rows)


def test_nothing_yet_is_days_without_numbers() -> None:
    found = workload(days=3, now=NOW)
    assert [each.date.day for each in found.days] == [18, 19, 20]
    assert all(each.ended == {} for each in found.days)
    assert (found.waited, found.decided, found.worked) == (None, None, None)


def test_what_ended_is_counted_on_the_readers_day_and_how_long_it_took() -> None:
    moved(("queued", 400), ("planning", 390), ("awaiting_approval", 380), ("approved", 80), ("applying", 79))
    whole = (("queued", 4_000), ("planning", 3_998), ("awaiting_approval", 3_990), ("approved", 3_890))
    moved(*whole, ("applying", 3_880), ("succeeded", 3_860))
    moved(("queued", 90_000), ("planning", 89_996), ("failed", 47_000))  # the evening before, in UTC 22:56
    found = workload(days=2, now=NOW)
    assert [each.ended for each in found.days] == [{"failed": 1}, {"succeeded": 1}]
    assert found.waited == Took(3, 4.0, 10.0)
    assert found.decided == Took(2, 200.0, 300.0)
    assert found.worked == Took(1, 20.0, 20.0)
    in_berlin = workload(days=2, now=NOW, zone=ZoneInfo("Europe/Berlin"))
    assert [each.ended for each in in_berlin.days] == [{}, {"failed": 1, "succeeded": 1}]


def test_what_was_interrupted_in_between_is_not_a_time() -> None:
    moved(("queued", 100), ("planning", 90), ("queued", 50), ("planning", 20))
    moved(("awaiting_approval", 500), ("superseded", 100))
    found = workload(days=1, now=NOW)
    assert found.waited == Took(2, 20.0, 30.0)
    assert found.decided is None
