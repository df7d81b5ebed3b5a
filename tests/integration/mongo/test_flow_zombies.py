"""A worker that was paused and wakes up when its job is another's: whatever it writes is refused."""

import multiprocessing
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo import connections
from chatbot_project.mongo.connections import collection
from orchestrator import leases, selectors, sweeps
from orchestrator.documents import starts
from orchestrator.errors import LeaseLost
from orchestrator.executors.base import Context, Detached, LogLine
from orchestrator.joblog import JobLog
from orchestrator.leases import Lease
from orchestrator.plans import plan_store
from orchestrator.runner import run_job
from orchestrator.starts import StartNotes, start_note
from orchestrator.states import JobState
from orchestrator.types import JobView
from tests.servers.failpoints import failing
from tests.servers.processes import wait_until

from .flow import Background, FakeExecutor, abandoned, done, found, ready, remainder, run
from .orchestrating import HASH, applying, at_once, lose_lease, move, person, raw, seed, take

OTHER = "infrastructure@tests:2"
REFUSED = {"errorCode": 8000}  # not one that is tried again


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def taken(demo: User) -> tuple[JobView, Lease, JobLog]:
    """An applying job that another worker has taken from its first holder; that one's lease and log."""
    job, lease = abandoned(demo, FakeExecutor())
    # It had opened its log while its lease was good.
    collection("orchestrator_job").update_one({"_id": job.id}, [{"$set": {"lease_expires_at": _soon}}])
    log = JobLog.open(lease)
    lose_lease(job.id)
    take(job, owner=OTHER)
    return job, lease, log


_soon = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": 60}}


def test_it_moves_nothing(taken: tuple[JobView, Lease, JobLog]) -> None:
    job, lease, _ = taken
    for target in (JobState.SUCCEEDED, JobState.CANCELING, JobState.INDETERMINATE):
        with pytest.raises(LeaseLost):
            move(job, target, lease)


def test_it_records_no_process_and_no_lock(taken: tuple[JobView, Lease, JobLog]) -> None:
    job, lease, _ = taken
    for facts in ({"process": {"pid": 1, "started_at": 1.0}}, {"lock_id": "zombie"}):
        with pytest.raises(LeaseLost):
            start_note(lease, 1, facts)
    (row,) = starts().find({"job_id": job.id})
    assert (row["process"], row["lock_id"]) == (None, None)


def test_what_is_seen_while_mongodb_is_away_is_recorded_when_it_is_back(demo: User) -> None:
    job, lease = applying(ready(demo, FakeExecutor()))
    notes = StartNotes(lambda: lease, lambda: pytest.fail("nobody took it"))
    with failing("commitTransaction", REFUSED, times=1000):
        notes.process(1, 4711, 1.5)
    assert starts().count_documents({"job_id": job.id, "process": None}) == 1

    notes.repeat()

    assert starts().count_documents({"job_id": job.id, "process": {"pid": 4711, "started_at": 1.5}}) == 1


def test_it_stores_no_plan(taken: tuple[JobView, Lease, JobLog]) -> None:
    job, lease, _ = taken
    with pytest.raises(LeaseLost):
        plan_store(lease=lease, job_id=job.id, masked_plan={"zombie": True})
    assert selectors.job_plan(job.id) == {"planned": True}


def test_it_cannot_open_the_log_again(taken: tuple[JobView, Lease, JobLog]) -> None:
    _, lease, _ = taken
    with pytest.raises(LeaseLost):
        JobLog.open(lease)


def test_it_writes_no_line_once_the_next_has_opened_the_log(demo: User, taken: tuple[JobView, Lease, JobLog]) -> None:
    job, _, log = taken
    lose_lease(job.id)
    run(job, FakeExecutor(to_attach=done()), OTHER)
    with pytest.raises(LeaseLost):
        log.append([LogLine("line", "from the grave")])
    assert "from the grave" not in [each.text for each in selectors.job_events(job.id)]


def test_it_hands_nothing_over_and_releases_nothing(taken: tuple[JobView, Lease, JobLog]) -> None:
    job, lease, _ = taken
    assert not leases.hand_over(lease)
    assert not leases.release(lease)
    assert raw(job.id)["lease_owner"] == OTHER


def test_it_makes_no_further_start(demo: User) -> None:
    job, _ = abandoned(demo, FakeExecutor())
    job = move(job, JobState.INDETERMINATE)
    old = take(job)
    job = move(job, JobState.RECONCILING, old)
    lose_lease(job.id)
    take(job, owner=OTHER)
    with pytest.raises(LeaseLost):
        move(job, JobState.APPLYING, old)
    assert starts().count_documents({"job_id": job.id}) == 1


def test_a_whole_worker_that_sleeps_through_its_lease_adds_nothing(demo: User) -> None:
    """Its executor goes on as if nothing had happened, while another worker finishes the job."""
    executor, second = FakeExecutor(), FakeExecutor(to_attach=done())
    job = ready(demo, executor)

    def sleep(context: Context) -> Any:
        context.on_process(1, 1.0)
        context.emit(LogLine("line", "before the sleep", offset=5))
        lose_lease(context.job_id)
        assert run(job, second, OTHER) == "succeeded"
        context.emit(LogLine("line", "after the sleep", offset=9))
        context.on_process(2, 2.0)
        context.on_lock("zombie")
        wait_until(lambda: context.should_stop() == "lease_lost", seconds=10, what="the loss being noticed")
        raise Detached("lease_lost")

    executor.to_apply = sleep
    assert run(job, executor) == "lease lost"

    assert second.attached[0].pid == 1
    assert "after the sleep" not in [each.text for each in selectors.job_events(job.id)]
    (row,) = starts().find({"job_id": job.id})
    assert (row["process"], row["lock_id"]) == ({"pid": 1, "started_at": 1.0}, None)
    assert selectors.job_get(job.id).state == "succeeded"


def test_a_claim_at_the_same_moment_shuts_it_out(demo: User) -> None:
    """Either the record is there before the claim, or it is refused: never afterwards."""
    for number in range(10):
        job, lease = abandoned(demo, FakeExecutor(), f"bucket-{number}")
        collection("orchestrator_job").update_one({"_id": job.id}, [{"$set": {"lease_expires_at": _soon}}])
        seen: list[Any] = []

        def take_it(job: JobView = job, seen: list[Any] = seen) -> None:
            leases.take_over(job.id, OTHER, 60)
            seen.append(starts().find_one({"job_id": job.id})["lock_id"])  # type: ignore[index]

        said = at_once([partial(start_note, lease, 1, {"lock_id": "mine"}), take_it])
        (row,) = starts().find({"job_id": job.id})
        assert row["lock_id"] == (None if isinstance(said[0], LeaseLost) else "mine")
        assert row["lock_id"] == seen[0], said


def test_many_sweepers_and_workers_at_once_take_it_over_once(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=remainder(may_continue=True))
    job, lost = abandoned(demo, executor)
    workers = [partial(run, job, executor, f"infrastructure@tests:{n}") for n in range(4)]
    sweepers = [lambda: sweeps.lost_workers() + sweeps.interrupted_jobs()] * 4

    for result in at_once([*workers, *sweepers]):
        assert not isinstance(result, Exception), result

    assert len(executor.attached) == 1
    assert [approved for _, approved in executor.reconciled] == [HASH]
    assert len(executor.applied) == 1
    view = selectors.job_get(job.id)
    assert (view.state, view.starts) == (JobState.SUCCEEDED, 2)
    assert raw(job.id)["lease_fence"] == lost.fence + 2


def test_many_processes_at_once_take_it_over_once(demo: User, mongo_db: Database[Any], settings: Any) -> None:
    job, _ = abandoned(demo, FakeExecutor())
    # Forked from a process without a client of its own.
    connections.close()
    fork = multiprocessing.get_context("fork")
    said: Any = fork.Queue()
    racing = [fork.Process(target=_race, args=(job.id, n, said)) for n in range(4)]
    for each in racing:
        each.start()
    results = [said.get(timeout=30) for _ in racing]
    for each in racing:
        each.join(30)

    assert sorted(attached for _, attached in results) == [0, 0, 0, 1]
    assert selectors.job_get(job.id).state == "succeeded"


def _race(job_id: str, number: int, said: Any) -> None:
    connections.close()
    executor = FakeExecutor(to_attach=done(), to_reconcile=found("succeeded"))
    outcome = run_job(job_id, owner=f"infrastructure@tests:{number}", executors=executor)
    said.put((outcome, len(executor.attached)))


def test_two_workers_follow_each_other_through_every_loss(demo: User) -> None:
    """Each holder loses the job in the middle; the log has every line once and in order."""
    executor = FakeExecutor()
    job = ready(demo, executor)
    taken_by: list[Background] = []

    def work(context: Context, begin: int = 0) -> Any:
        context.emit(LogLine("line", f"line {begin}", offset=begin + 1))
        wait_until(lambda: f"line {begin}" in _lines(job), seconds=10, what="the line")
        if begin == 3:
            return done()
        lose_lease(context.job_id)
        nxt = FakeExecutor()
        nxt.to_attach = lambda inner: work(inner, nxt.attached[-1].log_offset)
        taken_by.append(Background(lambda: run(job, nxt, f"infrastructure@tests:{begin + 10}")))
        wait_until(lambda: context.should_stop() == "lease_lost", seconds=20, what="the loss being noticed")
        raise Detached("lease_lost")

    executor.to_apply = work
    assert run(job, executor) == "lease lost"
    wait_until(lambda: raw(job.id)["state"] == "succeeded", seconds=30, what="the end")
    assert [each for each in _lines(job) if each.startswith("line ")] == [f"line {n}" for n in range(4)]
    for each in taken_by:
        each.result()


def _lines(job: JobView) -> list[str]:
    return [each.text for each in selectors.job_events(job.id)]
