"""Approvals as stored: one decision per person and plan, for one start of applying, until it expires."""

from datetime import datetime

from chatbot_project.accounts.roles import Role, has_role
from chatbot_project.accounts.selectors import user_get
from chatbot_project.mongo.transactions import Transaction

from .approvers import OWN, Mandate, approval_counts
from .catalog_documents import environment_load
from .documents import VOTE, Document, actor_document, approvals, principal_id
from .errors import NotFound, PlanMismatch, WrongState
from .policy.current import policy_current
from .sentences import stated
from .types import Actor

# What standing approvals alone have (standing.py).
OF_A_VOTE: Document = {"stack_id": None, "for_kind": "", "valid_from": None}


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
    mandate: Mandate = OWN,
) -> None:
    """Store one person's decision, for themselves or for whom the `mandate` names: then it lasts no longer than that.
    Raises WrongState when this person has decided on this plan before."""
    key = f"{job['_id']}:{plan_hash}:{actor.id or actor.name}"
    if job["approval_round"]:
        # Asked once more, perhaps about the very same plan: the decision before was used up.
        key = f"{key}:{job['approval_round']}"
    before = approvals().find_one({"_id": key}, session=tx.session)
    if before is not None:
        did = "approved" if before["decision"] == "approve" else "rejected"
        raise WrongState(
            stated(
                "%(user_name)s has %(did)s this plan already; one decision per person counts.",
                user_name=before["user_name"],
                did=did,
            )
        )
    document = {
        "_id": key,
        "kind": VOTE,
        "job_id": job["_id"],
        "plan_hash": plan_hash,
        "user_id": actor.id or "",
        "user_name": actor.name,
        "decision": decision,
        "reason": reason,
        "via": via,
        "at": now,
        "expires_at": min(expires_at, mandate.until or expires_at),
        "used_at": None,
        "round": job["approval_round"],
        "on_behalf_of": actor_document(mandate.principal) if mandate.principal else None,
        "delegation_id": mandate.delegation_id,
        **OF_A_VOTE,
    }
    approvals().insert_one(document, session=tx.session)


def decision_revoke(tx: Transaction, *, job: Document, actor: Actor, reason: str, via: str, now: datetime) -> None:
    """Turn this person's approval of the job's plan into a no; that they approved first stays in the job's history."""
    mine = {**_good(job, now), "user_id": actor.id}
    changed = {"decision": "reject", "reason": reason, "via": via, "at": now, "expires_at": now}
    approvals().update_one(mine, {"$set": changed}, session=tx.session)


def policy_check(tx: Transaction, job: Document) -> None:
    """What was planned under one policy is neither approved nor begun under another, were it changed a moment ago.
    Raises PlanMismatch."""
    try:
        current = policy_current(environment_load(job["environment"], tx.session), tx.session)
    except NotFound:  # switched off
        current = ""
    if job["policy_version"] != current:
        raise PlanMismatch(
            stated("The approval policy or the environment has changed since; ask again for a new plan.")
        )


def requester_check(job: Document) -> None:
    """Raises PlanMismatch when who asked for it may not ask for it any more."""
    user = user_get(job["requester_id"])
    if user is None or not has_role(user, Role.REQUESTER, job["environment"]):
        raise PlanMismatch(
            stated(
                "%(requester_name)s may not ask for changes in %(environment)s any more.",
                requester_name=job["requester_name"],
                environment=job["environment"],
            )
        )


def approvals_consume(tx: Transaction, job: Document, now: datetime) -> None:
    """Use up the approvals of exactly this plan. Raises PlanMismatch when there are too few good ones."""
    if job["approval_expires_at"] is not None and job["approval_expires_at"] <= now:
        raise WrongState(stated("The approved plan has expired. Ask again for a new one."))
    if not job["approval_needed"]:
        return
    good = {"_id": {"$in": [each["_id"] for each in approvals_good(tx, job, now)]}}
    used = approvals().update_many(_good(job, now) | good, {"$set": {"used_at": now}}, session=tx.session)
    if used.modified_count < job["approval_needed"]:
        raise PlanMismatch(
            stated("This plan has no unused approval by who may. It must be planned and approved again.")
        )


def approvals_good(tx: Transaction, job: Document, now: datetime) -> list[Document]:
    """The unused, unexpired approvals of the plan that the job has now, by people who may still approve it; one for
    each of them, whoever gave it for whom."""
    found = approvals().find(_good(job, now), session=tx.session).sort([("at", 1), ("_id", 1)])
    good: dict[str, Document] = {}
    for each in found:
        if approval_counts(each, job):
            good.setdefault(principal_id(each), each)
    return list(good.values())


def _good(job: Document, now: datetime) -> Document:
    return {
        "job_id": job["_id"],
        "plan_hash": (job["plan"] or {}).get("plan_hash"),
        "round": job["approval_round"],
        "decision": "approve",
        "used_at": None,
        "expires_at": {"$gt": now},
    }
