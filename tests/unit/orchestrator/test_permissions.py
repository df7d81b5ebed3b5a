"""Sentences that say why not; the roles themselves are tested on the database."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chatbot_project.accounts.models import User
from orchestrator.permissions import may_approve, may_cancel, may_reject
from orchestrator.states import JobKind, JobState, Risk
from orchestrator.types import Actor, ApprovalNeed, JobView, Origin, PlanCounts, PlanSummary

NOW = datetime(2030, 1, 1, tzinfo=UTC)
ROOT = User(username="root", is_superuser=True)
DEMO = Actor("00000000-0000-0000-0000-000000000001", "demo")
JOB = JobView(
    id="j",
    kind=JobKind.APPLY,
    state=JobState.AWAITING_APPROVAL,
    version=3,
    environment="staging",
    risk=Risk.HIGH,
    requester=DEMO,
    origin=Origin("web"),
    subject="object-storage",
    title="create staging bucket acme",
    stack=None,
    values={},
    plan=PlanSummary(PlanCounts(create=1), (), "f" * 64),
    approval=ApprovalNeed("other", 1, 0, "staging"),
    approvals=(),
    outputs={},
    result_text="",
    error=None,
    queue_position=0,
    cancel_requested=False,
    created_at=NOW,
    updated_at=NOW,
)


def test_a_superuser_approves_what_others_asked_for() -> None:
    assert may_approve(ROOT, JOB) == (True, "")
    own = replace(JOB, requester=Actor(str(ROOT.id), "root"))
    assert may_approve(ROOT, own)[0] is False


def test_an_inactive_superuser_approves_nothing() -> None:
    assert may_approve(User(username="gone", is_superuser=True, is_active=False), JOB)[0] is False


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (JobState.QUEUED, "queued; there is no plan"),
        (JobState.APPROVED, "approved already"),
        (JobState.PARTIALLY_APPLIED, "finished (partially applied)"),
    ],
)
def test_there_is_nothing_to_decide_on(state: JobState, said: str) -> None:
    for may in (may_approve, may_reject):
        allowed, why = may(ROOT, replace(JOB, state=state))
        assert not allowed
        assert said in why


def test_only_the_requester_confirms() -> None:
    job = replace(JOB, approval=ApprovalNeed("self", 1, 0, "staging"))
    assert may_approve(ROOT, job) == (False, "This needs the confirmation of demo, who asked for it.")


def test_what_is_finished_cannot_be_canceled() -> None:
    assert may_cancel(ROOT, JOB) == (True, "")
    assert "finished" in may_cancel(ROOT, replace(JOB, state=JobState.CANCELED))[1]
