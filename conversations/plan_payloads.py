"""What a plan's card shows beyond its changes: blast radius, cost, policy. Bounded, for a frame ends at 64 KB."""

from typing import Any

from orchestrator.plan_types import CostLine, PlanBlast, PlanCost, PlanPolicy, PolicyFinding
from orchestrator.types import PlanSummary

Json = dict[str, Any]

_MOST = 12


def insight(plan: PlanSummary) -> Json:
    """`blast`, `cost`, `policy`, `demands` and `unasked`: each only where there is something to say."""
    parts = {
        "blast": _blast(plan.blast),
        "cost": _cost(plan.cost),
        "policy": _policy(plan.policy),
        "demands": [{"rule": each.rule, "groups": list(each.groups), "why": each.why} for each in plan.demands[:_MOST]],
        "unasked": [{"address": each.address, "cause": each.cause} for each in plan.unasked[:_MOST]],
        "unasked_total": len(plan.unasked),
    }
    return {name: part for name, part in parts.items() if part}


def _blast(blast: PlanBlast | None) -> Json | None:
    if blast is None:
        return None
    dependents = {"dependents": list(blast.dependents[:_MOST]), "dependents_total": len(blast.dependents)}
    return {"sentence": blast.sentence, **dependents, "lost": list(blast.lost[:_MOST])}


def _cost(cost: PlanCost | None) -> Json | None:
    if cost is None:
        return None
    names = ("sentence", "monthly", "delta", "currency", "unknown", "usage", "dated", "region")
    lines = [_line(each) for each in cost.lines[:_MOST]]
    return {**{name: getattr(cost, name) for name in names}, "lines": lines, "lines_total": len(cost.lines)}


def _line(line: CostLine) -> Json:
    return {
        "address": line.address,
        "before": line.before,
        "after": line.after,
        "basis": line.basis,
        "note": line.note,
    }


def _policy(policy: PlanPolicy | None) -> Json | None:
    if policy is None or not (policy.denials or policy.warnings):
        return None
    nearest = policy.nearest
    return {
        "denials": [_finding(each) for each in policy.denials[:_MOST]],
        "denials_total": len(policy.denials),
        "warnings": [_finding(each) for each in policy.warnings[:_MOST]],
        "warnings_total": len(policy.warnings),
        "nearest": nearest and {"values": nearest.values, "sentence": nearest.sentence, "approval": nearest.approval},
    }


def _finding(finding: PolicyFinding) -> Json:
    return {"rule": finding.rule, "message": finding.message, "resource": finding.resource}
