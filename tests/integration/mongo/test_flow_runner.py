"""What a worker makes of a message: every way a job can go, and every way it can be taken away."""

import os
import signal
import threading
from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import RoleBinding, User
from chatbot_project.mongo.connections import client, collection
from orchestrator import selectors, services
from orchestrator.documents import jobs
from orchestrator.executors.base import Context, ExecutorError, LogLine, PlanVoid, Stopped
from orchestrator.runner import run_job
from orchestrator.states import JobKind, JobState
from orchestrator.types import JobView, Origin
from tests.servers.processes import wait_until

from .flow import OWNER, Background, FakeExecutor, done, outcome, ready, run, until_stopped
from .orchestrating import HASH, actor, approve, lose_lease, person, planned, raw, seed, submit, take

pytestmark = pytest.mark.usefixtures("mongo_db")


@pytest.fixture
def demo(mongo_db: Database[dict[str, object]]) -> User:
    seed()
    return person("demo", "requester")


def approved(user: User) -> JobView:
    return approve(planned(submit(user)), user)


def test_plans_and_waits_for_approval(demo: User) -> None:
    executor, job = FakeExecutor(outcome(lock="the lock")), submit(demo)

    assert run(job, executor) == "awaiting_approval"

    view = selectors.job_get(job.id)
    assert view.plan is not None
    assert (view.plan.plan_hash, view.plan.text, view.plan.counts.create) == (HASH, "creates one bucket", 1)
    assert selectors.job_plan(job.id) == {"planned": True}
    assert [each.kind for each in selectors.job_events(job.id)] == ["lease", "line"]
    assert raw(job.id)["lease_owner"] is None
    context = executor.contexts[0]
    assert context.values == {"name": "acme-reports"}
    assert context.module is not None
    assert context.stack is not None
    version = collection("orchestrator_blueprintversion").find_one({"_id": context.module.digest})
    assert version is not None
    assert version["lock"] == "the lock"


def test_applies_what_was_approved(demo: User) -> None:
    executor = FakeExecutor()
    job = ready(demo, executor)

    assert run(job, executor) == "succeeded"

    view = selectors.job_get(job.id)
    assert executor.applied == [HASH]
    assert view.outputs == {"arn": "arn:bucket"}
    assert view.stack is not None
    assert (view.stack.status, view.stack.resource_count, view.stack.active_job_id) == ("live", 1, None)
    assert executor.contexts[-1].start == 1
    assert collection("orchestrator_start").count_documents({"job_id": job.id}) == 1
    assert [each.to_state for each in selectors.job_transitions(job.id)] == [
        "queued",
        "planning",
        "awaiting_approval",
        "approved",
        "applying",
        "succeeded",
    ]


def test_a_reading_action_needs_nobody(demo: User) -> None:
    executor = FakeExecutor(outcome(has_changes=False), done(error_code=None))
    job = services.job_submit(
        kind=JobKind.ACTION,
        requester=actor(demo),
        environment="sandbox",
        subject="list-buckets",
        values={},
        origin=Origin("test"),
    )

    assert run(job, executor) == "succeeded"
    assert selectors.job_get(job.id).result_text == "made one bucket"


def test_nothing_to_change_ends_there(demo: User) -> None:
    job = submit(demo)
    assert run(job, FakeExecutor(outcome(has_changes=False))) == "no_changes"
    assert selectors.job_get(job.id).result_text == "nothing to change"


def test_a_plan_that_fails_says_why(demo: User) -> None:
    job = submit(demo)
    assert run(job, FakeExecutor(ExecutorError("terraform_missing", "Terraform is missing."))) == "failed"
    error = selectors.job_get(job.id).error
    assert error is not None
    assert (error.code, error.detail) == ("terraform_missing", "Terraform is missing.")


def test_an_unexpected_error_shows_nothing_internal(demo: User) -> None:
    job = submit(demo)
    assert run(job, FakeExecutor(RuntimeError("secret detail"))) == "failed"
    error = selectors.job_get(job.id).error
    assert error is not None
    assert error.code == "internal_error"
    assert "secret" not in error.detail


@pytest.mark.parametrize("status", ["partially_applied", "failed", "canceled"])
def test_outcomes_are_said_honestly(demo: User, status: str) -> None:
    executor = FakeExecutor(to_apply=done(status, error_code="apply_failed"))
    job = ready(demo, executor)

    assert run(job, executor) == status
    error = selectors.job_get(job.id).error
    assert error is not None
    assert error.detail == "made one bucket"


def test_a_plan_that_is_not_what_was_approved_is_superseded_before_any_start(demo: User) -> None:
    executor = FakeExecutor(to_verify=PlanVoid("plan_void", "The module has changed."))
    job = ready(demo, executor)

    assert run(job, executor) == "superseded"
    error = selectors.job_get(job.id).error
    assert error is not None
    assert error.code == "plan_void"
    assert executor.applied == []
    assert collection("orchestrator_start").count_documents({}) == 0


@pytest.mark.parametrize("problem", [ExecutorError("terraform_missing", "Terraform is missing."), RuntimeError("?")])
def test_what_keeps_it_from_being_verified_fails_it_with_nothing_applied(demo: User, problem: Exception) -> None:
    executor = FakeExecutor(to_verify=problem)
    job = ready(demo, executor)

    assert run(job, executor) == "failed"
    assert executor.applied == []


def test_stopped_while_verifying_it_is_canceled_without_a_start(demo: User) -> None:
    executor = FakeExecutor(to_verify=Stopped("timeout"))
    job = ready(demo, executor)

    assert run(job, executor) == "canceled"
    assert collection("orchestrator_start").count_documents({}) == 0


def test_a_plan_that_is_void_at_the_last_moment_is_not_applied(demo: User) -> None:
    executor = FakeExecutor(to_apply=PlanVoid("plan_void", "The module has changed."))
    job = ready(demo, executor)

    assert run(job, executor) == "failed"
    error = selectors.job_get(job.id).error
    assert error is not None
    assert error.code == "plan_void"


def test_an_unexpected_error_while_applying_is_indeterminate(demo: User) -> None:
    executor = FakeExecutor(to_apply=RuntimeError("?"))
    job = ready(demo, executor)
    assert run(job, executor) == "indeterminate"


def test_a_changed_policy_voids_the_approval(demo: User) -> None:
    executor = FakeExecutor()
    job = ready(demo, executor)
    collection("orchestrator_environment").update_one({"_id": "staging"}, {"$set": {"minimum_risk": "critical"}})

    assert run(job, executor) == "superseded"
    assert executor.applied == []


def test_who_lost_the_role_gets_nothing_done(demo: User) -> None:
    executor, job = FakeExecutor(), submit(demo)
    RoleBinding.objects.all().delete()

    assert run(job, executor) == "denied"
    assert executor.contexts == []


def test_who_lost_the_role_after_approval_gets_nothing_applied(demo: User) -> None:
    executor = FakeExecutor()
    job = ready(demo, executor)
    User.objects.filter(id=demo.id).update(is_active=False)

    assert run(job, executor) == "canceled"
    assert executor.applied == []


def test_a_second_delivery_finds_it_busy(demo: User) -> None:
    job = submit(demo)
    take(job)
    assert run(job, FakeExecutor()) == "busy"


def test_a_second_delivery_after_the_end_does_nothing(demo: User) -> None:
    executor = FakeExecutor()
    job = ready(demo, executor)
    assert run(job, executor) == "succeeded"
    assert run(job, executor) == "nothing to do"
    assert executor.applied == [HASH]


def test_unknown_job() -> None:
    assert run_job(str(uuid4()), owner=OWNER, executors=FakeExecutor()) == "unknown"


def test_a_lost_planner_is_followed_by_another(demo: User) -> None:
    job = submit(demo)
    executor = FakeExecutor(_abandon)
    assert run(job, executor) == "lease lost"

    assert run(job, FakeExecutor()) == "awaiting_approval"
    assert "queued" in [each.to_state for each in selectors.job_transitions(job.id)[1:]]


def test_cancel_while_planning(demo: User) -> None:
    job = submit(demo)
    running = Background(lambda: run(job, FakeExecutor(until_stopped)))
    wait_until(lambda: raw(job.id)["state"] == "planning", seconds=10, what="planning")

    services.job_cancel(job_id=job.id, actor=actor(demo), reason="changed my mind", via="test")

    assert running.result() == "canceled"
    assert selectors.job_get(job.id).last_actor == actor(demo)


def test_cancel_while_applying_shows_canceling_first(demo: User) -> None:
    executor = FakeExecutor(to_apply=until_stopped)
    job = ready(demo, executor)
    running = Background(lambda: run(job, executor))
    wait_until(lambda: raw(job.id)["state"] == "applying", seconds=10, what="applying")

    services.job_cancel(job_id=job.id, actor=actor(demo), reason="", via="test")

    assert running.result() == "canceled"
    assert [each.to_state for each in selectors.job_transitions(job.id)][-3:] == ["applying", "canceling", "canceled"]


def test_a_time_out_enters_canceling(demo: User, settings: Any) -> None:
    executor = FakeExecutor(to_apply=until_stopped)
    job = ready(demo, executor)
    settings.ORCHESTRATOR = {**settings.ORCHESTRATOR, "APPLY_TIMEOUT_SECONDS": 1}

    assert run(job, executor) == "canceled"
    error = selectors.job_get(job.id).error
    assert error is not None
    assert error.code == "timeout"


def test_a_planning_time_out_fails(demo: User, settings: Any) -> None:
    settings.ORCHESTRATOR = {**settings.ORCHESTRATOR, "PLAN_TIMEOUT_SECONDS": 1}
    job = submit(demo)
    assert run(job, FakeExecutor(until_stopped)) == "failed"


def test_a_lost_lease_stops_the_work_and_writes_nothing(demo: User) -> None:
    executor = FakeExecutor(to_apply=_robbed)
    job = ready(demo, executor)

    assert run(job, executor) == "lease lost"

    assert raw(job.id)["lease_owner"] == "somebody else"
    assert raw(job.id)["state"] == JobState.APPLYING


def test_a_lease_that_ran_out_in_an_outage_is_taken_back(demo: User) -> None:
    executor = FakeExecutor(to_apply=_outage)
    job = ready(demo, executor)

    assert run(job, executor) == "succeeded"


def test_mongodb_hanging_for_longer_than_a_lease_costs_nothing(demo: User) -> None:
    executor = FakeExecutor(to_apply=_hang)
    job = ready(demo, executor)

    assert run(job, executor) == "succeeded"

    assert "indeterminate" not in [each.to_state for each in selectors.job_transitions(job.id)]
    assert [each.text for each in selectors.job_events(job.id)][-2:] == ["applying", "while it hung"]


def _hang(context: Context) -> Any:
    """The server stands still for longer than the lease of the test settings (3 s) and goes on."""
    pid = int(client().admin.command("serverStatus")["pid"])
    os.kill(pid, signal.SIGSTOP)
    try:
        context.emit(LogLine("line", "while it hung"))
        threading.Event().wait(4.0)
    finally:
        os.kill(pid, signal.SIGCONT)
    return done()


def _abandon(context: Context) -> Any:
    """As if the worker had been stopped for longer than its lease."""
    collection("orchestrator_job").update_one(
        {"_id": context.job_id}, {"$set": {"lease_owner": "somebody else"}, "$inc": {"lease_fence": 1}}
    )
    wait_until(lambda: context.should_stop() == "lease_lost", seconds=10, what="the loss being noticed")
    lose_lease(context.job_id)
    return outcome()


def _robbed(context: Context) -> Any:
    jobs().update_one({"_id": context.job_id}, {"$set": {"lease_owner": "somebody else"}, "$inc": {"lease_fence": 1}})
    return until_stopped(context)


def _outage(context: Context) -> Any:
    fence = raw(context.job_id)["lease_fence"]
    lose_lease(context.job_id)
    wait_until(lambda: raw(context.job_id)["lease_fence"] == fence + 1, seconds=10, what="the lease being taken back")
    return done()
