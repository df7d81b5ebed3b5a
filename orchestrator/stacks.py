"""A stack's line of jobs, and what a job's end says about the stack. Called inside the job's own transaction.

`active_job_id` is the job whose turn it is; `queue` holds the others in order of arrival. Only transitions.py and
services.py call this.
"""

from datetime import datetime
from typing import Any

from chatbot_project.mongo.transactions import Transaction

from .documents import Document, jobs, stacks
from .errors import Conflict
from .life.expiry import expiry_begin, expiry_end
from .outbox_rows import wakeup_row
from .states import JobKind, JobState

_LINED_UP = (JobKind.APPLY, JobKind.DESTROY, JobKind.DRIFT)
_DONE = (JobState.SUCCEEDED, JobState.NO_CHANGES)


def identity(blueprint: str, environment: str, owner_id: str, name: str) -> str:
    return f"{environment}/{blueprint}/{owner_id}/{name}"


def takes_turns(job: Document) -> bool:
    """Whether this job has to stand in its stack's line (an action only looks)."""
    return job["stack_id"] is not None and job["kind"] in _LINED_UP


def line_up(tx: Transaction, stack_id: str, job_id: str) -> bool:
    """Put the job at the end of the line; True when it is its turn at once."""
    at_once = stacks().update_one(
        {"_id": stack_id, "active_job_id": None},
        {"$set": {"active_job_id": job_id}, "$currentDate": {"updated_at": True}},
        session=tx.session,
    )
    if at_once.matched_count:
        return True
    waiting = {"$push": {"queue": job_id}, "$currentDate": {"updated_at": True}}
    stacks().update_one({"_id": stack_id}, waiting, session=tx.session)
    return False


def turn_begins(tx: Transaction, job: Document) -> dict[str, Any]:
    """Make sure that it is the job's turn; what the job must take over from its stack.

    To destroy or to compare, Terraform needs the module and the values that the stack has now, not those it had when
    the job was asked for.
    """
    stack = stacks().find_one_and_update(
        {"_id": job["stack_id"], "active_job_id": job["_id"]},
        {"$currentDate": {"updated_at": True}},
        session=tx.session,
    )
    if stack is None:
        raise Conflict("Another job of the same stack is at work. This one follows when it has ended.")
    if job["kind"] == JobKind.APPLY:
        return {}
    return {name: stack[name] for name in ("values", "sensitive_values", "sensitive_names", "blueprint_version")}


def changing_begins(tx: Transaction, job: Document) -> None:
    """From here on the cloud may hold what this job asked for, so the stack remembers it."""
    if job["kind"] == JobKind.APPLY:
        _update(tx, job, _remembered(job))


def outcome_unknown(tx: Transaction, job: Document) -> None:
    _update(tx, job, {"status": "unknown"})


def outcome_known(tx: Transaction, job: Document) -> None:
    """An interrupted job has been looked into and is not at its end: it goes on, or people are asked."""
    count = job["resource_count"]
    if count is not None:
        found = {"outputs": job["outputs"]} if job["outputs"] else {}
        _update(tx, job, {"status": "live" if count else "new", "resource_count": count, **found})


def turn_ends(tx: Transaction, job: Document, now: datetime) -> None:
    """Record what the ended job did to its stack and let the next one go."""
    stack = stacks().find_one({"_id": job["stack_id"]}, session=tx.session)
    if stack is None:
        return
    if stack["active_job_id"] != job["_id"]:
        stacks().update_one({"_id": stack["_id"]}, {"$pull": {"queue": job["_id"]}}, session=tx.session)
        return
    following = stack["queue"][0] if stack["queue"] else None
    changes = {**_outcome(job, stack), "active_job_id": following, "queue": stack["queue"][1:]}
    status = str(changes.get("status", stack["status"]))
    if status == "gone" and following is None:
        changes["identity"] = stack["_id"]
    if status == "new" and following is None:
        # It was never made: nothing will ever need the secrets it was asked for with.
        changes["sensitive_values"] = {}
    _update(tx, job, changes)
    _end_of_life(tx, job, stack, status)
    if following is not None:
        next_job = jobs().find_one_and_update({"_id": following}, {"$set": {"runnable": True}}, session=tx.session)
        if next_job is not None:
            wakeup_row(tx, following, next_job["version"], now)


def _end_of_life(tx: Transaction, job: Document, stack: Document, status: str) -> None:
    """What was made for a while ends then; what is gone has no end to come."""
    made = job["kind"] == JobKind.APPLY and job["state"] in (JobState.SUCCEEDED, JobState.PARTIALLY_APPLIED)
    if made and job.get("lifetime"):
        expiry_begin(tx, job)
    elif status == "gone" and stack.get("expires_at"):
        expiry_end(tx, stack["_id"])


def _outcome(job: Document, stack: Document) -> dict[str, Any]:
    kind, state, count = job["kind"], job["state"], job["resource_count"]
    if kind == JobKind.DRIFT:
        return {}
    if kind == JobKind.DESTROY and state in _DONE:
        gone = {"status": "gone", "outputs": {}, "resource_count": 0, "sensitive_values": {}}
        return {**gone, "expires_at": None}
    if state in _DONE or state == JobState.PARTIALLY_APPLIED:
        found = {"status": "live"} if count is None else {"status": "live", "resource_count": count}
        return {**found, "outputs": job["outputs"] or stack["outputs"]}
    if stack["status"] == "unknown":  # it was interrupted, and changed nothing in the end
        return {"status": "live" if stack["resource_count"] else "new"}
    return {}


def _remembered(job: Document) -> dict[str, Any]:
    return {name: job[name] for name in ("values", "sensitive_values", "sensitive_names", "blueprint_version")}


def _update(tx: Transaction, job: Document, changes: dict[str, Any]) -> None:
    update = {"$set": changes, "$currentDate": {"updated_at": True}}
    stacks().update_one({"_id": job["stack_id"]}, update, session=tx.session)
