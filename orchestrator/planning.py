"""Planning a job: may be repeated freely, changes nothing."""

import logging
from contextlib import suppress
from typing import Any

from django.conf import settings

from . import contexts
from .assessing.assessment import assessor_of
from .assessing.nearest import Replanner, denied_explained, denied_text
from .catalog_documents import environment_load
from .documents import Document, actor_view, encode
from .errors import CancelAsked, LeaseLost, NotAllowed
from .executors.base import Executor, ExecutorError, PlanOutcome, Stopped
from .heartbeat import CANCEL, LEASE_LOST, SHUTDOWN, CancelWish
from .leases import Lease
from .outcomes import INTERNAL
from .phase import Phase
from .planned_risk import planned_rule
from .plans import plan_store
from .policy.approvals import policy_version
from .policy.current import ruleset_current
from .sentences import stated
from .standing import standing_suffices
from .states import JobKind, JobState
from .transitions import transition
from .types import Actor, JobError, JobView, PlanSummary

logger = logging.getLogger(__name__)


def job_plan(job: Document, lease: Lease, actor: Actor, executor: Executor) -> str:
    """Plan a queued job; the state it is in afterwards. Raises LeaseLost, Conflict."""
    view = _begin(job, lease, actor)
    # Both are of the same moment: what judges the plan is what its approval names.
    environment, rules = environment_load(job["environment"]), ruleset_current()
    version = policy_version(environment, rules.digest)
    timeout = settings.ORCHESTRATOR["PLAN_TIMEOUT_SECONDS"]
    with Phase({**job, "state": view.state, "version": view.version}, lease, actor, timeout_seconds=timeout) as phase:
        try:
            context = phase.context(start=1, policy_version=version)
            outcome = executor.plan(context)
            assessor = assessor_of(job["_id"], environment, rules)
            plan = denied_explained(assessor, assessor.summary(outcome), Replanner(executor, context, phase.say))
        except Stopped as stopped:
            return _stopped(phase, stopped.why, timeout).state.value
        except ExecutorError as error:
            return _failed(phase, JobError(error.code, error.detail, error.retryable)).state.value
        except LeaseLost:
            raise
        except Exception:
            logger.exception("planning failed unexpectedly", extra={"job_id": job["_id"]})
            return _failed(phase, INTERNAL).state.value
        return _planned(phase, job, outcome, plan, version).state.value


def job_deny(job: Document, lease: Lease, actor: Actor, reason: str) -> str:
    """End a queued job that is not allowed any more."""
    begun = _begin(job, lease, actor)
    denied = transition(
        job_id=job["_id"],
        from_state=begun.state,
        to_state=JobState.DENIED,
        version=begun.version,
        actor=actor,
        reason=reason,
        changes={"error": JobError("not_allowed", reason)},
        lease=lease,
    )
    return denied.state.value


def _begin(job: Document, lease: Lease, actor: Actor) -> JobView:
    return transition(
        job_id=job["_id"],
        from_state=JobState.QUEUED,
        to_state=JobState.PLANNING,
        version=job["version"],
        actor=actor,
        reason=stated("planning has begun"),
        lease=lease,
    )


def _planned(phase: Phase, job: Document, outcome: PlanOutcome, summary: PlanSummary, version: str) -> JobView:
    if phase.cancel_wish is not None:
        return _canceled(phase, phase.cancel_wish)
    plan_store(lease=phase.lease, job_id=job["_id"], masked_plan=outcome.masked_plan, graph=outcome.graph)
    if outcome.lock and job["blueprint_version"]:
        contexts.lock_store(job["blueprint_version"], outcome.lock)
    changes: dict[str, Any] = {
        "plan": summary,
        "policy_version": version,
        "plan_digests": dict(outcome.digests),
    }
    target = _target(job, outcome, summary)
    if target in {JobState.NO_CHANGES, JobState.SUCCEEDED}:
        changes["result_text"] = outcome.sentence
    if target is JobState.DENIED:
        changes["error"] = JobError("policy_denied", denied_text(summary))
    try:
        return _move_on(phase, job, target, changes)
    except CancelAsked as asked:  # at the last moment, the heartbeat has not read it
        return _canceled(phase, asked.wish)


def _move_on(phase: Phase, job: Document, target: JobState, changes: dict[str, Any]) -> JobView:
    """People are asked unless they have agreed in advance."""
    if target is JobState.AWAITING_APPROVAL and _agreed_before(job, changes["plan"]):
        with suppress(NotAllowed):  # it was taken back just now
            return phase.move(JobState.APPROVED, stated("planned, approved in advance"), changes=changes)
    return phase.move(target, _REASONS[target], changes=changes)


def _target(job: Document, outcome: PlanOutcome, plan: PlanSummary) -> JobState:
    """What follows a plan. Whoever looks only to compare is done; an action is always carried out, and what is adopted
    is asked for from then on though nothing has to change for it."""
    kind = JobKind(job["kind"])
    if kind is JobKind.DRIFT:
        return JobState.SUCCEEDED
    if not outcome.has_changes and kind is not JobKind.ACTION and not job.get("adopts_job_id"):
        return JobState.NO_CHANGES
    if plan.policy is not None and plan.policy.denials:
        return JobState.DENIED
    rule = planned_rule(job, encode(plan), environment_load(job["environment"]))
    return JobState.AWAITING_APPROVAL if rule.needed else JobState.APPROVED


def _agreed_before(job: Document, plan: PlanSummary) -> bool:
    rule = planned_rule(job, encode(plan), environment_load(job["environment"]))
    asked = {"approval_rule": rule.name, "approval_needed": rule.needed, "approval_groups": rule.groups}
    return standing_suffices({**job, **asked})


_REASONS = {
    JobState.DENIED: stated("the rules do not allow it"),
    JobState.SUCCEEDED: stated("compared with what there is"),
    JobState.NO_CHANGES: stated("there is nothing to change"),
    JobState.AWAITING_APPROVAL: stated("planned, waiting for approval"),
    JobState.APPROVED: stated("planned, needs no approval"),
}


def _stopped(phase: Phase, why: str, timeout: float) -> JobView:
    """Nothing was changed."""
    if why == LEASE_LOST:
        raise LeaseLost("Another worker holds this job now.")
    if why == CANCEL:
        return _canceled(phase, phase.cancel_wish)
    if why == SHUTDOWN:
        return phase.move(JobState.QUEUED, stated("the worker was shut down"))
    error = JobError(
        "timeout",
        stated("Planning took longer than %(seconds)s seconds and was stopped.", seconds=f"{timeout:g}"),
        retryable=True,
    )
    return _failed(phase, error)


def _canceled(phase: Phase, wish: CancelWish | None) -> JobView:
    by = actor_view((wish or {}).get("actor"))
    return phase.move(JobState.CANCELED, stated("canceled by %(name)s", name=by.name), actor=by if wish else None)


def _failed(phase: Phase, error: JobError) -> JobView:
    return phase.move(JobState.FAILED, error.detail, changes={"error": error})
