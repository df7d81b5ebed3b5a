"""What becomes of a job when its executor has ended, in whichever way: shared by applying, resuming and reconciling."""

import logging
from collections.abc import Callable
from typing import Any

from .documents import actor_view
from .errors import Conflict, LeaseLost
from .executors.base import ApplyOutcome, Detached, ExecutorError, Stopped
from .heartbeat import CANCEL, HANDOVER, LEASE_LOST, SHUTDOWN
from .phase import Phase
from .sentences import stated
from .states import JobState
from .types import JobError, JobView

logger = logging.getLogger(__name__)

INTERNAL = JobError(
    "internal_error",
    stated("Something went wrong inside the worker. Its log says what; ask an operator."),
    retryable=True,
)
WORKER_LOST = JobError(
    "worker_lost",
    stated(
        "The worker was lost while it made changes. What was done has to be found out before anything else happens "
        "here."
    ),
)
_UNKNOWN = JobError(
    "outcome_unknown",
    stated(
        "The worker does not know how far it came. What was done has to be found out before anything else happens here."
    ),
)
_SHUT_DOWN = JobError(
    "worker_shut_down",
    stated("The worker was shut down while it made changes. Another one finds out how far it came, and goes on."),
)
_OUTCOMES = {
    "succeeded": JobState.SUCCEEDED,
    "partially_applied": JobState.PARTIALLY_APPLIED,
    "failed": JobState.FAILED,
    "canceled": JobState.CANCELED,
    "indeterminate": JobState.INDETERMINATE,
}


class Uncertain(Exception):
    """It cannot be told from what a process left how it ended; `reason` and `error` say why."""

    def __init__(self, reason: str, error: JobError) -> None:
        super().__init__(reason)
        self.reason, self.error = reason, error


def carry_out(phase: Phase, work: Callable[[], ApplyOutcome]) -> str:
    """Do the work of a committed start and move the job to where that led; its state then. Raises LeaseLost,
    Conflict."""
    try:
        return applied(phase, work()).state.value
    except Uncertain as open_end:
        return uncertain(phase, open_end.reason, open_end.error).state.value
    except Detached as detached:
        return _detached(phase, detached.why)
    except Stopped as stopped:
        return _stopped(phase, stopped.why).state.value
    except ExecutorError as error:
        return end(phase, JobState.FAILED, error.detail, error_of(error)).state.value
    except (LeaseLost, Conflict):
        raise
    except Exception:
        logger.exception("applying failed unexpectedly", extra={"job_id": phase.lease.job_id})
        return uncertain(phase, stated("the worker failed in the middle"), _UNKNOWN).state.value


def applied(phase: Phase, outcome: ApplyOutcome) -> JobView:
    """The job ends as the executor says; what was interrupted only because the worker had to end goes on."""
    target = _OUTCOMES.get(outcome.status, JobState.INDETERMINATE)
    error = None
    if target is not JobState.SUCCEEDED:
        error = JobError(outcome.error_code or outcome.status, outcome.sentence)
        if phase.state is not JobState.CANCELING and phase.why_stop() == SHUTDOWN:
            return uncertain(phase, stated("the worker was shut down"), _SHUT_DOWN)
    if target is JobState.INDETERMINATE:
        return uncertain(phase, outcome.sentence, error or _UNKNOWN)
    found: dict[str, Any] = {
        "outputs": dict(outcome.outputs),
        "result_text": outcome.sentence,
        "resource_count": outcome.resource_count,
    }
    return end(phase, target, outcome.sentence if error else stated("done"), error, **found)


def end(phase: Phase, target: JobState, reason: str, error: JobError | None, **changes: Any) -> JobView:
    """Into a terminal state. An end in which nothing was changed is one in part when an earlier start of the job did
    change something."""
    if phase.state is JobState.RECONCILING and target is JobState.CANCELED:
        target = JobState.FAILED
    if phase.changed_before and target in {JobState.FAILED, JobState.CANCELED} and phase.state is not JobState.APPROVED:
        target = JobState.PARTIALLY_APPLIED
    changes = {"error": error, "tries": 0, "retry_at": None, **changes}
    if target is JobState.CANCELED:
        return phase.cancel(reason, changes=changes)
    return phase.move(target, reason, changes=changes)


def uncertain(phase: Phase, reason: str, error: JobError) -> JobView:
    """What was done has to be found out: by whoever comes next, at once."""
    return phase.move(JobState.INDETERMINATE, reason, changes={"error": error, "tries": 0, "retry_at": None})


def error_of(error: ExecutorError) -> JobError:
    return JobError(error.code, error.detail, error.retryable)


def canceled_by(phase: Phase) -> str:
    return actor_view((phase.cancel_wish or {}).get("actor")).name or stated("somebody")


def handed_over(phase: Phase) -> str:
    """This worker ends; the job stays where it is, for the next one to take."""
    phase.hand_over()
    return phase.state.value


def _detached(phase: Phase, why: str) -> str:
    if why == LEASE_LOST:
        raise LeaseLost("Another worker holds this job now.")
    return handed_over(phase)


def _stopped(phase: Phase, why: str) -> JobView:
    """Stopped after its start was committed, before anything was changed."""
    if why == LEASE_LOST:
        raise LeaseLost("Another worker holds this job now.")
    if why in {SHUTDOWN, HANDOVER}:
        return uncertain(phase, stated("the worker was shut down"), _SHUT_DOWN)
    if why == CANCEL:
        return end(
            phase,
            JobState.CANCELED,
            stated("canceled by %(name)s before anything was changed", name=canceled_by(phase)),
            None,
        )
    error = JobError("timeout", stated("It took too long and was stopped; nothing was changed."), retryable=True)
    return end(phase, JobState.CANCELED, error.detail, error)
