"""What a card says of a plan: only what there is, and never more than a frame can hold."""

import json
from typing import Any

from conversations.plan_payloads import BYTES, insight
from conversations.terminal.insight import insight_lines
from orchestrator.plan_types import CostLine, NearestRequest, PlanBlast, PlanCost, PlanPolicy, PolicyFinding
from orchestrator.types import Demand, PlanCounts, PlannedChange, PlanSummary


def summary(**more: Any) -> PlanSummary:
    return PlanSummary(PlanCounts(), more.pop("changes", ()), "a" * 64, "Does something.", **more)


def cost(*lines: CostLine) -> PlanCost:
    return PlanCost("USD", "2025-06-01", "list", "us-east-1", "us-east-1", 10.0, 2.0, 1, 0, "About 10 USD.", lines)


def test_nothing_known_says_nothing() -> None:
    assert insight(summary()) == {}
    assert insight(summary(policy=PlanPolicy("digest"))) == {}


def test_each_part_is_there_and_in_the_terminal() -> None:
    plan = summary(
        changes=(PlannedChange("aws_a.this", "aws_a", "update", cause="drift"),),
        blast=PlanBlast("Replaces 1 database.", ("aws_b.this",), ("aws_a.this",)),
        cost=cost(CostLine("aws_a.this", "update", 8.0, None, "unknown")),
        demands=(Demand("two", ("dba",), "The dba looks at it."),),
        policy=PlanPolicy(
            "digest",
            denials=(PolicyFinding("mine", "No.", "aws_a.this"),),
            nearest=NearestRequest({"versioning": True}, "Creates 1 bucket.", "self"),
        ),
    )
    said = insight(plan)
    assert said["unasked"] == [{"address": "aws_a.this", "cause": "drift"}]
    assert said["cost"]["lines"][0]["after"] is None
    assert said["policy"]["nearest"]["values"] == {"versioning": True}
    text = "\n".join(str(each) for each in insight_lines(said))
    for part in ("Replaces 1 database.", "depends on it: aws_b.this", "About 10 USD.", "! No. (mine)", "The dba looks"):
        assert part in text
    assert "/correct versioning=true" in text


def test_however_much_there_is_it_fits() -> None:
    long = "😀" * 500
    plan = summary(
        changes=tuple(PlannedChange(f"aws_a.{long}{number}", "aws_a", "update", cause="drift") for number in range(90)),
        blast=PlanBlast("Much.", (long,) * 50, (long,) * 50),
        cost=cost(*(CostLine(long, "update", 1.0, 1.0, "fixed", long) for _ in range(100))),
        policy=PlanPolicy(
            "digest", (PolicyFinding("mine", long, long),) * 50, (PolicyFinding("mine", long, long),) * 50
        ),
        demands=(Demand("two", (long,) * 50, long),) * 50,
    )
    said = insight(plan)
    assert len(json.dumps(said, ensure_ascii=False).encode()) <= BYTES
    assert said["unasked_total"] == 90
    assert said["policy"]["denials_total"] == 50
