"""Applying a job: exactly what was approved, started once, its outcome never guessed."""

import logging
from typing import Any

from django.conf import settings

from .catalog_documents import environment_load
from .documents import Document
from .errors import Conflict, LeaseLost, PlanMismatch, WrongState
from .executors.base import Executor, ExecutorError, PlanVoid, Stopped
from .heartbeat import CANCEL, LEASE_LOST, SHUTDOWN
from .leases import Lease
from .outcomes import INTERNAL, canceled_by, carry_out, end, error_of, handed_over
from .phase import Phase
from .policy.current import policy_current
from .sentences import stated
from .states import JobState
from .types import Actor, JobError, JobView

logger = logging.getLogger(__name__)


def job_apply(job: Document, lease: Lease, actor: Actor, executor: Executor) -> str:
    """Apply an approved job; the state it is in afterwards. Raises LeaseLost, Conflict."""
    timeout = settings.ORCHESTRATOR["APPLY_TIMEOUT_SECONDS"]
    with Phase(job, lease, actor, timeout_seconds=timeout, stopping=JobState.CANCELING) as phase:
        try:
            _verify(phase, job, executor)
        except Stopped as stopped:
            return _stopped(phase, stopped.why)
        except PlanVoid as void:
            return _superseded(
                phase, stated("what would be applied is not what was approved"), error_of(void)
            ).state.value
        except ExecutorError as error:
            return _failed(phase, error_of(error)).state.value
        except (LeaseLost, Conflict):
            raise
        except Exception:
            logger.exception("verifying failed unexpectedly", extra={"job_id": job["_id"]})
            return _failed(phase, INTERNAL).state.value
        begun = _begin(phase)
        if begun.state is not JobState.APPLYING:
            return begun.state.value
        plan_hash, number = job["plan"]["plan_hash"], begun.starts
        return carry_out(phase, lambda: executor.apply(_context(phase, job, number), plan_hash))


def _verify(phase: Phase, job: Document, executor: Executor) -> None:
    """The approval is held against what there is before the start is committed, and by `apply` once more after it."""
    if job["policy_version"] != policy_current(environment_load(job["environment"])):
        detail = stated("The approval policy or the environment has changed since; ask again for a new plan.")
        raise PlanVoid("policy_changed", detail)
    context = phase.context(start=int(job["start"]) + 1, policy_version=job["policy_version"])
    executor.verify(context, job["plan"]["plan_hash"])


def _context(phase: Phase, job: Document, number: int) -> Any:
    return phase.context_following(start=number, policy_version=job["policy_version"])


def _begin(phase: Phase) -> JobView:
    """Commit the numbered start, or end the job when its approval does not hold any more."""
    try:
        return phase.move(JobState.APPLYING, stated("applying has begun"))
    except PlanMismatch as error:
        return _superseded(phase, error.detail)
    except WrongState as error:
        return phase.move(JobState.EXPIRED, error.detail)


def _stopped(phase: Phase, why: str) -> str:
    """Stopped before anything was started."""
    if why == LEASE_LOST:
        raise LeaseLost("Another worker holds this job now.")
    if why == CANCEL:
        reason = stated("canceled by %(name)s before anything was changed", name=canceled_by(phase))
        return end(phase, JobState.CANCELED, reason, None).state.value
    if why == SHUTDOWN:
        return handed_over(phase)
    error = JobError("timeout", stated("It took too long and was stopped; nothing was changed."), retryable=True)
    return end(phase, JobState.CANCELED, error.detail, error).state.value


def _superseded(phase: Phase, reason: str, error: JobError | None = None) -> JobView:
    return phase.move(JobState.SUPERSEDED, reason, changes={"error": error})


def _failed(phase: Phase, error: JobError) -> JobView:
    """Nothing was changed. The approval is used up all the same: only a start can fail."""
    begun = _begin(phase)
    return end(phase, JobState.FAILED, error.detail, error) if begun.state is JobState.APPLYING else begun
