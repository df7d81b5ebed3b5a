"""When a whole cloud is gone (the emulated one starts empty): end its jobs and stacks, saying so."""

from functools import partial
from typing import Any

from chatbot_project.mongo.transactions import Transaction, run_transaction

from .documents import Document, job_load, jobs, stacks
from .leases import Lease, take_over
from .life.expiry import expiry_end
from .states import TERMINAL, WORKING, JobState
from .transitions import transition
from .types import Actor

_OWNER = "retirement"
_LEASE_SECONDS = 30.0

# The way from each state to an end, without pretending that a job had done what it was asked.
_NEXT = {
    JobState.QUEUED: JobState.CANCELED,
    JobState.PLANNING: JobState.CANCELED,
    JobState.AWAITING_APPROVAL: JobState.CANCELED,
    JobState.APPROVED: JobState.CANCELED,
    JobState.APPLYING: JobState.CANCELING,
    JobState.CANCELING: JobState.FAILED,
    JobState.INDETERMINATE: JobState.RECONCILING,
    JobState.RECONCILING: JobState.FAILED,
}


def stacks_retire(*, actor: Actor, reason: str, environment: str | None = None) -> tuple[int, int]:
    """End all unfinished jobs and mark all stacks gone (of one environment, or of all).

    Only for when what they were in no longer exists and no worker runs. Returns how many stacks and jobs it ended.
    """
    where = {"environment": environment} if environment else {}
    unfinished = {**where, "state": {"$nin": [each.value for each in TERMINAL]}}
    # The last in a line goes first, so that nobody is called up only to be sent away.
    job_ids = [each["_id"] for each in jobs().find(unfinished, {"_id": 1}).sort([("runnable", 1), ("created_at", -1)])]
    for job_id in job_ids:
        _end(job_id, actor, reason)
    ids = [each["_id"] for each in stacks().find({**where, "status": {"$ne": "gone"}}, {"_id": 1})]
    for stack_id in ids:
        run_transaction(partial(_mark_gone, stack_id=stack_id))
    return len(ids), len(job_ids)


def _end(job_id: str, actor: Actor, reason: str) -> None:
    lease: Lease | None = None
    while (job := job_load(job_id)) is not None and JobState(job["state"]) not in TERMINAL:
        state = JobState(job["state"])
        following = _NEXT[state]
        if lease is None and (state in WORKING or following in WORKING):
            lease = take_over(job_id, _OWNER, _LEASE_SECONDS)
        _step(job, following, actor, reason, lease)


def _step(job: Document, to_state: JobState, actor: Actor, reason: str, lease: Lease | None) -> None:
    failed = {"error": {"code": "environment_gone", "detail": reason, "retryable": True}}
    transition(
        job_id=job["_id"],
        from_state=JobState(job["state"]),
        to_state=to_state,
        version=job["version"],
        actor=actor,
        reason=reason,
        changes=failed if to_state is JobState.FAILED else None,
        lease=lease,
    )


def _mark_gone(tx: Transaction, *, stack_id: str) -> None:
    gone: dict[str, Any] = {
        "status": "gone",
        "expires_at": None,
        "outputs": {},
        "resource_count": 0,
        "sensitive_values": {},
        "identity": stack_id,
        "active_job_id": None,
        "queue": [],
    }
    expiry_end(tx, stack_id)
    update = {"$set": gone, "$currentDate": {"updated_at": True}}
    stacks().update_one({"_id": stack_id}, update, session=tx.session)
