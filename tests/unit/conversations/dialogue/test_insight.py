"""What the bot says of a plan before it is approved, and of one that the rules deny."""

from typing import Any

from orchestrator.plan_types import NearestRequest, PlanBlast, PlanCost, PlanPolicy, PolicyFinding
from orchestrator.states import JobState
from orchestrator.types import PlanCounts, PlannedChange, PlanSummary
from tests.unit.conversations.dialogue.test_reports import said


def plan(**more: Any) -> PlanSummary:
    return PlanSummary(PlanCounts(replace=1), more.pop("changes", ()), "h", "Replaces 1 database.", **more)


COST = PlanCost("USD", "2025-06-01", "list", "us-east-1", "us-east-1", 10.0, 2.0, 1, 0, "About 10.00 USD a month.")


def test_a_plan_says_what_it_touches_costs_and_what_nobody_asked_for():
    changes = tuple(PlannedChange(f"aws_a.n{at}", "aws_a", "update", cause="drift") for at in range(7))
    text = said(
        JobState.AWAITING_APPROVAL,
        plan=plan(
            changes=changes,
            blast=PlanBlast("Replaces 1 database; 3 resources depend on it; data will be lost."),
            cost=COST,
            policy=PlanPolicy("digest", warnings=(PolicyFinding("tags", "Without the tag **owner**."),)),
        ),
    )
    assert "3 resources depend on it; data will be lost. About 10.00 USD a month." in text
    assert r"Warning: Without the tag \*\*owner\*\*." in text
    assert "7 changes were not asked for, so this needs a higher approval:" in text
    assert "- `aws_a.n0`: somebody changed it outside; this puts it back" in text
    assert "and 2 more" in text
    assert "Reply **yes** to confirm" in text


def test_a_denial_says_each_reason_and_what_would_pass():
    denial = PolicyFinding("versioned", "Buckets keep old versions.", slots=("versioning",))
    nearest = NearestRequest({"versioning": True}, "Creates 1 bucket.", "self")
    text = said(JobState.DENIED, plan=plan(policy=PlanPolicy("digest", (denial,), nearest=nearest)))
    assert "Nothing was changed." in text
    assert "- Buckets keep old versions. (`versioned`)" in text
    assert "It would pass with versioning on. I planned that and held it against the same rules" in text
    assert "`/correct versioning=true`" in text
    text = said(JobState.DENIED, plan=plan(policy=PlanPolicy("digest", (denial,))))
    assert "I found no small change of the request that the rules would let pass." in text
