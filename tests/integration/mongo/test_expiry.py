"""A stack for a while: its end is approved with its plan, warned of, put off by who may, and then it is deleted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chatbot_project.accounts.models import RoleBinding, User
from chatbot_project.mongo.connections import collection
from orchestrator import events, selectors, services
from orchestrator.documents import utc_now
from orchestrator.errors import InvalidValue, NotAllowed, NotFound, WrongState
from orchestrator.executors.base import ApplyOutcome
from orchestrator.states import JobState, Risk
from orchestrator.types import Actor, JobView, Lifetime, StackEvent, StackView

from .flow import FakeExecutor, outcome, run
from .living import DELETION, TWO_HOURS, deletions, due, fire, hurry, made_for_a_while, over, told
from .orchestrating import (
    actor,
    applied,
    applying,
    approve,
    at_once,
    destroy,
    move,
    person,
    planned,
    seed,
    submit,
    take,
)

pytestmark = pytest.mark.usefixtures("mongo_db")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def boss(demo: User) -> User:
    return person("boss", "approver")


@pytest.fixture
def stack(demo: User, boss: User) -> StackView:
    return made_for_a_while(demo, boss)


def keep(stack: StackView, user: User, **more: Any) -> StackView:
    return services.stack_keep(stack_id=stack.id, actor=actor(user), via="test", **more)


def to_delete(**more: Any) -> FakeExecutor:
    """Plans one deletion and carries it out."""
    plan = replace(outcome(plan_hash=DELETION.plan_hash), counts=DELETION.counts, changes=DELETION.changes)
    return FakeExecutor(to_plan=plan, to_apply=ApplyOutcome("succeeded", {}, "deleted", resource_count=0), **more)


def ended(stack: StackView) -> str:
    """Its time is over; what becomes of the deletion that is asked for then."""
    over(stack)
    fire()
    (job,) = deletions(stack)
    return run(job, to_delete())


def deletion(stack: StackView) -> JobView:
    return selectors.job_get(deletions(stack)[0].id)


def test_the_approval_of_what_has_an_end_is_that_of_its_deletion(demo: User, boss: User):
    job = planned(submit(demo, lifetime=TWO_HOURS))
    assert job.title == "create staging bucket acme-reports for 2 hours"
    assert (job.risk, job.approval and job.approval.rule) == (Risk.HIGH, "other")
    with pytest.raises(NotAllowed, match="your own request"):
        approve(job, demo)
    assert approve(job, boss).state is JobState.APPROVED
    assert planned(submit(demo, "plain")).approval.rule == "self"  # type: ignore[union-attr]


def test_it_ends_so_long_after_it_was_made(stack: StackView):
    assert stack.expires_at is not None
    assert abs(stack.expires_at - utc_now() - timedelta(hours=2)) < timedelta(minutes=1)
    assert due("expiry", stack) == stack.expires_at
    assert due("expiry warning", stack) == stack.expires_at - timedelta(minutes=15)
    assert told(stack) == ["expiry_set"]


def test_until_a_time_and_not_before(demo: User, boss: User):
    friday = utc_now() + timedelta(days=3)
    made = made_for_a_while(demo, boss, lifetime=Lifetime(until=friday))
    assert made.expires_at == friday
    assert fire() == 0


@pytest.mark.parametrize(
    "lifetime", [Lifetime(seconds=0), Lifetime(seconds=10**18), Lifetime(seconds=-5), Lifetime(seconds=400 * 86_400)]
)
def test_a_time_that_cannot_be_is_refused(demo: User, lifetime: Lifetime):
    with pytest.raises(InvalidValue):
        submit(demo, lifetime=lifetime)


def test_a_time_that_is_over_is_refused_and_not_approved_either(demo: User, boss: User):
    with pytest.raises(InvalidValue, match="over already"):
        submit(demo, lifetime=Lifetime(until=utc_now() - timedelta(seconds=1)))
    job = planned(submit(demo, lifetime=Lifetime(until=utc_now() + timedelta(hours=1))))
    past = {"seconds": None, "until": utc_now() - timedelta(seconds=1)}
    collection("orchestrator_job").update_one({"_id": job.id}, {"$set": {"lifetime": past}})
    with pytest.raises(WrongState, match="is over"):
        approve(job, boss)


def test_only_what_is_made_has_an_end(demo: User):
    stack = applied(demo).stack
    assert stack is not None
    with pytest.raises(InvalidValue, match="Only what is made"):
        destroy(demo, stack.id, lifetime=TWO_HOURS)


def test_where_nothing_was_approved_nothing_ends(demo: User, boss: User):
    """Everything is as asked for already, so no plan was shown and no deletion approved."""
    stack = applied(demo).stack
    job = submit(demo, lifetime=TWO_HOURS)
    lease = take(job)
    move(move(job, JobState.PLANNING, lease), JobState.NO_CHANGES, lease)
    assert stack is not None
    assert selectors.stack_get(stack.id).expires_at is None
    assert fire() == 0


def test_it_is_warned_of_once(stack: StackView, monkeypatch: pytest.MonkeyPatch):
    heard: list[StackEvent] = []
    monkeypatch.setattr(events, "_stack_event_handlers", {"test": heard.append})
    hurry("expiry warning", stack)
    at_once([fire] * 3)
    assert fire() == 0
    assert [each.kind for each in heard] == ["expiry_warning"]
    assert heard[0].stack is not None
    assert heard[0].stack.expires_at == stack.expires_at


def test_at_its_end_it_is_deleted_under_the_approval_given_then(stack: StackView, demo: User):
    over(stack)
    assert sum(each for each in at_once([fire] * 3) if isinstance(each, int)) == 1
    (job,) = deletions(stack)
    executor = to_delete()
    assert run(job, executor) == "succeeded"
    assert executor.applied == [DELETION.plan_hash]
    (approval,) = deletion(stack).approvals
    assert (job.requester.id, approval.user.name, approval.kind) == (str(demo.id), "boss", "standing")
    gone = selectors.stack_get(stack.id)
    assert (gone.status, gone.expires_at) == ("gone", None)
    assert due("expiry", stack) is None
    assert due("expiry warning", stack) is None


def test_fired_again_there_is_still_one_deletion(stack: StackView):
    over(stack)
    fire()
    hurry("expiry", stack)
    fire()
    assert len(deletions(stack)) == 1


def test_who_lost_the_role_has_given_no_approval(stack: StackView, boss: User):
    RoleBinding.objects.filter(user=boss).delete()
    assert ended(stack) == "awaiting_approval"
    approved = approve(deletion(stack), person("other", "approver"), DELETION.plan_hash)
    assert approved.state is JobState.APPROVED


def test_an_environment_that_asks_for_more_asks(stack: StackView):
    environment = {"_id": "staging"}
    collection("orchestrator_environment").update_one(environment, {"$set": {"minimum_risk": "critical"}})
    assert ended(stack) == "awaiting_approval"


def test_no_deletion_before_its_end_profits_from_it(stack: StackView, demo: User):
    assert run(destroy(demo, stack.id), to_delete()) == "awaiting_approval"


def test_kept_longer_it_ends_later(stack: StackView, demo: User):
    assert stack.expires_at is not None
    kept = keep(stack, demo, more_seconds=7200)
    assert kept.expires_at == stack.expires_at + timedelta(hours=2)
    assert due("expiry", stack) == kept.expires_at
    assert told(stack) == ["expiry_set", "expiry_changed"]
    late = keep(stack, demo, until=utc_now() + timedelta(days=2))
    assert due("expiry", stack) == late.expires_at
    assert keep(stack, demo, for_good=True).expires_at is None
    assert due("expiry", stack) is None
    with pytest.raises(WrongState, match="has no end"):
        keep(stack, demo, more_seconds=60)


def test_kept_longer_the_waiting_deletion_is_withdrawn(stack: StackView, demo: User):
    over(stack)
    fire()
    kept = keep(stack, demo, more_seconds=3600)
    assert kept.expires_at is not None
    assert kept.expires_at > utc_now() + timedelta(minutes=59)
    assert deletion(stack).state is JobState.CANCELED
    assert run(destroy(demo, stack.id), to_delete()) == "awaiting_approval"
    job = deletion(stack)
    services.job_cancel(job_id=job.id, actor=actor(demo), reason="", via="test")
    over(stack)
    fire()
    assert run(deletion(stack), to_delete()) == "succeeded"


def test_kept_for_good_nothing_is_agreed_to_any_more(stack: StackView, demo: User):
    keep(stack, demo, for_good=True)
    over(stack)
    assert run(destroy(demo, stack.id), to_delete()) == "awaiting_approval"


def test_what_is_being_deleted_cannot_be_kept(stack: StackView, demo: User):
    refused: list[Exception] = []

    def meanwhile(_context: Any) -> ApplyOutcome:
        with pytest.raises(WrongState, match="being deleted already") as error:
            keep(stack, demo, more_seconds=3600)
        refused.append(error.value)
        return ApplyOutcome("succeeded", {}, "deleted", resource_count=0)

    over(stack)
    fire()
    executor = to_delete()
    executor.to_apply = meanwhile
    assert run(deletion(stack), executor) == "succeeded"
    assert len(refused) == 1


def test_an_end_is_never_moved_nearer(stack: StackView, demo: User):
    with pytest.raises(WrongState, match="already, which is later"):
        keep(stack, demo, until=utc_now() + timedelta(hours=1))
    for wrong in ({"until": utc_now() - timedelta(1)}, {"more_seconds": 0}, {"more_seconds": 10**15}, {}):
        with pytest.raises(InvalidValue):
            keep(stack, demo, **wrong)
    assert selectors.stack_get(stack.id).expires_at == stack.expires_at


def test_who_may_keep_it(stack: StackView, boss: User):
    with pytest.raises(NotFound):
        keep(stack, person("stranger", "requester"), more_seconds=60)
    with pytest.raises(NotAllowed, match="belongs to demo"):
        keep(stack, boss, more_seconds=60)
    assert keep(stack, person("ops", "operator"), more_seconds=60).expires_at != stack.expires_at


def test_who_says_no_to_its_deletion_keeps_it(stack: StackView, demo: User):
    over(stack)
    fire()
    (job,) = deletions(stack)
    services.job_cancel(job_id=job.id, actor=actor(demo), reason="still needed", via="test")
    hurry("expiry", stack)
    fire()
    assert selectors.stack_get(stack.id).expires_at is None
    assert told(stack)[-1] == "expiry_given_up"


def test_a_deletion_that_failed_is_tried_again_but_not_for_ever(stack: StackView):
    over(stack)
    for attempt in range(1, 6):
        fire()
        found = deletions(stack)
        assert len(found) == attempt
        lease = take(found[0])
        move(move(found[0], JobState.PLANNING, lease), JobState.FAILED, lease)
        hurry("expiry", stack)
    fire()
    assert len(deletions(stack)) == 5
    assert told(stack)[-1] == "expiry_given_up"


def test_whose_account_is_gone_is_told_of(stack: StackView, demo: User):
    User.objects.filter(pk=demo.pk).update(is_active=False)
    over(stack)
    fire()
    assert deletions(stack) == []
    assert told(stack)[-1] == "expiry_failed"


def test_deleted_by_hand_nothing_is_due(stack: StackView, demo: User, boss: User):
    job, lease = applying(approve(planned(destroy(demo, stack.id), DELETION), boss, DELETION.plan_hash))
    move(job, JobState.SUCCEEDED, lease, changes={"resource_count": 0})
    assert due("expiry", stack) is None


def test_kept_at_the_moment_of_its_end_it_is_kept(demo: User, boss: User):
    for number in range(4):
        stack = made_for_a_while(demo, boss, f"bucket-{number}")
        over(stack)
        at_once([fire, lambda stack=stack: keep(stack, demo, more_seconds=3600), fire])
        kept = selectors.stack_get(stack.id)
        assert kept.expires_at is not None
        assert kept.expires_at > utc_now()
        assert {each.state for each in deletions(stack)} <= {JobState.CANCELED}
        assert due("expiry", stack) == kept.expires_at


def test_with_its_cloud_gone_nothing_is_due(stack: StackView):
    services.stacks_retire(actor=Actor.system("test"), reason="the emulated cloud is fresh")
    gone = selectors.stack_get(stack.id)
    assert (gone.status, gone.expires_at, due("expiry", stack)) == ("gone", None, None)
