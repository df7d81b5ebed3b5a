"""Approvals as stored: one decision per person and plan, for one start of applying, until it expires."""

from datetime import datetime

from chatbot_project.mongo.transactions import Transaction

from .documents import Document, approvals
from .errors import PlanMismatch, WrongState
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
    if job["approval_round"]:
        # Asked once more, perhaps about the very same plan: the decision before was used up.
        key = f"{key}:{job['approval_round']}"
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
        "round": job["approval_round"],
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


def _good(job: Document, now: datetime) -> Document:
    return {
        "job_id": job["_id"],
        "plan_hash": (job["plan"] or {}).get("plan_hash"),
        "round": job["approval_round"],
        "decision": "approve",
        "used_at": None,
        "expires_at": {"$gt": now},
    }
