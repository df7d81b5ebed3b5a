"""Applying a job: exactly what was approved, started once, its outcome never guessed."""

import logging
from typing import Any

from django.conf import settings

from .catalog_documents import environment_load
from .documents import Document, actor_view
from .errors import LeaseLost, PlanMismatch, WrongState
from .executors.base import ApplyOutcome, Executor, ExecutorError, PlanVoid, Stopped
from .heartbeat import CANCEL, LEASE_LOST
from .leases import Lease
from .phase import Phase
from .policy.approvals import policy_version
from .states import JobState
from .transitions import transition
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
    begun = _begin(job, lease, actor)
    if begun.state is not JobState.APPLYING:
        return begun.state.value
    plan_hash = job["plan"]["plan_hash"]
    timeout = settings.ORCHESTRATOR["APPLY_TIMEOUT_SECONDS"]
    held = {**job, "state": begun.state, "version": begun.version}
    with Phase(held, lease, actor, timeout_seconds=timeout, stopping=JobState.CANCELING) as phase:
        try:
            context = phase.context(start=int(job["start"]) + 1, policy_version=job["policy_version"])
            outcome = executor.apply(context, plan_hash)
        except Stopped as stopped:
            return _stopped(phase, stopped.why).state.value
        except ExecutorError as error:  # PlanVoid too: nothing was started
            return _failed(phase, error).state.value
        except LeaseLost:
            raise
        except Exception:
            logger.exception("applying failed unexpectedly", extra={"job_id": job["_id"]})
            view = phase.move(JobState.INDETERMINATE, "the worker failed in the middle", changes={"error": _UNKNOWN})
            return view.state.value
        return _applied(phase, outcome).state.value


def _begin(job: Document, lease: Lease, actor: Actor) -> JobView:
    """Commit the numbered start, or end the job when its approval does not hold any more."""
    if job["policy_version"] != policy_version(environment_load(job["environment"])):
        reason = "the approval policy or the environment has changed since; ask again for a new plan"
        return _move(job, lease, actor, JobState.SUPERSEDED, reason)
    try:
        return _move(job, lease, actor, JobState.APPLYING, "applying has begun")
    except PlanMismatch as error:
        return _move(job, lease, actor, JobState.SUPERSEDED, error.detail)
    except WrongState as error:
        return _move(job, lease, actor, JobState.EXPIRED, error.detail)


def _move(job: Document, lease: Lease, actor: Actor, to_state: JobState, reason: str) -> JobView:
    return transition(
        job_id=job["_id"],
        from_state=JobState.APPROVED,
        to_state=to_state,
        version=job["version"],
        actor=actor,
        reason=reason,
        lease=lease,
    )


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


def _failed(phase: Phase, error: ExecutorError) -> JobView:
    reason = "what would be applied is not what was approved" if isinstance(error, PlanVoid) else error.detail
    problem = JobError(error.code, error.detail, error.retryable)
    return _end(phase, JobState.FAILED, reason, {"error": problem})


def _end(phase: Phase, target: JobState, reason: str, changes: dict[str, Any]) -> JobView:
    if target is JobState.CANCELED:
        return phase.cancel(reason, changes=changes)
    return phase.move(target, reason, changes=changes)
