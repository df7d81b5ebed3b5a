"""What the server sends: complete, JSON all the way down, and never longer than a frame may be."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import payloads
from conversations.client_frames import FRAME_BYTES
from orchestrator.log_types import JobEvent
from orchestrator.states import JobKind, JobState, Risk
from orchestrator.types import (
    Actor,
    ApprovalNeed,
    ApprovalView,
    JobError,
    JobView,
    Origin,
    PlanCounts,
    PlannedChange,
    PlanSummary,
    StackView,
)

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
ANN = Actor(id="1", name="ann")


def change(index: int, attributes: int = 0) -> PlannedChange:
    attribute = {"path": "x" * 50, "before": None, "after": "y" * 50, "unknown": False, "sensitive": False}
    return PlannedChange(f"module.this.aws_s3_bucket.b[{index}]", "aws_s3_bucket", "create", (attribute,) * attributes)


def job(*changes: PlannedChange, error: JobError | None = None, result_text: str = "") -> JobView:
    stack = StackView("s", "reports", "object-storage", "staging", ANN, "new", None, {}, {}, NOW, NOW)
    return JobView(
        id="j",
        kind=JobKind.APPLY,
        state=JobState.AWAITING_APPROVAL,
        version=3,
        environment="staging",
        risk=Risk.LOW,
        requester=ANN,
        origin=Origin("web"),
        subject="object-storage",
        title="create staging bucket reports",
        stack=stack,
        values={},
        plan=PlanSummary(PlanCounts(create=len(changes)), changes, "h" * 64, "Creates buckets."),
        approval=ApprovalNeed("self", 1, 0, "staging", NOW),
        approvals=(ApprovalView(ANN, "approve", "h" * 64, NOW),),
        outputs={"arn": "a"},
        result_text=result_text,
        error=error,
        queue_position=0,
        cancel_requested=False,
        created_at=NOW,
        updated_at=NOW,
    )


def test_a_job_has_what_a_card_shows() -> None:
    data = payloads.job_payload(job(change(0, attributes=1)))
    assert json.loads(json.dumps(data)) == data
    assert data["plan"]["counts"] == {"create": 1, "update": 0, "delete": 0, "replace": 0, "read": 0}
    assert data["plan"]["plan_hash"] == "h" * 64
    assert data["plan"]["changes"][0]["action"] == "create"
    assert data["approval"]["expires_at"] == "2026-01-31T12:00:00.000Z"
    assert data["stack"]["name"] == "reports"
    assert data["summary"] == "Creates buckets."


@pytest.mark.parametrize(
    ("view", "summary"),
    [
        (job(error=JobError("failed", "It failed.")), "It failed."),
        (job(result_text="Made one bucket."), "Made one bucket."),
        (job(), "Creates buckets."),
    ],
)
def test_the_summary_is_one_sentence(view: JobView, summary: str) -> None:
    assert payloads.job_summary(view) == summary


@pytest.mark.parametrize(("count", "attributes"), [(10, 300), (5_000, 0), (5_000, 5)])
def test_a_long_plan_fits_into_a_frame(count: int, attributes: int) -> None:
    data = payloads.job_payload(job(*(change(index, attributes) for index in range(count))))
    assert len(json.dumps(data).encode()) < FRAME_BYTES
    assert data["plan"]["changes_total"] == count
    assert data["plan"]["changes"]


def test_of_a_long_plan_the_first_resources_keep_their_attributes() -> None:
    plan = payloads.job_payload(job(*(change(index, 50) for index in range(60))))["plan"]
    assert (plan["changes_total"], len(plan["changes"])) == (60, 60)
    complete = [len(each.get("attributes", ())) == 50 for each in plan["changes"]]
    assert complete[0]
    assert not complete[-1]
    assert plan["attributes_left"] == complete.count(False)
    short = payloads.job_payload(job(change(0, 50)))["plan"]
    assert short["attributes_left"] == 0


@given(st.lists(st.integers(min_value=0, max_value=9_000), max_size=40))
def test_log_lines_are_split_into_frames_in_order(lengths: list[int]) -> None:
    events = [JobEvent(log_seq=index, kind="line", text="é" * length) for index, length in enumerate(lengths, 1)]
    parts = list(payloads.job_events_split(events))
    assert [event for part in parts for event in part] == events
    for part in parts:
        text = json.dumps(payloads.job_events_frame("j", part).wire(), ensure_ascii=False)
        assert len(text.encode()) < FRAME_BYTES


def test_an_unexpected_error_tells_nothing_but_a_reference() -> None:
    data = payloads.error_frame(KeyError("secret"), "c").data
    assert data["status"] == 500
    assert "secret" not in str(data)
    assert data["client_id"] == "c"
