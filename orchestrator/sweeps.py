"""What the scheduler looks for at every round: whatever was lost on the way. Each sweep returns how much it mended."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from pymongo.errors import PyMongoError

from . import events, outbox, schedules
from .catalog.adding.uploads import uploads_sweep
from .catalog_documents import environments_load
from .documents import Document, jobs, utc_now
from .errors import Conflict, LeaseLost, OrchestratorError
from .leases import due_filter, expired_filter
from .policy.current import policy_current
from .recovery import lost_job_recover
from .sentences import stated
from .states import WORKING, JobState
from .transitions import transition
from .types import Actor

logger = logging.getLogger(__name__)

SCHEDULER = Actor.system("scheduler")

_BATCH = 200
# A worker that is free claims within a second; after this long the message was lost, or all workers are busy.
_FORGOTTEN_SECONDS = 20.0
# What may be changing the cloud right now, and is watched by nobody, is not left alone for long.
_WAKE_SECONDS, _LONGEST_WAKE_SECONDS = 5.0, 30.0


def sweeps() -> dict[str, Callable[[], int]]:
    """All sweeps by name, those that others registered included."""
    return {
        "outbox": outbox.relay_once,
        "lost workers": lost_workers,
        "interrupted jobs": interrupted_jobs,
        "expired plans": expired_plans,
        "outdated plans": outdated_plans,
        "forgotten jobs": forgotten_jobs,
        "uploaded blueprints": uploads_sweep,
        "schedules": schedules.fire_due,
        **events.sweeps(),
    }


def sweep_once() -> dict[str, int]:
    """Run every sweep; how much each mended. A sweep that fails does not stop the others. Raises PyMongoError when
    MongoDB is away, for then all of them fail."""
    mended: dict[str, int] = {}
    for name, sweep in sweeps().items():
        try:
            mended[name] = sweep()
        except PyMongoError:
            raise
        except Exception:
            logger.exception("the sweep %s failed", name)
    return mended


def lost_workers() -> int:
    """Jobs in a worker's hands whose lease ran out: put back where nothing was changed, else a worker is woken to take
    them over. A worker may be lost before its first move, too: then the job is as it was, with the lease."""
    held = {"state": {"$in": [JobState.QUEUED.value, JobState.APPROVED.value]}, "lease_owner": {"$ne": None}}
    wanted = {"$or": [{"state": {"$in": [each.value for each in WORKING]}}, held], **expired_filter()}
    return sum(_put_back(job) if job["state"] == JobState.PLANNING else _wake(job) for job in _found(wanted))


def interrupted_jobs() -> int:
    """Jobs of which it has to be found out what they did, and nobody does."""
    due = {"$and": [expired_filter(), due_filter()]}
    return sum(_wake(job) for job in _found({"state": JobState.INDETERMINATE.value, **due}))


def expired_plans() -> int:
    """Plans that nobody approved in time, and approved ones that nobody applied in time."""
    waiting = [JobState.AWAITING_APPROVAL.value, JobState.APPROVED.value]
    wanted = {"state": {"$in": waiting}, "approval_expires_at": {"$lte": utc_now()}, **expired_filter()}
    return sum(_expire(job) for job in _found(wanted))


def outdated_plans() -> int:
    """Plans that wait under an approval policy that holds no more: nobody shall approve in vain."""
    waiting = {"state": JobState.AWAITING_APPROVAL.value, **expired_filter()}
    return sum(
        _void(job)
        for environment in environments_load()
        for job in _found(
            {**waiting, "environment": environment.name, "policy_version": {"$ne": policy_current(environment)}}
        )
    )


def forgotten_jobs() -> int:
    """Jobs that could be claimed and were not: their message is published again."""
    now = utc_now()
    wanted = {
        "$or": [{"state": JobState.QUEUED.value, "runnable": True}, {"state": JobState.APPROVED.value}],
        "updated_at": {"$lte": now - timedelta(seconds=_FORGOTTEN_SECONDS)},
        **expired_filter(),
    }
    return sum(outbox.wake_again(job["_id"], job["version"], now, _FORGOTTEN_SECONDS) for job in _found(wanted))


def _found(wanted: Document) -> list[Document]:
    return list(jobs().find(wanted).sort("updated_at", 1).limit(_BATCH))


def _put_back(job: Document) -> bool:
    return lost_job_recover(job, SCHEDULER) is not None


def _wake(job: Document) -> bool:
    """Each holder's loss is told at once, and then at growing intervals."""
    mark = "" if job["state"] == JobState.INDETERMINATE else str(job["lease_fence"])
    now = utc_now()
    return outbox.wake_again(
        job["_id"], job["version"], now, _WAKE_SECONDS, longest_seconds=_LONGEST_WAKE_SECONDS, mark=mark
    )


def _expire(job: Document) -> bool:
    hours = settings.ORCHESTRATOR["APPROVAL_TTL_SECONDS"] / 3600
    return _end(job, JobState.EXPIRED, stated("the plan was not used within %(hours)s hours", hours=f"{hours:g}"))


def _void(job: Document) -> bool:
    return _end(
        job, JobState.SUPERSEDED, stated("the approval policy or the environment has changed since it was planned")
    )


def _end(job: Document, to_state: JobState, reason: str) -> bool:
    try:
        transition(
            job_id=job["_id"],
            from_state=JobState(job["state"]),
            to_state=to_state,
            version=job["version"],
            actor=SCHEDULER,
            reason=reason,
        )
    except (Conflict, LeaseLost):
        return False
    except OrchestratorError:
        logger.exception("a plan could not be ended", extra={"job_id": job["_id"], "to_state": to_state.value})
        return False
    return True
