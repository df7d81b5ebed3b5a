"""Approvals as stored: one decision per person and plan, for one start of applying, until it expires."""

from datetime import datetime

from chatbot_project.mongo.transactions import Transaction

from .documents import Document, approvals, starts
from .errors import PlanMismatch, WrongState
from .leases import Lease
from .permissions import approval_counts
from .types import Actor


def decision_insert(
    tx: Transaction,
    *,
    job: Document,
    plan_hash: str,
    actor: Actor,
    decision: str,
    reason: str,
    via: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Store one person's decision. Raises WrongState when this person has decided on this plan before."""
    key = f"{job['_id']}:{plan_hash}:{actor.id or actor.name}"
    before = approvals().find_one({"_id": key}, session=tx.session)
    if before is not None:
        did = "approved" if before["decision"] == "approve" else "rejected"
        raise WrongState(f"{before['user_name']} has {did} this plan already; one decision per person counts.")
    document = {
        "_id": key,
        "job_id": job["_id"],
        "plan_hash": plan_hash,
        "user_id": actor.id or "",
        "user_name": actor.name,
        "decision": decision,
        "reason": reason,
        "via": via,
        "at": now,
        "expires_at": expires_at,
        "used_at": None,
    }
    approvals().insert_one(document, session=tx.session)


def approvals_consume(tx: Transaction, job: Document, now: datetime) -> None:
    """Use up the approvals of exactly this plan. Raises PlanMismatch when there are too few good ones."""
    if job["approval_expires_at"] is not None and job["approval_expires_at"] <= now:
        raise WrongState("The approved plan has expired. Ask again for a new one.")
    if not job["approval_needed"]:
        return
    good = {"_id": {"$in": [each["_id"] for each in approvals_good(tx, job, now)]}}
    used = approvals().update_many(_good(job, now) | good, {"$set": {"used_at": now}}, session=tx.session)
    if used.modified_count < job["approval_needed"]:
        raise PlanMismatch("This plan has no unused approval by who may. It must be planned and approved again.")


def approvals_good(tx: Transaction, job: Document, now: datetime) -> list[Document]:
    """The unused, unexpired approvals of the plan that the job has now, by people who may still approve it."""
    found = approvals().find(_good(job, now), session=tx.session)
    return [each for each in found if approval_counts(each["user_id"], job)]


def start_insert(tx: Transaction, job: Document, lease: Lease, now: datetime) -> int:
    """Commit to one more start of applying, before anything is started; its number."""
    number = int(job["start"]) + 1
    document = {
        "_id": f"{job['_id']}:{number}",
        "job_id": job["_id"],
        "number": number,
        "plan_hash": (job["plan"] or {}).get("plan_hash", ""),
        "owner": lease.owner,
        "fence": lease.fence,
        "at": now,
    }
    starts().insert_one(document, session=tx.session)
    return number


def _good(job: Document, now: datetime) -> Document:
    return {
        "job_id": job["_id"],
        "plan_hash": (job["plan"] or {}).get("plan_hash"),
        "decision": "approve",
        "used_at": None,
        "expires_at": {"$gt": now},
    }
