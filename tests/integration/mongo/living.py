"""Stacks that were made for a while, and a clock that is put forward by moving what is due."""

from datetime import datetime, timedelta
from typing import Any

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import schedules, selectors
from orchestrator.documents import stacks, utc_now
from orchestrator.states import JobKind, JobState
from orchestrator.types import JobView, Lifetime, PlanCounts, PlannedChange, PlanSummary, StackView

from .orchestrating import applying, approve, move, planned, submit

DELETION_HASH = "d" * 64
DELETION = PlanSummary(
    PlanCounts(delete=1),
    (PlannedChange("aws_s3_bucket.this", "aws_s3_bucket", "delete"),),
    DELETION_HASH,
    "deletes one bucket",
)
TWO_HOURS = Lifetime(seconds=7200)


def made_for_a_while(user: User, approver: User, name: str = "acme-reports", **more: Any) -> StackView:
    """A live stack that is deleted in two hours, as `approver` approved."""
    job = planned(submit(user, name, **{"lifetime": TWO_HOURS, **more}))
    started, lease = applying(approve(job, approver))
    done = {"outputs": {"arn": f"arn:{name}"}, "resource_count": 2, "result_text": "made one bucket"}
    stack = move(started, JobState.SUCCEEDED, lease, changes=done).stack
    assert stack is not None
    return selectors.stack_get(stack.id)


def over(stack: StackView, ago: timedelta = timedelta(seconds=1)) -> None:
    """Its time is over."""
    _at(stack, utc_now() - ago)


def fire() -> int:
    return schedules.fire_due()


def due(kind: str, stack: StackView) -> datetime | None:
    """When this is to happen to the stack."""
    row = schedules.schedules().find_one({"_id": schedules.schedule_id(kind, stack.id)})
    return row["due_at"] if row else None


def hurry(kind: str, stack: StackView) -> None:
    """What is due later is due now."""
    past = utc_now() - timedelta(seconds=1)
    key = schedules.schedule_id(kind, stack.id)
    assert schedules.schedules().update_one({"_id": key}, {"$set": {"due_at": past}}).matched_count


def deletions(stack: StackView) -> list[JobView]:
    """The deletions asked for, the latest first."""
    found = selectors.jobs_list(viewer=None, stack_id=stack.id)
    return [each for each in found if each.kind is JobKind.DESTROY]


def told(stack: StackView) -> list[str]:
    """What happened to it besides its jobs."""
    found = collection("orchestrator_stackevent").find({"stack_id": stack.id}).sort("at", 1)
    return [str(each["kind"]) for each in found]


def _at(stack: StackView, end: datetime) -> None:
    collection("orchestrator_approval").update_many(
        {"stack_id": stack.id, "kind": "standing", "expires_at": {"$gt": utc_now()}}, {"$set": {"valid_from": end}}
    )
    stacks().update_one({"_id": stack.id}, {"$set": {"expires_at": end}})
    schedules.schedules().update_one({"_id": schedules.schedule_id("expiry", stack.id)}, {"$set": {"due_at": end}})
