"""Applying a job: exactly what was approved, started once, its outcome never guessed."""

import logging
from typing import Any

from django.conf import settings

from .catalog_documents import environment_load
from .documents import Document, actor_view
from .errors import Conflict, LeaseLost, PlanMismatch, WrongState
from .executors.base import ApplyOutcome, Executor, ExecutorError, PlanVoid, Stopped
from .heartbeat import CANCEL, LEASE_LOST
from .leases import Lease
from .phase import Phase
from .planning import INTERNAL
from .policy.approvals import policy_version
from .states import JobState
from .types import Actor, JobError, JobView

logger = logging.getLogger(__name__)

_UNKNOWN = JobError(
    "outcome_unknown",
    "The worker does not know how far it came. What was done has to be found out before anything else happens here.",
)
_OUTCOMES = {
    "succeeded": JobState.SUCCEEDED,
    "partially_applied": JobState.PARTIALLY_APPLIED,
    "failed": JobState.FAILED,
    "canceled": JobState.CANCELED,
    "indeterminate": JobState.INDETERMINATE,
}


def job_apply(job: Document, lease: Lease, actor: Actor, executor: Executor) -> str:
    """Apply an approved job; the state it is in afterwards. Raises LeaseLost, Conflict."""
    timeout = settings.ORCHESTRATOR["APPLY_TIMEOUT_SECONDS"]
    with Phase(job, lease, actor, timeout_seconds=timeout, stopping=JobState.CANCELING) as phase:
        try:
            return _verify_and_apply(phase, job, executor).state.value
        except Stopped as stopped:
            return _stopped(phase, stopped.why).state.value
        except PlanVoid as void:
            return _void(phase, void).state.value
        except ExecutorError as error:
            return _failed(phase, error).state.value
        except (LeaseLost, Conflict):
            raise
        except Exception:
            logger.exception("applying failed unexpectedly", extra={"job_id": job["_id"]})
            return _broken(phase).state.value


def _verify_and_apply(phase: Phase, job: Document, executor: Executor) -> JobView:
    """The approval is held against what there is before the start is committed, and by `apply` once more after it."""
    if job["policy_version"] != policy_version(environment_load(job["environment"])):
        reason = "the approval policy or the environment has changed since; ask again for a new plan"
        return phase.move(JobState.SUPERSEDED, reason)
    plan_hash = job["plan"]["plan_hash"]
    context = phase.context(start=int(job["start"]) + 1, policy_version=job["policy_version"])
    executor.verify(context, plan_hash)
    begun = _begin(phase)
    if begun.state is not JobState.APPLYING:
        return begun
    return _applied(phase, executor.apply(context, plan_hash))


def _begin(phase: Phase) -> JobView:
    """Commit the numbered start, or end the job when its approval does not hold any more."""
    try:
        return phase.move(JobState.APPLYING, "applying has begun")
    except PlanMismatch as error:
        return phase.move(JobState.SUPERSEDED, error.detail)
    except WrongState as error:
        return phase.move(JobState.EXPIRED, error.detail)


def _applied(phase: Phase, outcome: ApplyOutcome) -> JobView:
    target = _OUTCOMES.get(outcome.status, JobState.INDETERMINATE)
    changes: dict[str, Any] = {
        "outputs": dict(outcome.outputs),
        "result_text": outcome.sentence,
        "resource_count": outcome.resource_count,
    }
    if target is not JobState.SUCCEEDED:
        changes["error"] = JobError(outcome.error_code or outcome.status, outcome.sentence)
    return _end(phase, target, "done" if target is JobState.SUCCEEDED else outcome.sentence, changes)


def _stopped(phase: Phase, why: str) -> JobView:
    """Stopped before anything was changed."""
    if why == LEASE_LOST:
        raise LeaseLost("Another worker holds this job now.")
    if why == CANCEL:
        by = actor_view((phase.cancel_wish or {}).get("actor"))
        return _end(phase, JobState.CANCELED, f"canceled by {by.name} before anything was changed", {})
    error = JobError("timeout", "It took too long and was stopped; nothing was changed.", retryable=True)
    return _end(phase, JobState.CANCELED, error.detail, {"error": error})


def _void(phase: Phase, void: PlanVoid) -> JobView:
    """What would be applied is not what was approved, and nothing was started."""
    problem = JobError(void.code, void.detail, void.retryable)
    target = JobState.SUPERSEDED if phase.state is JobState.APPROVED else JobState.FAILED
    return phase.move(target, "what would be applied is not what was approved", changes={"error": problem})


def _failed(phase: Phase, error: ExecutorError) -> JobView:
    """Nothing was changed. The approval is used up all the same: only a start can fail."""
    if phase.state is JobState.APPROVED:
        begun = _begin(phase)
        if begun.state is not JobState.APPLYING:
            return begun
    return phase.move(
        JobState.FAILED, error.detail, changes={"error": JobError(error.code, error.detail, error.retryable)}
    )


def _broken(phase: Phase) -> JobView:
    """A mistake of ours. Before the start was committed nothing can have happened; after it anything may have."""
    if phase.state is JobState.APPROVED:
        return _failed(phase, ExecutorError(INTERNAL.code, INTERNAL.detail, retryable=True))
    return phase.move(JobState.INDETERMINATE, "the worker failed in the middle", changes={"error": _UNKNOWN})


def _end(phase: Phase, target: JobState, reason: str, changes: dict[str, Any]) -> JobView:
    if target is JobState.CANCELED:
        return phase.cancel(reason, changes=changes)
    return phase.move(target, reason, changes=changes)
