"""A job's plan as stored, read back into its view. What older plans do not have stays empty."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from .plan_types import CostLine, NearestRequest, PlanBlast, PlanCost, PlanPolicy, PolicyFinding
from .translated import told, told_all
from .types import Demand, PlanCounts, PlannedChange, PlanSummary


def plan_view(document: Mapping[str, Any] | None) -> PlanSummary | None:
    """The view of a job's `plan`, None without one."""
    if document is None:
        return None
    counts = {each.name: int(document["counts"].get(each.name, 0)) for each in fields(PlanCounts)}
    return PlanSummary(
        counts=PlanCounts(**counts),
        changes=tuple(_change(each) for each in document.get("changes", ())),
        plan_hash=document["plan_hash"],
        text=told(document, "text") or "",
        demands=plan_demands(document),
        blast=_blast(document.get("blast")),
        cost=_cost(document.get("cost")),
        policy=_policy(document.get("policy")),
    )


def plan_demands(document: Mapping[str, Any] | None) -> tuple[Demand, ...]:
    """What the policies ask for in view of a stored plan."""
    found = (document or {}).get("demands") or ()
    return tuple(Demand(each["rule"], tuple(each.get("groups") or ()), told(each, "why") or "") for each in found)


def _change(document: Mapping[str, Any]) -> PlannedChange:
    return PlannedChange(
        address=document["address"],
        resource_type=document["resource_type"],
        action=document["action"],
        attributes=tuple(document.get("attributes", ())),
        variables=tuple(document.get("variables", ())),
        cause=document.get("cause", ""),
        importing=document.get("importing", ""),
    )


def _blast(document: Mapping[str, Any] | None) -> PlanBlast | None:
    if document is None:
        return None
    return PlanBlast(told(document, "sentence"), tuple(document["dependents"]), tuple(document["lost"]))


def _cost(document: Mapping[str, Any] | None) -> PlanCost | None:
    if document is None:
        return None
    return PlanCost(**{**told_all(document), "lines": tuple(CostLine(**told_all(each)) for each in document["lines"])})


def _policy(document: Mapping[str, Any] | None) -> PlanPolicy | None:
    if document is None:
        return None
    nearest = document.get("nearest")
    return PlanPolicy(
        version=document["version"],
        denials=tuple(_finding(each) for each in document["denials"]),
        warnings=tuple(_finding(each) for each in document["warnings"]),
        nearest=NearestRequest(**told_all(nearest)) if nearest else None,
    )


def _finding(document: Mapping[str, Any]) -> PolicyFinding:
    return PolicyFinding(**{**told_all(document), "slots": tuple(document["slots"])})
