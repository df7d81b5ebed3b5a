"""What transitions promise happens, once somebody can, whoever was away meanwhile."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator import background, events, outbox, queue, selectors, sweeps, workload
from orchestrator.documents import jobs, utc_now
from orchestrator.errors import QueueUnavailable
from orchestrator.processes import Presence
from orchestrator.types import JobTransition, JobView
from tests.servers.processes import wait_until

from .orchestrating import applying, approve, at_once, lose_lease, move, person, planned, raw, seed, submit, take


@pytest.fixture
def demo(mongo_db: Database[dict[str, object]]) -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of jobs that went to the queue."""
    found: list[str] = []
    monkeypatch.setattr(queue, "publish_job", found.append)
    return found


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The moves that a registered handler was told of."""
    found: list[str] = []

    def handler(job: JobView, move: JobTransition) -> None:
        found.append(f"{move.to_state} {move.version}")

    monkeypatch.setattr(events, "_transition_handlers", {"test": handler})
    yield found


def rows(**wanted: Any) -> list[dict[str, Any]]:
    return list(collection("orchestrator_outbox").find(wanted))


def grow_old(seconds: float = 3600) -> None:
    before = utc_now() - timedelta(seconds=seconds)
    collection("orchestrator_outbox").update_many({}, {"$set": {"created_at": before, "not_before": before}})
    collection("orchestrator_outbox").update_many({"done_at": {"$ne": None}}, {"$set": {"done_at": before}})
    jobs().update_many({}, {"$set": {"updated_at": before}})


def test_handlers_run_right_after_the_commit(demo: User, handled: list[str]) -> None:
    job = submit(demo)
    assert handled == ["queued 1"]
    assert rows(kind="transition", done_at=None) == []
    planned(job)
    assert handled == ["queued 1", "planning 2", "awaiting_approval 3"]


def test_a_handler_that_failed_is_repeated_alone(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def bad(job: JobView, move: JobTransition) -> None:
        calls.append("bad")
        if calls.count("bad") == 1:
            raise RuntimeError("not yet")

    good = lambda job, move: calls.append("good")  # noqa: E731
    monkeypatch.setattr(events, "_transition_handlers", {"bad": bad, "good": good})
    submit(demo)
    assert sorted(calls) == ["bad", "good"]

    grow_old()
    outbox.relay_once()

    assert sorted(calls) == ["bad", "bad", "good"]
    assert rows(kind="transition", done_at=None) == []


def test_a_wake_up_is_published_once_by_any_number_of_relays(demo: User, published: list[str]) -> None:
    job = submit(demo)
    at_once([outbox.relay_once] * 4)
    assert published == [job.id]
    assert rows(kind="wakeup", done_at=None) == []


def test_a_wake_up_waits_for_the_queue(demo: User, monkeypatch: pytest.MonkeyPatch, published: list[str]) -> None:
    def away(job_id: str) -> None:
        raise QueueUnavailable("SQS is away.")

    with monkeypatch.context() as broken:
        broken.setattr(queue, "publish_job", away)
        job = submit(demo)
        outbox.relay_once()
    (row,) = rows(kind="wakeup")
    assert row["done_at"] is None
    assert row["not_before"] > utc_now()

    grow_old()
    outbox.relay_once()
    assert published == [job.id]


def test_a_job_that_needs_nobody_any_more_is_not_published(demo: User, published: list[str]) -> None:
    planned(submit(demo))
    outbox.relay_once()
    assert published == []
    assert rows(kind="wakeup", done_at=None) == []


def test_the_follower_publishes_at_once(demo: User, published: list[str]) -> None:
    stop = threading.Event()
    follower = threading.Thread(target=outbox.follow, args=(stop,), daemon=True)
    follower.start()
    try:
        first = submit(demo, "first")
        wait_until(lambda: first.id in published, seconds=10, what="the first wake-up")
        second = submit(demo, "second")
        wait_until(lambda: second.id in published, seconds=10, what="the second wake-up")
    finally:
        stop.set()
        follower.join(10)
    assert not follower.is_alive()


def test_forgotten_jobs_are_published_again_at_growing_intervals(demo: User, published: list[str]) -> None:
    job = submit(demo)
    outbox.relay_once()
    assert sweeps.forgotten_jobs() == 0

    grow_old()
    assert sweeps.forgotten_jobs() == 1
    assert sweeps.forgotten_jobs() == 0
    outbox.relay_once()
    assert published == [job.id, job.id]

    jobs().update_one({"_id": job.id}, {"$set": {"updated_at": utc_now() - timedelta(hours=1)}})
    assert sweeps.forgotten_jobs() == 0


def test_a_job_whose_row_was_removed_is_published_again(demo: User, published: list[str]) -> None:
    job = submit(demo)
    collection("orchestrator_outbox").delete_many({})
    jobs().update_one({"_id": job.id}, {"$set": {"updated_at": utc_now() - timedelta(hours=1)}})

    assert sweeps.forgotten_jobs() == 1
    outbox.relay_once()
    assert published == [job.id]


def test_lost_workers(demo: User, published: list[str]) -> None:
    planning = submit(demo, "planning")
    move(planning, "planning", take(planning))  # type: ignore[arg-type]
    canceled = submit(demo, "canceled")
    move(canceled, "planning", take(canceled))  # type: ignore[arg-type]
    jobs().update_one({"_id": canceled.id}, {"$set": {"cancel_requested": {"actor": None, "reason": ""}}})
    changing, _ = applying(approve(planned(submit(demo, "changing")), demo))
    healthy, _ = applying(approve(planned(submit(demo, "healthy")), demo))
    for job in (planning, canceled, changing):
        lose_lease(job.id)

    assert sweeps.lost_workers() == 3

    found = {job.id: raw(job.id)["state"] for job in (planning, canceled, changing, healthy)}
    assert list(found.values()) == ["queued", "canceled", "applying", "applying"]
    outbox.relay_once()
    assert changing.id in published  # a worker takes it over
    assert healthy.id not in published


def test_a_worker_that_is_lost_before_its_first_move_is_missed_at_once(demo: User, published: list[str]) -> None:
    queued, approved = submit(demo), approve(planned(submit(demo, "other")), demo)
    outbox.relay_once()
    published.clear()
    leases = [take(queued), take(approved)]
    assert sweeps.lost_workers() == 0

    for lease in leases:
        lose_lease(lease.job_id)
    assert [sweeps.lost_workers() for _ in range(2)] == [2, 0]
    outbox.relay_once()
    assert sorted(published) == sorted([queued.id, approved.id])
    assert sweeps.lost_workers() == 0


def test_plans_expire(demo: User) -> None:
    waiting = planned(submit(demo, "waiting"))
    agreed = approve(planned(submit(demo, "agreed")), demo)
    fresh = planned(submit(demo, "fresh"))
    past = utc_now() - timedelta(seconds=1)
    jobs().update_many({"_id": {"$in": [waiting.id, agreed.id]}}, {"$set": {"approval_expires_at": past}})

    assert sweeps.expired_plans() == 2

    assert selectors.job_get(waiting.id).state == "expired"
    assert selectors.job_get(agreed.id).state == "expired"
    assert selectors.job_get(fresh.id).state == "awaiting_approval"


def test_one_bad_sweep_does_not_stop_the_others(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def bad() -> int:
        raise RuntimeError("bad")

    monkeypatch.setattr(events, "_sweeps", {"bad": bad, "good": lambda: 7})
    mended = sweeps.sweep_once()
    assert "bad" not in mended
    assert mended["good"] == 7


def test_presence(demo: User) -> None:
    presence = Presence("scheduler")
    presence.beat()
    presence.beat()
    (found,) = workload.processes_list()
    assert (found.role, found.pid) == ("scheduler", presence.pid)
    presence.stop()
    assert workload.processes_list() == []


def test_a_task_promised_in_a_transaction_reaches_the_background_queue(
    demo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(queue, "publish_task", lambda task, argument: sent.append((task, argument)))
    for _ in range(2):
        run_transaction(lambda tx: background.task_promise(tx=tx, task="tests.note", argument="a"))
    with pytest.raises(ZeroDivisionError):
        run_transaction(_promised_and_undone)
    assert outbox.relay_once() == 1
    assert outbox.relay_once() == 0
    assert sent == [("tests.note", "a")]
    run_transaction(lambda tx: background.task_promise(tx=tx, task="tests.note", argument="a"))
    assert outbox.relay_once() == 1


def test_a_task_waits_while_the_queue_is_away(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(task: str, argument: str) -> None:
        raise QueueUnavailable("The queue cannot be reached.")

    monkeypatch.setattr(queue, "publish_task", away)
    run_transaction(lambda tx: background.task_promise(tx=tx, task="tests.note", argument="a"))
    assert outbox.relay_once() == 0
    (row,) = rows(kind="task")
    assert row["done_at"] is None
    assert row["not_before"] > row["created_at"]


def _promised_and_undone(tx: Transaction) -> None:
    background.task_promise(tx=tx, task="tests.note", argument="b")
    raise ZeroDivisionError
