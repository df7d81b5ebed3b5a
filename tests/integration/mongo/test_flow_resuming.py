"""An apply whose worker was lost, and whose process runs on or has ended by itself: somebody follows it to its end."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import leases, outbox, queue, selectors, services, shutdown, sweeps
from orchestrator.documents import jobs, starts
from orchestrator.executors.base import Context, Detached, ExecutorError, Gone, LogLine
from orchestrator.types import JobView
from tests.servers.processes import wait_until

from .flow import OWNER, Background, FakeExecutor, abandoned, done, found, ready, run, states, until_stopped
from .orchestrating import HASH, actor, lose_lease, person, raw, seed, submit

OTHER = "infrastructure@tests:2"


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture(autouse=True)
def _no_shutdown() -> Iterator[None]:
    yield
    shutdown.withdraw()


def hand_over(context: Context) -> Any:
    """This worker is asked to end, and leaves running what it started."""
    shutdown.request(shutdown.HANDOVER)
    raise Detached(str(context.should_stop()))


def handed_over(job: JobView, executor: FakeExecutor, owner: str = OWNER) -> str:
    said = run(job, executor, owner)
    shutdown.withdraw()
    return said


def test_what_runs_on_is_followed_to_its_end(demo: User) -> None:
    executor = FakeExecutor(to_attach=done())
    job, _ = abandoned(demo, executor)

    assert run(job, executor, OTHER) == "succeeded"

    assert executor.applied == []
    (started,) = executor.attached
    assert (started.number, started.plan_hash, started.owner) == (1, HASH, "worker-1")
    assert states(job)[-3:] == ["applying", "applying", "succeeded"]
    view = selectors.job_get(job.id)
    assert (view.outputs, view.starts, view.error) == ({"arn": "arn:bucket"}, 1, None)
    assert view.stack is not None
    assert view.stack.status == "live"


def test_people_hear_once_that_another_worker_has_taken_over(demo: User) -> None:
    executor = FakeExecutor(to_attach=done())
    job, _ = abandoned(demo, executor)
    run(job, executor, OTHER)
    told = [each for each in selectors.job_transitions(job.id) if each.from_state == each.to_state]
    assert [each.reason for each in told] == [
        "the worker was lost while it was changing things; another one has taken over"
    ]


def test_the_next_holder_has_a_higher_fence(demo: User) -> None:
    executor = FakeExecutor(to_attach=done())
    job, lost = abandoned(demo, executor)
    run(job, executor, OTHER)
    assert executor.contexts[-1].fence == lost.fence + 1
    assert starts().count_documents({"job_id": job.id}) == 1


def test_the_log_goes_on_where_it_stopped(demo: User) -> None:
    def begin(context: Context) -> Any:
        context.on_process(4711, 12.5)
        context.on_lock("lock-1")
        context.emit(LogLine("line", "first", offset=10))
        context.emit(LogLine("line", "second", offset=20))
        return hand_over(context)

    executor = FakeExecutor(to_apply=begin, to_attach=done())
    job = ready(demo, executor)
    assert handed_over(job, executor) == "applying"

    assert run(job, executor, OTHER) == "succeeded"

    (started,) = executor.attached
    assert (started.pid, started.process_started_at, started.lock_id) == (4711, 12.5, "lock-1")
    assert started.log_offset == 20
    assert started.host == executor.contexts[-1].host


def test_offsets_of_other_processes_do_not_count(demo: User) -> None:
    def plan(context: Context) -> Any:
        context.emit(LogLine("line", "of the plan", offset=999))
        return FakeExecutor().to_plan

    executor = FakeExecutor(plan, to_attach=done())
    job, _ = abandoned(demo, executor)
    run(job, executor, OTHER)
    assert executor.attached[0].log_offset == 0


def test_a_hand_over_wakes_the_next_worker_at_once(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[str] = []
    monkeypatch.setattr(queue, "publish_job", published.append)
    executor = FakeExecutor(to_apply=hand_over, to_attach=done())
    job = ready(demo, executor)
    outbox.relay_once()
    published.clear()

    assert handed_over(job, executor) == "applying"

    assert raw(job.id)["lease_owner"] is None
    outbox.relay_once()
    assert published == [job.id]
    assert run(job, executor, OTHER) == "succeeded"
    assert states(job)[-2:] == ["applying", "succeeded"]  # nobody was lost: nothing to tell


def test_who_lost_the_lease_lets_go_and_writes_nothing(demo: User) -> None:
    executor = FakeExecutor(to_apply=Detached("lease_lost"))
    job = ready(demo, executor)
    assert run(job, executor) == "lease lost"
    assert raw(job.id)["state"] == "applying"


def test_the_takeover_itself_may_be_lost_and_taken_over(demo: User) -> None:
    executor = FakeExecutor(to_attach=hand_over)
    job, lost = abandoned(demo, executor)
    assert handed_over(job, executor, OTHER) == "applying"
    executor.to_attach = done()
    assert run(job, executor, "infrastructure@tests:3") == "succeeded"
    assert [each.fence for each in executor.contexts[-2:]] == [lost.fence + 1, lost.fence + 2]


@pytest.mark.parametrize("problem", [Gone(), ExecutorError("disk_full", "The disk is full."), RuntimeError("?")])
def test_what_cannot_be_followed_is_found_out(demo: User, problem: Exception) -> None:
    executor = FakeExecutor(to_attach=problem, to_reconcile=found("succeeded"))
    job, _ = abandoned(demo, executor)

    assert run(job, executor, OTHER) == "succeeded"

    assert states(job)[-4:] == ["applying", "indeterminate", "reconciling", "succeeded"]
    assert selectors.job_get(job.id).error is None


def test_a_wish_to_cancel_reaches_the_adopted_process(demo: User) -> None:
    executor = FakeExecutor(to_attach=until_stopped)
    job, _ = abandoned(demo, executor)
    following = Background(lambda: run(job, executor, OTHER))
    wait_until(lambda: len(executor.attached) == 1, seconds=10, what="being followed")

    services.job_cancel(job_id=job.id, actor=actor(demo), reason="", via="test")

    assert following.result() == "canceled"
    assert states(job)[-2:] == ["canceling", "canceled"]


def test_the_time_limit_is_that_of_the_start_and_not_of_its_follower(demo: User, settings: Any) -> None:
    settings.ORCHESTRATOR = {**settings.ORCHESTRATOR, "APPLY_TIMEOUT_SECONDS": 100}
    executor = FakeExecutor(to_attach=done())
    job, _ = abandoned(demo, executor)
    row = starts().find_one({"job_id": job.id})
    assert row is not None
    starts().update_one({"_id": row["_id"]}, [{"$set": {"at": {"$subtract": ["$at", 99_000]}}}])

    run(job, executor, OTHER)

    assert executor.contexts[-1].timeout_seconds < 2


def test_an_apply_in_an_environment_that_was_switched_off_is_followed_all_the_same(demo: User) -> None:
    executor = FakeExecutor(to_attach=done())
    job, _ = abandoned(demo, executor)
    collection("orchestrator_environment").update_one({"_id": "staging"}, {"$set": {"enabled": False}})
    assert run(job, executor, OTHER) == "succeeded"


def test_a_worker_with_a_live_lease_is_left_alone(demo: User) -> None:
    executor = FakeExecutor(to_apply=until_stopped)
    job = ready(demo, executor)
    running = Background(lambda: run(job, executor))
    wait_until(lambda: raw(job.id)["state"] == "applying", seconds=10, what="applying")

    assert run(job, executor, OTHER) == "busy"
    assert executor.attached == []

    services.job_cancel(job_id=job.id, actor=actor(demo), reason="", via="test")
    assert running.result() == "canceled"


def test_a_lost_apply_is_woken_at_once_and_then_again_and_again(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[str] = []
    monkeypatch.setattr(queue, "publish_job", published.append)
    job, _ = abandoned(demo, FakeExecutor())
    outbox.relay_once()
    published.clear()

    assert [sweeps.lost_workers() for _ in range(3)] == [1, 0, 0]
    outbox.relay_once()
    assert published == [job.id]

    for _ in range(12):
        collection("orchestrator_outbox").update_many({}, [{"$set": {"done_at": {"$subtract": ["$done_at", 31_000]}}}])
        assert sweeps.lost_workers() == 1
        outbox.relay_once()
    assert len(published) == 13

    next_holder = leases.claim(job.id, OTHER, [job.state], 60)
    assert next_holder is not None
    assert sweeps.lost_workers() == 0
    lose_lease(job.id)
    assert sweeps.lost_workers() == 1  # another loss: at once


class TestShutdown:
    @pytest.mark.parametrize("mode", [shutdown.HANDOVER, shutdown.INTERRUPT])
    def test_planning_is_queued_again_at_once(self, demo: User, mode: str) -> None:
        def plan(context: Context) -> Any:
            shutdown.request(mode)
            return until_stopped(context)

        job = submit(demo)
        executor = FakeExecutor(plan)
        assert run(job, executor) == "queued"
        assert len(executor.contexts) == 1
        assert raw(job.id)["planning_losses"] == 0
        shutdown.withdraw()
        assert run(job, FakeExecutor()) == "awaiting_approval"

    @pytest.mark.parametrize("mode", [shutdown.HANDOVER, shutdown.INTERRUPT])
    def test_what_has_not_started_is_left_approved(self, demo: User, mode: str) -> None:
        def verify(context: Context) -> Any:
            shutdown.request(mode)
            return until_stopped(context)

        executor = FakeExecutor(to_verify=verify)
        job = ready(demo, executor)
        assert run(job, executor) == "approved"
        assert raw(job.id)["lease_owner"] is None
        shutdown.withdraw()
        executor.to_verify = None
        assert run(job, executor) == "succeeded"

    @pytest.mark.parametrize("status", ["partially_applied", "canceled", "failed", "indeterminate"])
    def test_what_was_interrupted_for_it_is_found_out_by_the_next(self, demo: User, status: str) -> None:
        def apply(context: Context) -> Any:
            shutdown.request(shutdown.INTERRUPT)
            assert context.should_stop() == "shutdown"
            return done(status)

        executor = FakeExecutor(to_apply=apply, to_reconcile=until_stopped)
        job = ready(demo, executor)
        assert run(job, executor) == "indeterminate"
        assert "partially_applied" not in states(job)
        shutdown.withdraw()
        executor.to_reconcile = found("succeeded")
        assert run(job, executor, OTHER) == "succeeded"

    def test_finding_out_is_broken_off_and_begins_again(self, demo: User) -> None:
        def reconcile(context: Context) -> Any:
            shutdown.request(shutdown.HANDOVER)
            return until_stopped(context)

        executor = FakeExecutor(to_reconcile=reconcile)
        job, _ = abandoned(demo, executor)
        assert run(job, executor) == "indeterminate"
        assert (raw(job.id)["tries"], raw(job.id)["retry_at"]) == (0, None)
        assert jobs().count_documents({"lease_owner": None}) == 1
