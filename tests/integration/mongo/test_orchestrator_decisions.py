"""Approve, reject, cancel: by whom, on which plan, how often."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import selectors, services
from orchestrator.approval_words import moment
from orchestrator.documents import utc_now
from orchestrator.errors import InvalidValue, NotAllowed, NotFound, PlanMismatch, WrongState
from orchestrator.states import JobState
from orchestrator.types import Actor, JobView

from .orchestrating import (
    HASH,
    OTHER_HASH,
    actor,
    applied,
    applying,
    approve,
    at_once,
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


def waiting_for_other(demo: User) -> JobView:
    """A plan in production: somebody else has to approve."""
    return planned(submit(demo, environment="production"))


def waiting_for_two(demo: User) -> JobView:
    return planned(submit(demo, subject="vault"))


def reject(job: JobView, user: User, reason: str = "") -> JobView:
    return services.job_reject(job_id=job.id, actor=actor(user), reason=reason, via="test")


def cancel(job: JobView, user: User, reason: str = "") -> JobView:
    return services.job_cancel(job_id=job.id, actor=actor(user), reason=reason, via="test")


def decisions() -> int:
    return collection("orchestrator_approval").count_documents({})


# approve


def test_low_risk_is_confirmed_by_the_requester(demo: User) -> None:
    job = approve(planned(submit(demo)), demo)
    assert (job.state, job.last_reason) == (JobState.APPROVED, "approved by demo")
    (given,) = job.approvals
    assert (given.user.name, given.decision, given.plan_hash) == ("demo", "approve", HASH)
    assert wakeups(job.id) == 2


def test_nobody_confirms_for_somebody_else(demo: User) -> None:
    job = planned(submit(demo))
    with pytest.raises(NotAllowed, match="confirmation of demo"):
        approve(job, person("approver", "approver"))
    assert decisions() == 0


def test_who_lost_the_requester_role_cannot_confirm(demo: User) -> None:
    job = planned(submit(demo))
    demo.role_bindings.all().delete()
    with pytest.raises(NotAllowed, match="no longer"):
        approve(job, demo)


def test_high_risk_is_approved_by_somebody_else_with_the_role(demo: User) -> None:
    job = approve(waiting_for_other(demo), person("approver", "approver", environment="production"))
    assert job.state is JobState.APPROVED


def test_nobody_approves_their_own_request(demo: User) -> None:
    boss = person("boss", "requester", "approver", "operator")
    root = User.objects.create_superuser("root", password="a long enough password")
    for user in (boss, root):
        with pytest.raises(NotAllowed, match="your own request"):
            approve(planned(submit(user, environment="production")), user)


def test_the_approver_role_is_needed_there_and_a_foreign_job_does_not_exist(demo: User) -> None:
    job = waiting_for_other(demo)
    with pytest.raises(NotAllowed, match="approver role in production"):
        approve(job, person("ops", "operator"))
    for nobody in (person("eve", "requester"), person("elsewhere", "approver", environment="staging")):
        with pytest.raises(NotFound):
            approve(job, nobody)
    assert decisions() == 0


def test_who_may_not_sign_in_any_more_cannot_decide(demo: User) -> None:
    job, approver = waiting_for_other(demo), person("approver", "approver")
    approver.is_active = False
    approver.save()
    with pytest.raises(NotAllowed, match="no active account"):
        approve(job, approver)


@pytest.mark.parametrize("wrong", [OTHER_HASH, "", HASH.upper(), HASH[:-1]])
def test_another_hash_approves_nothing(demo: User, wrong: str) -> None:
    job = planned(submit(demo))
    with pytest.raises(PlanMismatch, match="Reload"):
        approve(job, demo, wrong)
    assert decisions() == 0
    assert raw(job.id)["state"] == "awaiting_approval"


def test_approving_twice_is_refused(demo: User) -> None:
    job = planned(submit(demo))
    approve(job, demo)
    with pytest.raises(WrongState, match="approved already by demo"):
        approve(job, demo)
    assert decisions() == 1


def test_approving_at_once_counts_once(demo: User) -> None:
    job = planned(submit(demo))
    results = at_once([partial(approve, job, demo)] * 6)
    assert sum(isinstance(each, JobView) for each in results) == 1
    assert all(isinstance(each, WrongState) for each in results if not isinstance(each, JobView)), results
    assert decisions() == 1
    assert wakeups(job.id) == 2


def test_critical_risk_needs_two_others(demo: User) -> None:
    job, first, second = waiting_for_two(demo), person("ada", "approver"), person("bob", "approver")
    job = approve(job, first)
    assert (job.state, job.version) == (JobState.AWAITING_APPROVAL, 4)
    assert job.approval is not None
    assert (job.approval.needed, job.approval.given) == (2, 1)
    assert job.last_reason == "approved by ada; 1 of 2 approvals"
    assert collection("orchestrator_outbox").count_documents({"_id": f"{job.id}:4", "kind": "transition"}) == 1
    with pytest.raises(WrongState, match="one decision per person"):
        approve(job, first)
    with pytest.raises(NotAllowed, match="your own request"):
        approve(job, demo)
    assert approve(job, second).state is JobState.APPROVED


def test_two_approvers_at_once_both_count(demo: User) -> None:
    job, people = waiting_for_two(demo), [person(name, "approver") for name in ("ada", "bob")]
    results = at_once([partial(approve, job, each) for each in people])
    assert all(isinstance(each, JobView) for each in results), results
    assert raw(job.id)["state"] == "approved"
    assert decisions() == 2


def test_an_approval_for_an_earlier_plan_does_not_count(demo: User) -> None:
    job, first, second = waiting_for_two(demo), person("ada", "approver"), person("bob", "approver")
    approve(job, first)
    collection("orchestrator_job").update_one({"_id": job.id}, {"$set": {"plan.plan_hash": OTHER_HASH}})
    with pytest.raises(PlanMismatch):
        approve(job, second)
    assert approve(job, second, OTHER_HASH).state is JobState.AWAITING_APPROVAL
    assert approve(job, first, OTHER_HASH).state is JobState.APPROVED


def test_what_waited_too_long_cannot_be_approved(demo: User) -> None:
    job = planned(submit(demo))
    past = utc_now() - timedelta(seconds=1)
    collection("orchestrator_job").update_one({"_id": job.id}, {"$set": {"approval_expires_at": past}})
    with pytest.raises(WrongState, match="has expired"):
        approve(job, demo)


def test_there_must_be_a_plan_and_it_must_wait(demo: User) -> None:
    job = submit(demo)
    with pytest.raises(WrongState, match="queued; there is no plan"):
        approve(job, demo)
    done = applied(demo, "other")
    with pytest.raises(WrongState, match="finished"):
        approve(done, demo)
    with pytest.raises(NotFound):
        services.job_approve(job_id=str(uuid4()), plan_hash=HASH, actor=actor(demo), via="test")


def test_the_system_approves_nothing(demo: User) -> None:
    job = planned(submit(demo))
    with pytest.raises(NotAllowed):
        services.job_approve(job_id=job.id, plan_hash=HASH, actor=Actor.system("bot"), via="test")


def test_a_reason_has_a_limit(demo: User) -> None:
    job = planned(submit(demo))
    with pytest.raises(InvalidValue, match="500 characters at most"):
        reject(job, demo, "x" * 501)


def test_an_approval_is_used_by_the_start_it_was_for(demo: User) -> None:
    applying(approve(planned(submit(demo)), demo))
    (given,) = collection("orchestrator_approval").find()
    assert given["used_at"] is not None


def test_who_may_approve_and_why_not(demo: User) -> None:
    job, approver = waiting_for_other(demo), person("approver", "approver")
    assert selectors.may_approve(approver, job) == (True, "")
    assert "your own request" in selectors.may_approve(demo, job)[1]
    assert [each.id for each in selectors.jobs_awaiting(viewer=approver)] == [job.id]
    assert selectors.jobs_awaiting(viewer=demo) == []
    job = approve(job, approver)
    assert selectors.may_approve(approver, job) == (
        False,
        f"This plan is approved already by approver, {moment(job.approvals[0].at)}.",
    )


# reject


def test_approvers_and_the_requester_may_say_no(demo: User) -> None:
    approver = person("approver", "approver")
    job = reject(waiting_for_other(demo), approver, "too expensive")
    assert (job.state, job.last_reason) == (JobState.REJECTED, "rejected by approver: too expensive")
    (given,) = job.approvals
    assert (given.decision, given.reason) == ("reject", "too expensive")
    assert reject(waiting_for_other(demo), demo).state is JobState.REJECTED


def test_nobody_else_may_say_no(demo: User) -> None:
    job = waiting_for_other(demo)
    with pytest.raises(NotFound):
        reject(job, person("eve", "requester"))
    with pytest.raises(NotAllowed, match="approver role"):
        reject(job, person("ops", "operator"))


def test_who_approved_first_may_change_their_mind(demo: User) -> None:
    job, first = waiting_for_two(demo), person("ada", "approver")
    approve(job, first)
    done = reject(job, first, "a second thought")
    assert done.state is JobState.REJECTED
    assert [(each.decision, each.reason) for each in done.approvals] == [("reject", "a second thought")]


def test_what_is_decided_cannot_be_rejected(demo: User) -> None:
    job = approve(planned(submit(demo)), demo)
    with pytest.raises(WrongState, match="approved already"):
        reject(job, demo)


def test_approve_and_reject_at_once_have_one_winner(demo: User) -> None:
    job, people = waiting_for_other(demo), [person(name, "approver") for name in ("ada", "bob")]
    results = at_once([partial(approve, job, people[0]), partial(reject, job, people[1])])
    (winner,) = [each for each in results if isinstance(each, JobView)]
    assert raw(job.id)["state"] == winner.state.value
    assert decisions() == 1


# cancel


@pytest.mark.parametrize("state", ["queued", "awaiting_approval", "approved"])
def test_what_nobody_works_on_is_canceled_at_once(demo: User, state: str) -> None:
    job = submit(demo)
    if state != "queued":
        job = planned(job)
    if state == "approved":
        job = approve(job, demo)
    job = cancel(job, demo, "not needed")
    assert (job.state, job.last_reason) == (JobState.CANCELED, "canceled by demo: not needed")


def test_a_worker_is_asked_to_stop(demo: User) -> None:
    job, lease = applying(approve(planned(submit(demo)), demo))
    asked = cancel(job, demo, "stop!")
    assert (asked.state, asked.version, asked.cancel_requested) == (JobState.APPLYING, job.version, True)
    assert raw(job.id)["cancel_requested"]["actor"]["name"] == "demo"
    first = raw(job.id)["cancel_requested"]["at"]
    cancel(job, demo, "again")
    assert raw(job.id)["cancel_requested"]["at"] == first
    assert move(job, JobState.CANCELING, lease).state is JobState.CANCELING


def test_planning_whose_worker_is_dead_is_canceled_at_once(demo: User) -> None:
    job = submit(demo)
    job = move(job, JobState.PLANNING, take(job))
    assert cancel(job, demo).state is JobState.PLANNING
    lose_lease(job.id)
    assert cancel(job, demo).state is JobState.CANCELED


def test_what_is_finished_cannot_be_canceled(demo: User) -> None:
    done = applied(demo)
    with pytest.raises(WrongState, match=r"finished \(succeeded\)"):
        cancel(done, demo)


def test_the_wish_to_cancel_what_was_interrupted_is_kept(demo: User) -> None:
    job, lease = applying(approve(planned(submit(demo)), demo))
    job = move(job, JobState.INDETERMINATE, lease)

    view = cancel(job, demo)

    assert (view.state, view.version, view.cancel_requested) == (JobState.INDETERMINATE, job.version, True)


def test_who_may_cancel(demo: User) -> None:
    job = submit(demo, environment="production")
    with pytest.raises(NotAllowed, match="operator of production"):
        cancel(job, person("approver", "approver"))
    with pytest.raises(NotFound):
        cancel(job, person("eve", "requester"))
    assert cancel(job, person("ops", "operator")).state is JobState.CANCELED
    other = submit(demo, "other")
    by_system = services.job_cancel(job_id=other.id, actor=Actor.system("scheduler"), reason="", via="system")
    assert by_system.state is JobState.CANCELED


def test_the_owner_of_a_stack_may_cancel_what_others_do_to_it(demo: User) -> None:
    stack = applied(demo).stack
    assert stack is not None
    job = destroy(person("ops", "requester", "operator"), stack.id)
    assert cancel(job, demo).state is JobState.CANCELED
