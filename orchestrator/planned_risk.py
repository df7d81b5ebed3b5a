"""What a plan would do may be riskier than what was asked for: an apply that replaces a bucket deletes it."""

from typing import Any

from .catalog_documents import blueprint_version_load
from .documents import Document, plan_demands
from .policy.approvals import Rule, rule_for
from .states import JobKind, Risk
from .types import EnvironmentView

_DESTROYING = ("delete", "replace")


def planned_risk(job: Document, plan: dict[str, Any] | None) -> Risk:
    """The risk of the raw `job` with this stored plan: never less than it was, and that of destroying when it does.

    Otherwise the requester's own word would delete what a deletion asks somebody else for.
    """
    risk = Risk(job["risk"])
    counts = (plan or {}).get("counts") or {}
    if job["kind"] != JobKind.APPLY or not any(counts.get(name) for name in _DESTROYING):
        return risk
    destroying = blueprint_version_load(job["blueprint_version"]).risk.get(JobKind.DESTROY.value, Risk.CRITICAL)
    return max(risk, destroying, key=lambda each: each.rank)


def planned_rule(job: Document, plan: dict[str, Any] | None, environment: EnvironmentView) -> Rule:
    """Who must approve this stored plan of the raw `job`: all that is asked by its risk, its place and its policies."""
    return rule_for(planned_risk(job, plan), environment, plan_demands(plan))
