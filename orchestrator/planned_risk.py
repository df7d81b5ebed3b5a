"""What a plan would do may be riskier than what was asked for: an apply that replaces a bucket deletes it."""

from typing import Any

from .catalog_documents import blueprint_version_load
from .documents import Document
from .plan_views import plan_demands
from .policy.approvals import Rule, rule_for
from .states import JobKind, Risk
from .types import EnvironmentView

_DESTROYING = ("delete", "replace")


def planned_risk(job: Document, plan: dict[str, Any] | None) -> Risk:
    """The risk of the raw `job` with this stored plan: never less than it was, that of destroying when it does, and
    more when it changes what nothing asked for.

    Otherwise the requester's own word would delete what a deletion asks somebody else for.
    """
    risks = [Risk(job["risk"]), *_of_destroying(job, plan), *_of_surprises(job, plan)]
    return max(risks, key=lambda each: each.rank)


def planned_rule(job: Document, plan: dict[str, Any] | None, environment: EnvironmentView) -> Rule:
    """Who must approve this stored plan of the raw `job`: all that is asked by its risk, its place and its policies."""
    return rule_for(planned_risk(job, plan), environment, plan_demands(plan))


def _of_destroying(job: Document, plan: dict[str, Any] | None) -> list[Risk]:
    counts = (plan or {}).get("counts") or {}
    if job["kind"] != JobKind.APPLY or not any(counts.get(name) for name in _DESTROYING):
        return []
    return [blueprint_version_load(job["blueprint_version"]).risk.get(JobKind.DESTROY.value, Risk.CRITICAL)]


def _of_surprises(job: Document, plan: dict[str, Any] | None) -> list[Risk]:
    """One step more than what was asked for: who asked knows nothing of them; and whoever adopts what was changed
    outside would else approve alone what somebody else should have."""
    if not job.get("adopts_job_id") and not any(each.get("cause") for each in (plan or {}).get("changes") or ()):
        return []
    return [list(Risk)[min(Risk(job["risk"]).rank + 1, Risk.CRITICAL.rank)]]
