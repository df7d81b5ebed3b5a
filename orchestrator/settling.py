"""What follows from what an interrupted apply turned out to have done: its end, its remainder, or a question."""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from chatbot_project.mongo.transactions import Transaction

from .assessing.assessment import assessor_of
from .assessing.nearest import denied_text
from .catalog_documents import environment_load
from .documents import Document, encode
from .errors import CancelAsked
from .executors.base import ApplyOutcome, Executor, PlanOutcome, Reconciled
from .outcomes import carry_out, end
from .phase import Phase
from .plan_views import plan_demands
from .planned_risk import planned_rule
from .plans import plan_write
from .policy.current import ruleset_current
from .sentences import joined, stated
from .states import JobState
from .types import JobError, PlanSummary

# As often as this a job goes on by itself. Then people are asked: something keeps killing it.
MAX_STARTS = 5


def settle(
    phase: Phase, job: Document, found: Reconciled, executor: Executor, *, refusal: str | None, version: str
) -> str:
    """Move the job on from reconciling; the state it is in afterwards.

    `refusal` as in `job_reconcile`; `version` is the policy that a remainder was planned under. Raises LeaseLost,
    Conflict.
    """
    phase.changed_before = phase.changed_before or _has_changed(job, found)
    match found.status:
        case "succeeded":
            return end(phase, JobState.SUCCEEDED, found.sentence, None, **_facts(phase, found)).state.value
        case "remainder" if found.remainder is not None and refusal is not None:
            return _left_undone(phase, found, "not_allowed", refusal)
        case "remainder" if found.remainder is not None:
            return _remainder(_Case(phase, job, found, found.remainder, version), executor)
        case "failed":
            return _ended(phase, JobState.FAILED, found)
        case _:
            return _ended(phase, JobState.PARTIALLY_APPLIED, found)


@dataclass(frozen=True)
class _Case:
    phase: Phase
    job: Document
    found: Reconciled
    remainder: PlanOutcome
    version: str


def _remainder(case: _Case, executor: Executor) -> str:
    job, may_go_on = case.job, case.found.may_continue
    try:
        if case.phase.cancel_wish is not None:
            raise CancelAsked(case.phase.cancel_wish)
        if may_go_on and job["start"] < MAX_STARTS and job["policy_version"] == case.version:
            return _go_on(case, executor)
        return _ask(case)
    except CancelAsked as asked:
        return _left_undone(case.phase, case.found, "canceled", stated("%(name)s canceled it.", name=_name(asked)))


def _go_on(case: _Case, executor: Executor) -> str:
    """Under the approval that was given: what is left is a part of what was approved."""
    phase, plan_hash = case.phase, case.remainder.plan_hash
    changes = {**_facts(phase, case.found), **_SETTLED, "remainder": _summary(case)}
    number = phase.move(JobState.APPLYING, case.found.sentence, changes=changes).starts
    phase.limit(settings.ORCHESTRATOR["APPLY_TIMEOUT_SECONDS"])

    def work() -> ApplyOutcome:
        return executor.apply(phase.context_following(start=number, policy_version=case.version), plan_hash)

    return carry_out(phase, work)


def _ask(case: _Case) -> str:
    """What is left becomes the job's plan, and its approval starts anew."""
    phase, job, found = case.phase, case.job, case.found
    environment = environment_load(job["environment"])
    plan = assessor_of(job["_id"], environment, ruleset_current()).summary(case.remainder)
    plan = replace(plan, demands=tuple(dict.fromkeys((*plan.demands, *plan_demands(job["plan"])))))
    if plan.policy is not None and plan.policy.denials:
        return _left_undone(phase, found, "policy_denied", denied_text(plan))
    if not planned_rule(job, encode(plan), environment).needed:
        often = stated("It was interrupted %(number)s times and is not tried again.", number=job["start"])
        detail = joined((often, found.sentence))
        return _ended(phase, JobState.FAILED, replace(found, sentence=detail))
    changes = {
        **_facts(phase, found),
        **_SETTLED,
        "plan": plan,
        "plan_digests": dict(case.remainder.digests),
        "policy_version": case.version,
    }

    def show(tx: Transaction) -> None:
        rest = case.remainder
        plan_write(tx, lease=phase.lease, job_id=job["_id"], masked_plan=rest.masked_plan, graph=rest.graph)

    return phase.move(JobState.AWAITING_APPROVAL, found.sentence, changes=changes, also=show).state.value


def _left_undone(phase: Phase, found: Reconciled, code: str, why: str) -> str:
    error = JobError(code, joined((why, found.sentence)))
    return end(phase, JobState.FAILED, error.detail, error, **_facts(phase, found)).state.value


def _ended(phase: Phase, target: JobState, found: Reconciled) -> str:
    error = JobError(found.error_code or "interrupted", found.sentence)
    return end(phase, target, found.sentence, error, **_facts(phase, found)).state.value


_SETTLED = {"error": None, "tries": 0, "retry_at": None}


def _facts(phase: Phase, found: Reconciled) -> dict[str, Any]:
    lists = {"exists": list(found.exists), "missing": list(found.missing), "unknown": list(found.unknown)}
    return {
        "outputs": dict(found.outputs),
        "result_text": found.sentence,
        "resource_count": found.resource_count,
        "found": {**lists, "adopted": list(found.adopted), "changed": phase.changed_before},
    }


def _has_changed(job: Document, found: Reconciled) -> bool:
    """Whether something was done already, or may have been: then nobody may say that nothing was changed."""
    if found.adopted or found.unknown:
        return True
    left = encode(found.remainder.counts) if found.remainder else None
    return left is not None and left != {**left, **job["plan"]["counts"]}


def _summary(case: _Case) -> PlanSummary:
    """A part of the plan that was approved: what the policies asked for in view of the whole is asked for still."""
    rest, demands = case.remainder, plan_demands(case.job["plan"])
    return PlanSummary(rest.counts, rest.changes, rest.plan_hash, rest.sentence, demands)


def _name(asked: CancelAsked) -> str:
    return str((asked.wish.get("actor") or {}).get("name") or "Somebody")
