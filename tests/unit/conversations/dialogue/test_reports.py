"""What the bot says about a job's transitions."""

from typing import Any

import pytest

from conversations.dialogue.reports import decided_text, report
from orchestrator.states import JobKind, JobState
from orchestrator.types import (
    Actor,
    ApprovalNeed,
    ApprovalView,
    Found,
    JobError,
    JobTransition,
    JobView,
    Lifetime,
    PlanCounts,
    PlannedChange,
    PlanSummary,
)
from tests.unit.conversations.dialogue.scenes import DEMO, NOW, OTHER, job

WORKER = Actor.system("worker")
TITLE = "create staging bucket acme"


def moved(
    to_state: JobState,
    *,
    from_state: JobState | None = JobState.PLANNING,
    reason: str = "",
    actor: Actor = OTHER,
    **fields: Any,
) -> tuple[JobView, JobTransition]:
    made = job(TITLE, state=to_state, **fields)
    return made, JobTransition(made.id, made.version, from_state, to_state, actor, reason, NOW)


def said(to_state: JobState, **fields: Any) -> str:
    found = report(*moved(to_state, **fields), ["approver", "olga"])
    return found.text if found else ""


def test_a_plan_to_confirm_says_what_would_change_and_what_to_do():
    changes = (PlannedChange("aws_s3_bucket.this", "aws_s3_bucket", "create"),)
    plan = PlanSummary(PlanCounts(create=1), changes, "h", "1 thing would be created.")
    found = report(*moved(JobState.AWAITING_APPROVAL, plan=plan), [])
    assert found is not None
    assert "1 thing would be created." in found.text
    assert "aws_s3_bucket.this" not in found.text  # The card has it.
    assert "Reply **yes** to confirm" in found.text
    assert found.suggestions == ("yes", "no")


def test_a_long_plan_is_cut_and_says_so():
    changes = tuple(PlannedChange(f"a.b[{at}]", "a", "delete") for at in range(20))
    text = said(JobState.AWAITING_APPROVAL, plan=PlanSummary(PlanCounts(delete=20), changes, "h", "20 go."))
    assert "and 8 more" in text


def test_what_is_lost_is_named_in_words_too():
    changes = (PlannedChange("aws_vpc.this", "aws_vpc", "replace"), PlannedChange("aws_eip.a", "aws_eip", "delete"))
    text = said(JobState.AWAITING_APPROVAL, plan=PlanSummary(PlanCounts(delete=1, replace=1), changes, "h", "2 go."))
    assert "- delete and make again `aws_vpc.this`\n- delete `aws_eip.a`" in text
    plan = PlanSummary(PlanCounts(delete=1), changes[1:], "h", "Deletes 1 resource.")
    assert "aws_eip.a" not in said(JobState.AWAITING_APPROVAL, plan=plan, kind=JobKind.DESTROY)


def test_what_one_asked_to_stop_oneself_is_not_said_twice():
    assert said(JobState.CANCELING, actor=DEMO) == ""
    assert "I stop" in said(JobState.CANCELING, actor=OTHER)


def test_outputs_are_in_the_card_alone():
    text = said(JobState.SUCCEEDED, outputs={"arn": "arn:1"}, result_text="Done: 3 created.")
    assert text.startswith("Done: ")
    assert "arn:1" not in text
    assert text.count("Done") == 1
    assert "show the outputs" not in said(JobState.SUCCEEDED)


def test_a_plan_for_others_names_them():
    text = said(JobState.AWAITING_APPROVAL, approval=ApprovalNeed("other", 1, 0, "staging"))
    assert "Somebody else with the approver role in `staging` must approve it first." in text
    assert "You can ask **approver** or **olga**." in text
    assert "Two others" in said(JobState.AWAITING_APPROVAL, approval=ApprovalNeed("two", 2, 0, "staging"))
    found = report(*moved(JobState.AWAITING_APPROVAL, approval=ApprovalNeed("other", 1, 0, "staging")), [])
    assert found is not None
    assert "Nobody else has that role yet" in found.text


def test_the_first_of_two_approvals():
    text = said(
        JobState.AWAITING_APPROVAL,
        from_state=JobState.AWAITING_APPROVAL,
        approval=ApprovalNeed("two", 2, 1, "staging"),
    )
    assert "olga approved" in text
    assert "still needed: 1" in text


def test_somebody_elses_approval_is_told_and_ones_own_is_not():
    def by(who: Actor) -> tuple[ApprovalView, ...]:
        return (ApprovalView(who, "approve", "h", NOW),)

    assert "olga approved" in said(JobState.APPROVED, approvals=by(OTHER))
    assert said(JobState.APPROVED, approvals=by(DEMO)) == ""


@pytest.mark.parametrize(
    ("state", "fields", "parts"),
    [
        (JobState.PLANNING, {}, ()),
        (JobState.QUEUED, {"from_state": None}, ()),
        (JobState.QUEUED, {"from_state": None, "queue_position": 2}, ("2 other jobs",)),
        (JobState.QUEUED, {}, ("is gone", "Nothing was changed")),
        (JobState.APPLYING, {}, ()),
        (JobState.APPLYING, {"kind": JobKind.ACTION}, ()),
        (
            JobState.SUCCEEDED,
            {"outputs": {"arn": "arn:1"}, "result_text": "3 created."},
            ("Done", "show the outputs"),
        ),
        (JobState.SUCCEEDED, {"kind": JobKind.ACTION, "result_text": "2 buckets:"}, ("2 buckets:",)),
        (JobState.SUCCEEDED, {"kind": JobKind.DESTROY}, ("gone",)),
        (JobState.NO_CHANGES, {}, ("Nothing had to change",)),
        (JobState.DENIED, {"result_text": "No public buckets."}, ("Policy", "No public buckets.")),
        (JobState.EXPIRED, {}, ("expired", "Nothing was changed. Ask again")),
        (JobState.SUPERSEDED, {}, ("no longer what would be done", "Ask again")),
        (JobState.CANCELED, {}, ("canceled", "Nothing was changed")),
        (JobState.CANCELING, {}, ("I stop",)),
        (
            JobState.CANCELING,
            {"reason": "it took longer than 60 s", "actor": WORKER},
            ("I stop", "It took longer than 60 s."),
        ),
        (JobState.CANCELED, {"reason": "the cloud is new", "actor": WORKER}, ("canceled", "The cloud is new.")),
        (JobState.EXPIRED, {"reason": "the plan was not used within 24 hours", "actor": WORKER}, ("within 24 hours",)),
        (
            JobState.FAILED,
            {"error": JobError("plan_failed", "The name is taken.", retryable=True)},
            ("failed", "Nothing was changed", "The name is taken.", "ask again"),
        ),
        (
            JobState.PARTIALLY_APPLIED,
            {"error": JobError("x", "One of 3.")},
            ("in part only", "One of 3.", "what is left"),
        ),
        (
            JobState.INDETERMINATE,
            {"from_state": JobState.APPLYING, "error": JobError("worker_lost", "The worker was lost.")},
            ("interrupted in the middle", "The worker was lost.", "I find out now", "Nothing is started again before"),
        ),
        (
            JobState.INDETERMINATE,
            {"from_state": JobState.RECONCILING, "error": JobError("cloud_away", "The cloud does not answer.")},
            ("cannot find out yet", "keep trying by myself", "The cloud does not answer."),
        ),
        (JobState.RECONCILING, {}, ()),
        (JobState.APPLYING, {"from_state": JobState.APPROVED}, ()),
        (JobState.APPLYING, {"from_state": JobState.APPLYING}, ("another one has taken over", "Nothing was lost")),
        (JobState.CANCELING, {"from_state": JobState.CANCELING}, ("another one has taken over",)),
        (
            JobState.APPLYING,
            {"from_state": JobState.RECONCILING, "reason": "One exists, two do not."},
            ("was interrupted", "One exists, two do not.", "go on with what is left"),
        ),
        (
            JobState.AWAITING_APPROVAL,
            {"from_state": JobState.RECONCILING, "reason": "One exists, two do not."},
            ("was interrupted", "One exists, two do not.", "needs a new approval", "Reply **yes**"),
        ),
        (JobState.SUCCEEDED, {"from_state": JobState.RECONCILING}, ("Done", "turned out to be complete")),
        (JobState.REJECTED, {"found": Found(exists=("a.b",))}, ("Nothing more was changed", "still there")),
        (JobState.CANCELED, {"found": Found(exists=("a.b",))}, ("canceled", "Nothing more was changed")),
        (JobState.EXPIRED, {"found": Found(exists=("a.b",))}, ("expired", "Nothing more was changed")),
        (JobState.SUPERSEDED, {"found": Found(exists=("a.b",))}, ("Nothing more was changed", "Ask again")),
    ],
)
def test_every_state_is_told_honestly(state: JobState, fields: dict[str, Any], parts: tuple[str, ...]):
    text = said(state, **fields)
    assert bool(text) == bool(parts)
    for part in parts:
        assert part in text


def test_what_an_action_found_in_the_cloud_makes_no_links():
    text = said(JobState.SUCCEEDED, kind=JobKind.ACTION, result_text="Servers (1):\n- [pay here](https://evil.test)")
    assert text == "Servers (1):\n- \\[pay here\\](https://evil.test)"


def test_a_rejection_gives_the_reason():
    approvals = (ApprovalView(OTHER, "reject", "h", NOW, "too expensive"),)
    text = said(JobState.REJECTED, approvals=approvals, reason="rejected by olga: too expensive")
    assert text == f"olga rejected **{TITLE}**: “too expensive”. Nothing was changed."


def test_answers_to_decisions():
    assert "is approved and starts now" in decided_text("approve", job(state=JobState.APPROVED))
    assert "cancel that" in decided_text("approve", job(state=JobState.APPROVED))
    assert "counts" in decided_text("approve", job(state=JobState.AWAITING_APPROVAL))
    assert "asked the worker to stop" in decided_text("cancel", job(state=JobState.APPLYING))
    assert decided_text("cancel", job(state=JobState.CANCELED)) == "OK."


def test_who_waits_in_line_is_told_for_whom():
    first = job("change staging bucket acme", state=JobState.APPLYING, requester=OTHER)
    waiting, move = moved(JobState.QUEUED, from_state=None, queue_position=2)
    found = report(waiting, move, [], first)
    assert found is not None
    assert "jobs before it: 2" in found.text
    assert "**change staging bucket acme** by olga; that is being carried out" in found.text


def test_where_nothing_had_to_change_no_end_is_promised():
    text = said(JobState.NO_CHANGES, lifetime=Lifetime(seconds=7200))
    assert "no plan was approved, and with it no end" in text


def test_a_report_says_beside_its_card_only_what_the_card_leaves_out():
    plan = PlanSummary(PlanCounts(create=1), (), "h", "1 thing would be created.")
    asked = report(*moved(JobState.AWAITING_APPROVAL, plan=plan), [])
    done = report(*moved(JobState.SUCCEEDED, kind=JobKind.APPLY), [])
    error = JobError("quota", "AWS refused it.", retryable=True)
    failed = report(*moved(JobState.FAILED, error=error), [])
    partly = report(*moved(JobState.PARTIALLY_APPLIED, error=error), [])
    assert [each and each.beside for each in (asked, done)] == ["", ""]
    assert failed is not None
    assert failed.beside == "It may work when you ask again in a moment."
    assert partly is not None
    assert partly.beside is not None
    assert partly.beside in partly.text
    assert "AWS refused it." not in partly.beside
    rejected = report(*moved(JobState.REJECTED, from_state=JobState.AWAITING_APPROVAL), [])
    assert rejected is not None
    assert rejected.beside is None  # All is told.
