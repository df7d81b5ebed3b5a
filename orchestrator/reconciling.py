"""Finding out what an interrupted apply did: as often as it takes, at growing intervals, one worker at a time."""

import logging
from datetime import timedelta

from django.conf import settings

from .catalog_documents import environment_load
from .documents import Document, utc_now
from .elsewhere import WAITING, waiting_error
from .errors import Conflict, LeaseLost, NotFound
from .executors.base import Detached, Elsewhere, Executor, ExecutorError, Gone, Reconciled, Stopped
from .heartbeat import LEASE_LOST, SHUTDOWN
from .hosts import this_host
from .leases import Lease
from .outcomes import INTERNAL, applied, end, error_of, handed_over
from .phase import Phase
from .policy.current import policy_current
from .resuming import attach
from .sentences import stated
from .settling import settle
from .starts import start_load, started_make, time_left
from .states import JobState
from .transitions import transition
from .types import Actor, JobError

logger = logging.getLogger(__name__)

_LONGEST_PAUSE_SECONDS = 60
# A mistake of ours will not mend itself: after so many tries people are told what is known.
_MOST_MISTAKES = 5


def job_reconcile(job: Document, lease: Lease, actor: Actor, executor: Executor, refusal: str | None) -> str:
    """Find out what an indeterminate job did, and go on from there; the state it is in afterwards.

    `refusal`: why nothing more may be done for its requester, or None. Raises LeaseLost, Conflict.
    """
    job = {**job, **_begin(job, lease, actor)}
    timeout = settings.ORCHESTRATOR["PLAN_TIMEOUT_SECONDS"]
    with Phase(job, lease, actor, timeout_seconds=timeout, stopping=JobState.CANCELING) as phase:
        try:
            ended = _followed(phase, job, executor)
            if ended is not None:
                return ended
            version = _policy_version(job)
            found = _find_out(phase, job, executor, version)
        except Elsewhere:
            return _later(phase, job, waiting_error(job))
        except (Stopped, Detached) as stopped:
            return _broken_off(phase, job, stopped.why, timeout)
        except ExecutorError as error:
            return _later(phase, job, error_of(error)) if error.retryable else _unknowable(phase, error_of(error))
        except (LeaseLost, Conflict):
            raise
        except Exception:
            logger.exception("reconciling failed unexpectedly", extra={"job_id": job["_id"]})
            return _later(phase, job, INTERNAL) if job["tries"] < _MOST_MISTAKES else _unknowable(phase, INTERNAL)
        return settle(phase, job, found, executor, refusal=refusal, version=version)


def retry_pause(tries: int) -> timedelta:
    """How long to wait after so many tries that came to nothing: 2 seconds to a minute."""
    return timedelta(seconds=min(2 ** min(max(tries, 1), 10), _LONGEST_PAUSE_SECONDS))


def _begin(job: Document, lease: Lease, actor: Actor) -> Document:
    view = transition(
        job_id=job["_id"],
        from_state=JobState.INDETERMINATE,
        to_state=JobState.RECONCILING,
        version=job["version"],
        actor=actor,
        reason=stated("finding out what was done"),
        lease=lease,
        quiet=job["tries"] > 0,
    )
    return {"state": view.state.value, "version": view.version}


def _followed(phase: Phase, job: Document, executor: Executor) -> str | None:
    """The machine that the job waited for is this one, and its process may have gone on all the time: then that is
    followed to its end. The job's state afterwards; None when there is nothing to follow."""
    row = start_load(job)
    if (job["error"] or {}).get("code") != WAITING or row["host"] != this_host():
        return None
    limit = settings.ORCHESTRATOR["PLAN_TIMEOUT_SECONDS"]
    try:
        phase.limit(time_left(row))
        outcome = attach(phase, job, executor)
    except (Gone, ExecutorError):
        phase.limit(limit)
        return None
    except Detached as detached:
        if detached.why == LEASE_LOST:
            raise
        return handed_over(phase)
    phase.limit(limit)
    return applied(phase, outcome).state.value if outcome.status != "indeterminate" else None


def _find_out(phase: Phase, job: Document, executor: Executor, version: str) -> Reconciled:
    started = started_make(job)
    phase.say("Finding out what was done before the worker was lost")
    context = phase.context_settling(start=started.number, policy_version=version)
    return executor.reconcile(context, started, job["plan"]["plan_hash"])


def _policy_version(job: Document) -> str:
    """Of the environment as it is now: what is planned now is approved under that."""
    try:
        return policy_current(environment_load(job["environment"]))
    except NotFound:  # switched off: what was begun there is found out all the same
        return str(job["policy_version"])


def _later(phase: Phase, job: Document, error: JobError) -> str:
    """It cannot be found out now; people hear of each reason once."""
    tries = int(job["tries"]) + 1
    heard = job["tries"] > 0 and (job["error"] or {}).get("code") == error.code
    changes = {"error": error, "tries": tries, "retry_at": utc_now() + retry_pause(tries)}
    return phase.move(JobState.INDETERMINATE, error.detail, changes=changes, quiet=heard).state.value


def _broken_off(phase: Phase, job: Document, why: str, timeout: float) -> str:
    if why == LEASE_LOST:
        raise LeaseLost("Another worker holds this job now.")
    if why == SHUTDOWN:
        view = phase.move(
            JobState.INDETERMINATE, stated("the worker was shut down"), changes={"retry_at": None}, quiet=True
        )
        return view.state.value
    detail = stated("Finding out what was done took longer than %(seconds)s seconds.", seconds=f"{timeout:g}")
    return _later(phase, job, JobError("timeout", detail, retryable=True))


def _unknowable(phase: Phase, error: JobError) -> str:
    detail = stated("It was interrupted, and what it did could not be found out completely: %(why)s", why=error.detail)
    return end(phase, JobState.PARTIALLY_APPLIED, detail, JobError(error.code, detail)).state.value
