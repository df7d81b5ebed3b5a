"""What the rules are given to judge, and what they say: the input of docs/reference/policy.md."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings

from orchestrator.documents import Document
from orchestrator.executors.terraform.root import shown_address
from orchestrator.plan_types import PlanCost, PlanPolicy, PolicyFinding
from orchestrator.policy.evaluating import Limits, rules_judge
from orchestrator.policy.ruleset import Ruleset
from orchestrator.types import Demand, EnvironmentView, PlanCounts, PlannedChange

_OF_COST = ("currency", "monthly", "delta", "unknown", "usage", "dated", "region")


def limits() -> Limits:
    return Limits(settings.ORCHESTRATOR["POLICY_SECONDS"], settings.ORCHESTRATOR["POLICY_MEMORY_MB"])


def plan_judged(rules: Ruleset, document: Mapping[str, Any]) -> tuple[PlanPolicy, tuple[Demand, ...]]:
    """The verdict of all rules, and the approvals they ask for; whatever goes wrong with one of them denies."""
    if not rules.rules:
        return PlanPolicy(), ()
    verdict = rules_judge(rules.rules, document, limits())
    policy = PlanPolicy(
        version=rules.digest,
        denials=tuple(_shown(each) for each in verdict.denials),
        warnings=tuple(_shown(each) for each in verdict.warnings),
    )
    return policy, verdict.demands


def plan_taking(masked_plan: Mapping[str, Any], adopted: Collection[str]) -> Mapping[str, Any]:
    """The plan as rules are to see it: what is taken over as it is (`adopted`, by its shown address, or imported) is
    changed by this request as far as they are concerned. Else asking for it afterwards would be a way around them."""

    def taking(resource: Mapping[str, Any]) -> Mapping[str, Any]:
        change = resource["change"]
        taken = shown_address(str(resource["address"])) in adopted or change.get("importing")
        if not taken or change["actions"] != ["no-op"]:
            return resource
        return {**resource, "change": {**change, "actions": ["update"]}}

    return {**masked_plan, "resource_changes": [taking(each) for each in masked_plan.get("resource_changes") or ()]}


def judged_document(
    job: Document,
    environment: EnvironmentView,
    *,
    values: Mapping[str, Any],
    masked_plan: Mapping[str, Any],
    counts: PlanCounts,
    changes: Sequence[PlannedChange],
    cost: PlanCost | None,
) -> dict[str, Any]:
    """`input` of a rule. Nothing secret stands in it: rules may put into their sentences what they read."""
    return {
        "request": {
            "kind": job["kind"],
            "subject": job["subject"],
            "environment": job["environment"],
            "title": job["title"],
            "risk": job["risk"],
            "requester": job["requester_name"],
            "stack_id": job["stack_id"],
            "blueprint_version": job["blueprint_version"],
            "values": dict(values),
        },
        "environment": {
            "name": environment.name,
            "region": environment.region,
            "minimum_risk": environment.minimum_risk.value,
        },
        "plan": dict(masked_plan),
        "counts": {name: getattr(counts, name) for name in ("create", "update", "delete", "replace", "read")},
        "changes": _changes(masked_plan, changes),
        "cost": None if cost is None else {name: getattr(cost, name) for name in _OF_COST},
    }


def _changes(masked_plan: Mapping[str, Any], changes: Sequence[PlannedChange]) -> dict[str, Any]:
    """By the address that `plan.resource_changes` has; those that stay as they are as well."""
    known = {each.address: each for each in changes}
    told = {each: _change(known[each]) for each in known}
    for resource in masked_plan.get("resource_changes") or ():
        address = str(resource["address"])
        change = known.get(shown_address(address))
        told.pop(shown_address(address), None)
        told[address] = _change(change or PlannedChange(shown_address(address), str(resource.get("type")), "no-op"))
    return told


def _change(change: PlannedChange) -> dict[str, Any]:
    return {
        "address": change.address,
        "type": change.resource_type,
        "action": change.action,
        "variables": list(change.variables),
        "cause": change.cause,
        "attributes": {each["path"]: list(each.get("variables") or change.variables) for each in change.attributes},
    }


def _shown(finding: PolicyFinding) -> PolicyFinding:
    return replace(finding, resource=shown_address(finding.resource))
