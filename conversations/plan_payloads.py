"""What a plan's card shows beyond its changes: blast radius, cost, policy. Bounded, for a frame ends at 64 KB."""

import json
from typing import Any

from orchestrator.plan_types import CostLine, PlanBlast, PlanCost, PlanPolicy, PolicyFinding
from orchestrator.types import PlanSummary

Json = dict[str, Any]

_MOST = 12
_FEW = 2
_CHARACTERS = 300
_VALUES_BYTES = 4_000
BYTES = 16_000
"""What all of it may have in a frame, beside the changes."""


def insight(plan: PlanSummary) -> Json:
    """`blast`, `cost`, `policy`, `demands` and `unasked`: each only where there is something to say, and less of it
    when it is too long; the plan over REST has all."""
    for most in (_MOST, _FEW, 0):
        parts = _parts(plan, most)
        if _size(parts) <= BYTES:
            break
    return parts


def _parts(plan: PlanSummary, most: int) -> Json:
    demands = [{"rule": each.rule, "groups": list(each.groups[:most]), "why": _cut(each.why)} for each in plan.demands]
    parts = {
        "blast": _blast(plan.blast, most),
        "cost": _cost(plan.cost, most),
        "policy": _policy(plan.policy, most),
        "demands": demands[: most or 1],
        "unasked": [{"address": each.address, "cause": each.cause} for each in plan.unasked[:most]],
        "unasked_total": len(plan.unasked),
    }
    return {name: part for name, part in parts.items() if part}


def _blast(blast: PlanBlast | None, most: int) -> Json | None:
    if blast is None:
        return None
    dependents = {"dependents": list(blast.dependents[:most]), "dependents_total": len(blast.dependents)}
    return {"sentence": blast.sentence, **dependents, "lost": list(blast.lost[:most])}


def _cost(cost: PlanCost | None, most: int) -> Json | None:
    if cost is None:
        return None
    names = ("sentence", "monthly", "delta", "currency", "unknown", "usage", "dated", "region")
    lines = [_line(each) for each in cost.lines[:most]]
    return {**{name: getattr(cost, name) for name in names}, "lines": lines, "lines_total": len(cost.lines)}


def _line(line: CostLine) -> Json:
    return {
        "address": line.address,
        "before": line.before,
        "after": line.after,
        "basis": line.basis,
        "note": line.note,
    }


def _policy(policy: PlanPolicy | None, most: int) -> Json | None:
    if policy is None or not (policy.denials or policy.warnings):
        return None
    # What is longer than a person would type is left to REST.
    nearest = policy.nearest if policy.nearest and _size(policy.nearest.values) <= _VALUES_BYTES else None
    return {
        "denials": [_finding(each) for each in policy.denials[:most]],
        "denials_total": len(policy.denials),
        "warnings": [_finding(each) for each in policy.warnings[:most]],
        "warnings_total": len(policy.warnings),
        "nearest": nearest and {"values": nearest.values, "sentence": nearest.sentence, "approval": nearest.approval},
    }


def _finding(finding: PolicyFinding) -> Json:
    return {"rule": finding.rule, "message": _cut(finding.message), "resource": finding.resource}


def _cut(text: str) -> str:
    return text if len(text) <= _CHARACTERS else text[: _CHARACTERS - 1] + "…"


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, default=str).encode())
