"""Jobs whose worker is gone: its lease ran out while the job was in its hands."""

import logging

from .documents import Document
from .errors import Conflict, LeaseLost
from .states import JobState
from .transitions import transition
from .types import Actor, JobError, JobView

logger = logging.getLogger(__name__)

_LOST = "the worker was lost"
_UNKNOWN = JobError(
    "worker_lost",
    "The worker was lost while it made changes. What was done has to be found out before anything else happens here.",
)


def lost_job_recover(job: Document, actor: Actor) -> JobView | None:
    """Move on a job that nobody holds any more; None when somebody else was first or holds it after all.

    Planning changed nothing and is repeated (or canceled, if that was asked for). Applying may have changed something:
    it is never started again, its outcome is indeterminate.
    """
    state = JobState(job["state"])
    match state:
        case JobState.PLANNING:
            target = JobState.CANCELED if job["cancel_requested"] else JobState.QUEUED
        case JobState.APPLYING | JobState.CANCELING | JobState.RECONCILING:
            target = JobState.INDETERMINATE
        case _:
            return None
    changes = {"error": _UNKNOWN} if target is JobState.INDETERMINATE else {}
    try:
        view = transition(
            job_id=job["_id"],
            from_state=state,
            to_state=target,
            version=job["version"],
            actor=actor,
            reason=_LOST,
            changes=changes,
        )
    except (Conflict, LeaseLost):
        return None
    logger.warning("the worker of a job was lost, it is %s now", target, extra={"job_id": job["_id"]})
    return view
