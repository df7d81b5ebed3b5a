"""Jobs whose worker is gone and that can be put back by anybody: its lease ran out while the job was in its hands.

What was applying is taken over by a worker instead (resuming.py).
"""

import logging
from typing import Any

from .documents import Document, utc_now
from .errors import Conflict, LeaseLost
from .reconciling import retry_pause
from .sentences import stated
from .states import JobState
from .transitions import transition
from .types import Actor, JobError, JobView

logger = logging.getLogger(__name__)

MAX_PLANNING_LOSSES = 5


def lost_job_recover(job: Document, actor: Actor) -> JobView | None:
    """Put back a job that nobody holds any more; None when somebody else was first or holds it after all, or when a
    worker has to take it over.

    Planning changed nothing and is repeated (or canceled, if that was asked for), but not for ever. Finding out what
    was done is repeated too.
    """
    match JobState(job["state"]):
        case JobState.PLANNING:
            return _planning_lost(job, actor)
        case JobState.RECONCILING:
            return _reconciling_lost(job, actor)
        case _:
            return None


def _planning_lost(job: Document, actor: Actor) -> JobView | None:
    losses = int(job["planning_losses"]) + 1
    if job["cancel_requested"]:
        return _move(job, JobState.CANCELED, actor, stated("the worker was lost"), {})
    if losses < MAX_PLANNING_LOSSES:
        return _move(job, JobState.QUEUED, actor, stated("the worker was lost"), {"planning_losses": losses})
    detail = stated(
        "The worker was lost %(number)s times while it planned this. Ask an operator what keeps ending it.",
        number=losses,
    )
    error = JobError("worker_lost", detail)
    return _move(job, JobState.FAILED, actor, detail, {"planning_losses": losses, "error": error})


def _reconciling_lost(job: Document, actor: Actor) -> JobView | None:
    if job["lease_owner"] is None:  # handed over
        return _move(
            job, JobState.INDETERMINATE, actor, stated("another worker goes on"), {"retry_at": None}, quiet=True
        )
    tries = int(job["tries"])
    # The first loss is an accident; from then on it may be the job itself that ends its worker.
    changes = {"tries": tries + 1, "retry_at": utc_now() + retry_pause(tries) if tries else None}
    return _move(job, JobState.INDETERMINATE, actor, stated("the worker was lost"), changes, quiet=True)


def _move(
    job: Document, target: JobState, actor: Actor, reason: str, changes: dict[str, Any], *, quiet: bool = False
) -> JobView | None:
    try:
        view = transition(
            job_id=job["_id"],
            from_state=JobState(job["state"]),
            to_state=target,
            version=job["version"],
            actor=actor,
            reason=reason,
            changes=changes,
            quiet=quiet,
        )
    except (Conflict, LeaseLost):
        return None
    logger.warning("the worker of a job was lost, it is %s now", target, extra={"job_id": job["_id"]})
    return view
