"""Schedules on a real database: each fired exactly once, by however many schedulers, and put off when it fails."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator import schedules, sweeps
from orchestrator.documents import Document, utc_now
from orchestrator.errors import NotAllowed
from orchestrator.schedules import schedule_drop, schedule_set

from .orchestrating import at_once

pytestmark = pytest.mark.usefixtures("mongo_db")


class Firings:
    """A handler that stores what it was fired with, in the same transaction."""

    def __init__(self) -> None:
        self.again: datetime | None = None
        self.refusal: Exception | None = None

    def __call__(self, tx: Transaction, row: Document) -> datetime | None:
        if self.refusal is not None:
            raise self.refusal
        collection("test_firing").insert_one({"subject": row["subject"]}, session=tx.session)
        return self.again

    def subjects(self) -> list[str]:
        return sorted(str(each["subject"]) for each in collection("test_firing").find())


@pytest.fixture
def firings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Firings]:
    collection("test_firing").delete_many({})
    found = Firings()
    monkeypatch.setattr(schedules, "_handlers", {"test": found})
    yield found
    collection("test_firing").drop()


def ago(seconds: float) -> datetime:
    return utc_now() - timedelta(seconds=seconds)


def plan(subject: str, due_at: datetime, **more: Any) -> None:
    run_transaction(lambda tx: schedule_set(tx, kind="test", subject=subject, due_at=due_at, **more))


def rows() -> list[Document]:
    return list(schedules.schedules().find())


def test_what_is_due_is_fired_and_the_rest_waits(firings: Firings):
    plan("now", ago(1))
    plan("later", ago(-3600))
    assert sweeps.sweep_once()["schedules"] == 1
    assert firings.subjects() == ["now"]
    assert [each["subject"] for each in rows()] == ["later"]


def test_many_schedulers_fire_each_of_many_exactly_once(firings: Firings):
    subjects = [f"stack-{number:02}" for number in range(30)]
    for each in subjects:
        plan(each, ago(1))
    fired = at_once([schedules.fire_due] * 4)
    assert sum(each for each in fired if isinstance(each, int)) == len(subjects)
    assert firings.subjects() == subjects
    assert rows() == []


def test_what_repeats_is_fired_once_each_time(firings: Firings):
    firings.again = ago(-60)
    plan("daily", ago(1))
    at_once([schedules.fire_due] * 3)
    assert firings.subjects() == ["daily"]
    (row,) = rows()
    assert (row["due_at"], row["fired"]) == (firings.again, 1)


def test_set_anew_or_dropped_it_is_not_fired_at_its_old_time(firings: Firings):
    plan("moved", ago(1))
    plan("moved", ago(-60))
    plan("dropped", ago(1))
    run_transaction(lambda tx: schedule_drop(tx, kind="test", subject="dropped"))
    assert schedules.fire_due() == 0
    assert firings.subjects() == []


def test_one_that_fails_waits_with_its_reason_and_holds_up_no_other(firings: Firings):
    firings.refusal = NotAllowed("demo has no active account here.")
    plan("first", ago(10))
    assert schedules.fire_due() == 0
    (row,) = rows()
    assert row["problem"] == "demo has no active account here."
    assert row["due_at"] > utc_now()
    firings.refusal = None
    plan("second", ago(1))
    schedules.schedules().update_one({"_id": row["_id"]}, {"$set": {"due_at": ago(1)}})
    assert schedules.fire_due() == 2
    assert firings.subjects() == ["first", "second"]


def test_an_unexpected_failure_undoes_what_was_written_and_is_tried_again(firings: Firings):
    plan("first", ago(1))

    def broken(tx: Transaction, row: Document) -> datetime | None:
        firings(tx, row)
        raise RuntimeError("not yet")

    schedules._handlers["test"] = broken
    assert schedules.fire_due() == 0
    assert firings.subjects() == []
    assert rows()[0]["attempts"] == 1


def test_a_kind_that_this_version_does_not_know_is_left_alone(firings: Firings):
    run_transaction(lambda tx: schedule_set(tx, kind="of another version", subject="x", due_at=ago(1)))
    assert schedules.fire_due() == 0
    assert len(rows()) == 1
