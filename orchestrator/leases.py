"""The right of one worker to work on one job, for a short time, on the server's clock.

Every claim raises the job's fence; a write that carries an older one is refused (transitions.py, joblog.py). A lease
that ran out can never be renewed, only claimed again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pymongo import ReturnDocument

from chatbot_project.mongo import leasing
from chatbot_project.mongo.leasing import CLEARED
from chatbot_project.mongo.transactions import Transaction, run_transaction

from .documents import jobs, utc_now
from .outbox_rows import wakeup_row
from .states import TERMINAL, JobState


@dataclass(frozen=True)
class Lease:
    job_id: str
    owner: str
    fence: int
    seconds: float = 15.0
    """For how long a renewal lasts."""


def claim(job_id: str, owner: str, states: Iterable[JobState], seconds: float) -> Lease | None:
    """Take the job if it is in one of `states` and nobody holds it; a queued one only when it is its turn."""
    wanted = {
        "_id": job_id,
        "state": {"$in": [JobState(each).value for each in states]},
        "$or": [{"state": {"$ne": JobState.QUEUED.value}}, {"runnable": True}],
        **leasing.expired(),
    }
    return _take(wanted, owner, seconds)


def take_over(job_id: str, owner: str, seconds: float) -> Lease | None:
    """Take an unfinished job from whoever holds it. Only for when the holder is known to be dead."""
    unfinished = {"_id": job_id, "state": {"$nin": [each.value for each in TERMINAL]}}
    return _take(unfinished, owner, seconds)


def renew(lease: Lease, seconds: float | None = None) -> bool:
    """Hold the lease for another while; False when it is lost."""
    until = leasing.from_now(lease.seconds if seconds is None else seconds)
    return jobs().update_one(live_filter(lease), [{"$set": {"lease_expires_at": until}}]).matched_count == 1


def release(lease: Lease) -> bool:
    """Let others claim at once; False when it was lost already."""
    mine = {"_id": lease.job_id, "lease_owner": lease.owner, "lease_fence": lease.fence}
    return jobs().update_one(mine, {"$set": CLEARED}).matched_count == 1


def hand_over(lease: Lease) -> bool:
    """Let others claim at once, and wake one of them; False when the lease was lost already."""

    def body(tx: Transaction) -> bool:
        cleared = {"$set": CLEARED, "$currentDate": {"updated_at": True}}
        job = jobs().find_one_and_update(live_filter(lease), cleared, projection={"version": 1}, session=tx.session)
        if job is not None:
            wakeup_row(tx, lease.job_id, job["version"], utc_now(), mark=str(lease.fence))
        return job is not None

    return run_transaction(body)


def live_filter(lease: Lease) -> dict[str, Any]:
    """Matches the job exactly as long as `lease` is good."""
    return {"_id": lease.job_id, **leasing.held_by(lease.owner, lease.fence)}


def expired_filter() -> dict[str, Any]:
    """Matches jobs that nobody holds."""
    return leasing.expired()


def held_filter() -> dict[str, Any]:
    """Matches jobs that a worker holds."""
    return leasing.live()


def due_filter() -> dict[str, Any]:
    """Matches jobs that are not to be left alone for a while longer, on the server's clock (no time is always past)."""
    return {"$expr": {"$lte": ["$retry_at", "$$NOW"]}}


def _take(wanted: dict[str, Any], owner: str, seconds: float) -> Lease | None:
    taken = [{"$set": leasing.taken(owner, seconds)}]
    document = jobs().find_one_and_update(
        wanted, taken, projection={"lease_fence": 1}, return_document=ReturnDocument.AFTER
    )
    return (
        Lease(job_id=wanted["_id"], owner=owner, fence=document["lease_fence"], seconds=seconds) if document else None
    )
