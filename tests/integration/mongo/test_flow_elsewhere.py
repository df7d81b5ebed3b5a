"""An apply that was started on another machine: left to a worker there, waited for, or given up by an operator."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import outbox, queue, selectors, shutdown, sweeps
from orchestrator.documents import jobs, starts, utc_now
from orchestrator.elsewhere import WAITING
from orchestrator.executors.base import Context, Elsewhere
from orchestrator.processes import Presence
from orchestrator.types import JobView

from .flow import FakeExecutor, abandoned, done, found, remainder, run, states
from .orchestrating import OTHER_HASH, person, raw, seed

THERE, HERE = "worker-there", "worker-here"
NOT_HERE = Elsewhere("elsewhere", "It was started on another machine.", retryable=True)


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def executor() -> FakeExecutor:
    """On this machine it can tell nothing."""
    return FakeExecutor(to_attach=NOT_HERE, to_reconcile=NOT_HERE)


@pytest.fixture
def lost(demo: User, executor: FakeExecutor, settings: Any) -> JobView:
    """An apply of a machine whose worker was lost a minute ago."""
    settings.WORKER_HOST = THERE
    job, _ = abandoned(demo, executor)
    settings.WORKER_HOST = HERE
    long_ago(job)
    return job


def long_ago(job: JobView) -> None:
    jobs().update_one({"_id": job.id}, {"$set": {"updated_at": utc_now() - timedelta(minutes=1)}})


def worker_of(host: str, settings: Any, role: str = "infrastructure") -> None:
    here, settings.WORKER_HOST = settings.WORKER_HOST, host
    Presence(role).beat()
    settings.WORKER_HOST = here


def due(job: JobView) -> None:
    jobs().update_one({"_id": job.id}, {"$set": {"retry_at": None}})


def test_the_start_tells_its_machine(lost: JobView) -> None:
    (row,) = starts().find({"job_id": lost.id})
    assert row["host"] == THERE


def test_a_live_worker_of_that_machine_gets_it(lost: JobView, executor: FakeExecutor, settings: Any) -> None:
    worker_of(THERE, settings)
    fence = raw(lost.id)["lease_fence"]

    assert run(lost, executor) == "busy"
    assert (executor.attached, raw(lost.id)["lease_fence"]) == ([], fence)

    settings.WORKER_HOST = THERE
    executor.to_attach = done()
    assert run(lost, executor) == "succeeded"


def test_until_then_workers_are_woken_again_and_again(
    lost: JobView, executor: FakeExecutor, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[str] = []
    monkeypatch.setattr(queue, "publish_job", published.append)
    outbox.relay_once()
    published.clear()
    worker_of(THERE, settings)
    for _ in range(3):
        assert run(lost, executor) == "busy"
        assert sweeps.lost_workers() == 1
        outbox.relay_once()
        collection("orchestrator_outbox").update_many({}, [{"$set": {"done_at": {"$subtract": ["$done_at", 31_000]}}}])
    assert published == [lost.id] * 3


def test_a_worker_that_cannot_follow_it_is_no_worker_of_that_machine(
    lost: JobView, executor: FakeExecutor, settings: Any
) -> None:
    worker_of(THERE, settings, role="background")
    assert run(lost, executor) == "indeterminate"


def test_a_machine_whose_worker_has_just_let_go_gets_time_to_come_back(lost: JobView, executor: FakeExecutor) -> None:
    jobs().update_one({"_id": lost.id}, {"$set": {"updated_at": utc_now()}})
    assert run(lost, executor) == "busy"
    assert raw(lost.id)["state"] == "applying"


def test_a_machine_that_is_not_heard_of_is_waited_for_and_people_are_told_until_when(
    lost: JobView, executor: FakeExecutor
) -> None:
    assert run(lost, executor) == "indeterminate"

    view = selectors.job_get(lost.id)
    assert view.error is not None
    assert (view.error.code, view.error.retryable) == (WAITING, True)
    (row,) = starts().find({"job_id": lost.id})
    until = row["at"] + timedelta(seconds=7200 + 120 + 60)
    for part in (THERE, f"{until:%Y-%m-%d %H:%M} UTC at the latest", f"manage.py host_lost {THERE}"):
        assert part in view.error.detail
    assert executor.applied == []

    due(lost)
    assert run(lost, executor) == "indeterminate"
    quiet = [each.quiet for each in selectors.job_transitions(lost.id) if each.to_state == "indeterminate"]
    assert quiet[-1]


def test_its_state_lock_is_gone(lost: JobView, executor: FakeExecutor) -> None:
    executor.to_reconcile = found("succeeded")
    assert run(lost, executor) == "succeeded"


def test_a_machine_that_comes_back_goes_on_where_its_process_is(
    lost: JobView, executor: FakeExecutor, settings: Any
) -> None:
    assert run(lost, executor) == "indeterminate"
    worker_of(THERE, settings)
    due(lost)
    assert run(lost, executor) == "busy"

    settings.WORKER_HOST = THERE
    executor.to_attach = done()
    assert run(lost, executor) == "succeeded"
    assert states(lost)[-3:] == ["indeterminate", "reconciling", "succeeded"]


def test_what_is_followed_late_goes_on_after_an_interrupting_shutdown(
    lost: JobView, executor: FakeExecutor, settings: Any
) -> None:
    def interrupted(context: Context) -> Any:
        shutdown.request(shutdown.INTERRUPT)
        return done("partially_applied")

    assert run(lost, executor) == "indeterminate"
    due(lost)
    settings.WORKER_HOST = THERE
    executor.to_attach, executor.to_reconcile = interrupted, remainder(may_continue=True)
    try:
        assert run(lost, executor) == "indeterminate"
    finally:
        shutdown.withdraw()
    assert run(lost, executor) == "succeeded"
    assert executor.applied == [OTHER_HASH]


def test_a_machine_that_comes_back_without_the_process_finds_out(
    lost: JobView, executor: FakeExecutor, settings: Any
) -> None:
    assert run(lost, executor) == "indeterminate"
    due(lost)
    settings.WORKER_HOST = THERE
    executor.to_attach = FakeExecutor().to_attach
    executor.to_reconcile = found("partially_applied")
    assert run(lost, executor) == "partially_applied"


def test_when_every_time_limit_has_passed_nothing_of_it_runs(lost: JobView, executor: FakeExecutor) -> None:
    assert run(lost, executor) == "indeterminate"
    assert not executor.reconciled[-1][0].host_lost
    due(lost)
    before = utc_now() - timedelta(seconds=7200 + 120 + 61)
    starts().update_one({"job_id": lost.id}, {"$set": {"at": before}})
    run(lost, executor)
    assert executor.reconciled[-1][0].host_lost


def test_an_operator_gives_a_machine_up(
    lost: JobView, executor: FakeExecutor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    published: list[str] = []
    monkeypatch.setattr(queue, "publish_job", published.append)
    assert run(lost, executor) == "indeterminate"
    outbox.relay_once()
    published.clear()

    call_command("host_lost", THERE)

    assert lost.id in capsys.readouterr().out
    outbox.relay_once()
    assert published == [lost.id]  # at once, whatever pause there was
    executor.to_reconcile = found("succeeded")
    assert run(lost, executor) == "succeeded"
    assert executor.reconciled[-1][0].host_lost


def test_what_is_started_there_afterwards_is_not_given_up(
    demo: User, executor: FakeExecutor, lost: JobView, settings: Any
) -> None:
    call_command("host_lost", THERE)
    settings.WORKER_HOST = THERE
    later, _ = abandoned(demo, executor, "later")
    settings.WORKER_HOST = HERE
    long_ago(later)
    run(later, executor)
    assert not executor.reconciled[-1][0].host_lost


def test_a_machine_that_lives_is_not_given_up_by_mistake(lost: JobView, settings: Any) -> None:
    worker_of(THERE, settings)
    with pytest.raises(CommandError, match="heard of just now"):
        call_command("host_lost", THERE)
    call_command("host_lost", THERE, "--force")


def test_a_machine_that_nobody_knows_is_a_mistake(lost: JobView) -> None:
    with pytest.raises(CommandError, match=f"Known machines: {THERE}"):
        call_command("host_lost", "worker-their")
