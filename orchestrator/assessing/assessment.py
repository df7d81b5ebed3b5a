"""Everything a person sees of a plan before approving it, made of what the executor found out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from orchestrator.catalog_documents import blueprint_version_load
from orchestrator.documents import Document, job_load, jobs, masked_values, stacks, unmasked_values
from orchestrator.errors import LeaseLost
from orchestrator.executors.base import PlanOutcome
from orchestrator.life.revisions import values_diff
from orchestrator.policy.ruleset import Ruleset
from orchestrator.sentences import joined, stated
from orchestrator.states import JobKind, JobState, Risk
from orchestrator.types import EnvironmentView, PlanSummary, Variable

from .blast import blast_of
from .causes import Asked, Baseline, causes_marked
from .costs import cost_of
from .judging import judged_document, plan_judged, plan_taking
from .prices import prices_load

_LONGEST = 80


@dataclass(frozen=True)
class Assessor:
    """For one job. `job` is the raw document as it is planned now."""

    job: Document
    environment: EnvironmentView
    rules: Ruleset
    baseline: Baseline | None
    variables: tuple[Variable, ...] = ()

    def summary(self, outcome: PlanOutcome, values: Mapping[str, Any] | None = None) -> PlanSummary:
        """The plan's summary; `values`: those it was planned with when they are not the job's own."""
        job = self.job if values is None else _with_values(self.job, values)
        resources = outcome.masked_plan.get("resource_changes") or ()
        changes = outcome.changes
        if job["kind"] == JobKind.APPLY:
            asked = Asked(self._whole(unmasked_values(job)), job["blueprint_version"] or "")
            baseline = self.baseline
            changes = causes_marked(
                changes,
                asked,
                # What has its default on both sides is the same on both, whatever an older version's default was.
                baseline and replace(baseline, values=self._whole(baseline.values)),
                graph=outcome.graph,
                drifted=outcome.drifted,
                resources=resources,
            )
        on_stack = job["kind"] in (JobKind.APPLY, JobKind.DESTROY)
        cost = cost_of(resources, prices_load(), self.environment.region) if on_stack else None
        facts: dict[str, Any] = {"counts": outcome.counts}
        shown = {**{each.name: each.default for each in self.variables if not each.sensitive}, **masked_values(job)}
        facts["masked_plan"] = plan_taking(outcome.masked_plan, outcome.drifted if _adopts(job) else ())
        document = judged_document(job, self.environment, values=shown, changes=changes, cost=cost, **facts)
        policy, demands = plan_judged(self.rules, document) if _is_judged(job, outcome) else (None, ())
        return PlanSummary(
            counts=outcome.counts,
            changes=changes,
            plan_hash=outcome.plan_hash,
            text=self._sentence(job, outcome),
            demands=demands,
            blast=blast_of(changes, outcome.graph, resources) if on_stack and outcome.has_changes else None,
            cost=cost,
            policy=policy,
        )

    def _sentence(self, job: Document, outcome: PlanOutcome) -> str:
        """The plan's, and what is asked for from then on where that is what there is already."""
        if not _adopts(job) or self.baseline is None:
            return outcome.sentence
        shown = (self._whole(self.baseline.values), self._whole(unmasked_values(job)))
        hidden = {each.name for each in self.variables if each.sensitive}
        diff = {name: pair for name, pair in values_diff(*shown).items() if name not in hidden}
        told = ", ".join(f"{name}: {_short(before)} -> {_short(after)}" for name, (before, after) in diff.items())
        if not told:
            return outcome.sentence
        return joined((outcome.sentence, stated("Asked for is from then on what is there: %(values)s.", values=told)))

    def _whole(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**{each.name: each.default for each in self.variables}, **values}


def assessor_of(job_id: str, environment: EnvironmentView, rules: Ruleset) -> Assessor:
    """For a job as it is stored now. Raises LeaseLost when it is not there any more."""
    job = job_load(job_id)
    if job is None:
        raise LeaseLost("The job is not there any more.")
    version = job["blueprint_version"]
    variables = blueprint_version_load(version).variables if version else ()
    return Assessor(job, environment, rules, baseline_of(job), variables)


def baseline_of(job: Document) -> Baseline | None:
    """What the job's stack has, if its last apply was done as a whole; else what is planned completes that one."""
    if job["kind"] != JobKind.APPLY or job["stack_id"] is None:
        return None
    wanted = {"stack_id": job["stack_id"], "kind": JobKind.APPLY.value, "start": {"$gt": 0}, "_id": {"$ne": job["_id"]}}
    last = jobs().find_one(wanted, {"state": 1}, sort=[("created_at", -1)])
    stack = stacks().find_one({"_id": job["stack_id"]})
    if stack is None or stack["status"] != "live" or last is None or last["state"] != JobState.SUCCEEDED:
        return None
    return Baseline(unmasked_values(stack), stack["blueprint_version"])


def _is_judged(job: Document, outcome: PlanOutcome) -> bool:
    """Rules are about changes; who only looks changes nothing."""
    changes = outcome.has_changes or _adopts(job)
    return bool(job["kind"] != JobKind.DRIFT and job["risk"] != Risk.READ and changes)


def _adopts(job: Document) -> bool:
    return bool(job.get("adopts_job_id"))


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _with_values(job: Document, values: Mapping[str, Any]) -> Document:
    secret = set(job["sensitive_names"])
    return {
        **job,
        "values": {name: value for name, value in values.items() if name not in secret},
        "sensitive_values": {name: value for name, value in values.items() if name in secret},
    }
