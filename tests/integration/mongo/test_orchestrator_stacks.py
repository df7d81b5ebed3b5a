"""One active job per stack, the others in order; and what a job's end says about its stack."""

from typing import Any

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import leases, selectors, services
from orchestrator.documents import Document
from orchestrator.errors import Conflict
from orchestrator.states import TERMINAL, JobKind, JobState
from orchestrator.types import Actor, JobView, StackView

from .orchestrating import (
    PLAN,
    actor,
    applied,
    applying,
    approve,
    destroy,
    lose_lease,
    move,
    person,
    planned,
    raw,
    seed,
    submit,
    take,
    wakeups,
)


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def approver(demo: User) -> User:
    return person("approver", "approver")


def stack_of(job: JobView) -> StackView:
    assert job.stack is not None
    return selectors.stack_get(job.stack.id)


def raw_stack(job: JobView) -> Document:
    assert job.stack is not None
    found = collection("orchestrator_stack").find_one({"_id": job.stack.id})
    assert found is not None
    return found


def position(job: JobView) -> int:
    return selectors.job_get(job.id).queue_position


def cancel(job: JobView, user: User) -> JobView:
    return services.job_cancel(job_id=job.id, actor=actor(user), reason="", via="test")


def test_jobs_of_a_stack_run_in_the_order_they_came(demo: User) -> None:
    first, second, third = submit(demo), submit(demo), submit(demo)
    assert [position(each) for each in (first, second, third)] == [0, 1, 2]
    assert [wakeups(each.id) for each in (first, second, third)] == [1, 0, 0]
    job, lease = applying(approve(planned(first), demo))
    assert stack_of(first).active_job_id == first.id
    move(job, JobState.SUCCEEDED, lease)
    assert [position(each) for each in (second, third)] == [0, 1]
    assert (stack_of(first).active_job_id, wakeups(second.id), wakeups(third.id)) == (second.id, 1, 0)
    assert leases.claim(third.id, "w", [JobState.QUEUED], 60) is None
    assert leases.claim(second.id, "w", [JobState.QUEUED], 60) is not None


def test_waiting_for_approval_keeps_the_turn(demo: User) -> None:
    first, second = submit(demo), submit(demo)
    planned(first)
    assert position(second) == 1
    assert not raw(second.id)["runnable"]


def test_leaving_the_middle_of_the_line_moves_the_others_up(demo: User) -> None:
    _, second, third = submit(demo), submit(demo), submit(demo)
    cancel(second, demo)
    assert (position(second), position(third)) == (0, 1)
    assert not raw(third.id)["runnable"]


def test_the_head_of_the_line_leaving_calls_the_next(demo: User) -> None:
    first, second = submit(demo), submit(demo)
    cancel(first, demo)
    assert raw(second.id)["runnable"]
    assert wakeups(second.id) == 1


def test_a_job_cannot_begin_out_of_turn_even_with_a_lease(demo: User) -> None:
    _, second = submit(demo), submit(demo)
    lease = leases.take_over(second.id, "pushy", 60)
    with pytest.raises(Conflict, match="same stack"):
        move(second, JobState.PLANNING, lease)


def test_a_lost_planner_keeps_the_turn(demo: User) -> None:
    first, second = submit(demo), submit(demo)
    first = move(first, JobState.PLANNING, take(first))
    lose_lease(first.id)
    first = move(first, JobState.QUEUED)
    assert (position(first), position(second)) == (0, 1)
    assert take(first, owner="worker-2")


def test_an_apply_makes_the_stack_live(demo: User) -> None:
    job = applied(demo)
    stack = stack_of(job)
    assert (stack.status, stack.resource_count, stack.outputs) == ("live", 2, {"arn": "arn:acme-reports"})
    assert stack.active_job_id is None


def test_a_plan_without_changes_proves_that_the_stack_lives(demo: User) -> None:
    job = submit(demo)
    lease = take(job)
    job = move(move(job, JobState.PLANNING, lease), JobState.NO_CHANGES, lease)
    assert stack_of(job).status == "live"


@pytest.mark.parametrize(
    ("end", "status"), [(JobState.FAILED, "new"), (JobState.PARTIALLY_APPLIED, "live"), (JobState.SUCCEEDED, "live")]
)
def test_what_an_end_says_about_a_new_stack(demo: User, end: JobState, status: str) -> None:
    job, lease = applying(approve(planned(submit(demo)), demo))
    assert stack_of(move(job, end, lease)).status == status


def test_a_failed_plan_says_nothing_about_the_stack(demo: User) -> None:
    applied(demo)
    job = submit(demo)
    lease = take(job)
    job = move(move(job, JobState.PLANNING, lease), JobState.FAILED, lease)
    assert stack_of(job).status == "live"


def test_destroying_frees_the_name(demo: User, approver: User) -> None:
    first = applied(demo, values={"name": "acme-reports", "password": "hunter2"})
    job, lease = applying(approve(planned(destroy(demo, stack_of(first).id)), approver))
    gone = stack_of(move(job, JobState.SUCCEEDED, lease))
    assert (gone.status, gone.outputs, gone.resource_count) == ("gone", {}, 0)
    assert raw_stack(first)["sensitive_values"] == {}
    again = submit(demo)
    assert stack_of(again).id != gone.id
    assert again.title == "create staging bucket acme-reports"


def test_a_name_stays_taken_while_jobs_wait_behind_the_destroy(demo: User, approver: User) -> None:
    first = applied(demo)
    doomed, waiting = destroy(demo, stack_of(first).id), submit(demo)
    job, lease = applying(approve(planned(doomed), approver))
    move(job, JobState.SUCCEEDED, lease)
    another = submit(demo)
    assert stack_of(another).id == stack_of(waiting).id == stack_of(first).id
    job, lease = applying(approve(planned(waiting), demo))
    assert stack_of(move(job, JobState.SUCCEEDED, lease)).status == "live"


def test_destroy_takes_the_values_that_the_stack_has_when_its_turn_comes(demo: User) -> None:
    first = applied(demo, values={"name": "acme-reports", "password": "old"})
    change = submit(demo, values={"name": "acme-reports", "password": "new", "versioning": True})
    doomed = destroy(demo, stack_of(first).id)
    job, lease = applying(approve(planned(change), demo))
    move(job, JobState.SUCCEEDED, lease)
    planned(doomed)
    stored = raw(doomed.id)
    assert (stored["values"]["versioning"], stored["sensitive_values"]) == (True, {"password": "new"})
    assert stored["blueprint_version"] == "digest-of-object-storage"


def test_an_interrupted_apply_leaves_its_values_for_whoever_cleans_up(demo: User) -> None:
    applied(demo)
    job, _ = applying(approve(planned(submit(demo, values={"name": "acme-reports", "versioning": True})), demo))
    lose_lease(job.id)
    job = move(job, JobState.INDETERMINATE)
    stack = stack_of(job)
    assert (stack.status, stack.values["versioning"], stack.active_job_id) == ("unknown", True, job.id)
    lease = take(job)
    job = move(move(job, JobState.RECONCILING, lease), JobState.FAILED, lease)
    assert stack_of(job).status == "live"


def test_looking_for_drift_changes_nothing(demo: User) -> None:
    first = applied(demo)
    job = submit(demo, kind=JobKind.DRIFT, stack_id=stack_of(first).id, values={})
    assert (job.title, job.risk.value) == ("check staging bucket acme-reports", "read")
    lease = take(job)
    job = move(move(job, JobState.PLANNING, lease), JobState.SUCCEEDED, lease, changes={"plan": PLAN})
    stack = stack_of(job)
    assert (stack.status, stack.resource_count, stack.active_job_id) == ("live", 2, None)


def test_a_cloud_that_is_gone_takes_its_stacks_and_jobs_with_it(demo: User) -> None:
    live = applied(demo, "live")
    queued, waiting = submit(demo, "waiting"), submit(demo, "waiting")
    approved = approve(planned(submit(demo, "approved")), demo)
    planning = submit(demo, "planning")
    planning = move(planning, JobState.PLANNING, take(planning))
    busy, busy_lease = applying(approve(planned(submit(demo, "busy")), demo))
    lost, _ = applying(approve(planned(submit(demo, "lost")), demo))
    lose_lease(lost.id)
    move(lost, JobState.INDETERMINATE)
    reason = "The emulated cloud was started empty."
    assert services.stacks_retire(actor=Actor.system("development stack"), reason=reason) == (6, 6)
    for job in (queued, waiting, approved, planning):
        assert selectors.job_get(job.id).state is JobState.CANCELED
    for job in (busy, lost):
        view = selectors.job_get(job.id)
        assert (view.state, view.error and view.error.detail) == (JobState.FAILED, reason)
    assert stack_of(live).status == "gone"
    assert len(selectors.stacks_list(viewer=None, live_only=False)) == 6
    assert all(each.status == "gone" for each in selectors.stacks_list(viewer=None, live_only=False))
    assert not leases.renew(busy_lease)
    assert all(JobState(each["state"]) in TERMINAL for each in collection("orchestrator_job").find())
    assert wakeups(waiting.id) == 0
    assert services.stacks_retire(actor=Actor.system("development stack"), reason=reason) == (0, 0)
