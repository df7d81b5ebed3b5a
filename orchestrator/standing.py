"""Approvals given in advance: whoever approves a job may at once approve what is to follow from it by itself, such as
destroying what was made for two hours.

A standing approval names a stack, a kind of job and a time (from when until when). It is an approval like any other,
by the same people under the same rules, but of no plan: the job that follows takes it up when it has been planned, and
from then on it is bound to that plan and used up by its start. While it is not used and no unfinished job holds it, the
next job of that kind may take it up.
"""

from datetime import datetime

from chatbot_project.mongo.transactions import Transaction, run_transaction

from .approvers import approval_counts
from .documents import STANDING, Document, approvals, jobs, principal_id, utc_now
from .states import TERMINAL, JobKind


def standing_give(tx: Transaction, *, job: Document, kind: JobKind, valid_from: datetime, until: datetime) -> int:
    """Whoever has approved the raw `job` approves one job of `kind` on its stack as well, within that time; how many
    people that are. To be called in the transaction that uses the job's approvals or just after its vote; again it only
    moves the time.

    The people asked are those that `job` asks for, so its rule must be no weaker than that of what follows: put a
    Demand of that rule on its plan. Were it weaker, the standing approvals would not suffice, and people are asked.
    """
    given = _votes(tx, job)
    for each in given:
        key = f"{STANDING}:{job['stack_id']}:{kind.value}:{job['_id']}:{each['user_id']}"
        changed = {"valid_from": valid_from, "expires_at": until}
        approvals().update_one(
            {"_id": key}, {"$set": changed, "$setOnInsert": _standing(each, job, kind)}, upsert=True, session=tx.session
        )
    return len(given)


def standing_postpone(tx: Transaction, *, stack_id: str, kind: JobKind, valid_from: datetime, until: datetime) -> None:
    """What was to happen by itself happens later; never earlier than people agreed to."""
    wanted = {"stack_id": stack_id, "kind": STANDING, "for_kind": kind.value, "used_at": None}
    later = {**wanted, "valid_from": {"$lt": valid_from}}
    approvals().update_many(later, {"$set": {"valid_from": valid_from, "expires_at": until}}, session=tx.session)


def standing_withdraw(tx: Transaction, *, stack_id: str, kind: JobKind) -> None:
    """What was agreed to in advance is not to happen by itself any more."""
    wanted = {"stack_id": stack_id, "kind": STANDING, "for_kind": kind.value, "used_at": None}
    approvals().update_many(wanted, {"$set": {"expires_at": utc_now()}}, session=tx.session)


def standing_good(tx: Transaction, job: Document, now: datetime) -> list[Document]:
    """The standing approvals that the raw `job` may take up now: one for each person who would have to approve it."""
    wanted = {
        "stack_id": job["stack_id"],
        "kind": STANDING,
        "for_kind": job["kind"],
        "used_at": None,
        "valid_from": {"$lte": now},
        "expires_at": {"$gt": now},
    }
    good: dict[str, Document] = {}
    for each in approvals().find(wanted, session=tx.session).sort([("at", 1), ("_id", 1)]):
        if approval_counts(each, job) and not _is_held(tx, each, job):
            good.setdefault(principal_id(each), each)
    return list(good.values())


def standing_suffices(job: Document) -> bool:
    """Whether the raw `job`, which has its terms, needs nobody to be asked any more."""
    if not job["stack_id"]:
        return False
    good = run_transaction(lambda tx: standing_good(tx, job, utc_now()))
    return 0 < int(job["approval_needed"]) <= len(good)


def standing_take(tx: Transaction, job: Document, now: datetime) -> list[Document]:
    """Bind enough standing approvals to the plan of the raw `job`, which has its terms; those, or none of them."""
    good = standing_good(tx, job, now) if job["stack_id"] else []
    if len(good) < job["approval_needed"]:
        return []
    bound = {"job_id": job["_id"], "plan_hash": job["plan"]["plan_hash"], "round": job["approval_round"]}
    keys = [each["_id"] for each in good]
    approvals().update_many({"_id": {"$in": keys}}, {"$set": bound}, session=tx.session)
    return good


def _votes(tx: Transaction, job: Document) -> list[Document]:
    """The approvals of the job's plan that count, used by its start or not yet."""
    current = {
        "job_id": job["_id"],
        "plan_hash": (job["plan"] or {}).get("plan_hash"),
        "round": job["approval_round"],
        "decision": "approve",
    }
    found = approvals().find(current, session=tx.session).sort([("at", 1), ("_id", 1)])
    return [each for each in found if approval_counts(each, job)]


def _standing(vote: Document, job: Document, kind: JobKind) -> Document:
    kept = ("user_id", "user_name", "reason", "via", "at", "on_behalf_of", "delegation_id", "decision")
    return {
        **{name: vote.get(name) for name in kept},
        "kind": STANDING,
        "job_id": "",
        "plan_hash": "",
        "round": 0,
        "used_at": None,
        "stack_id": job["stack_id"],
        "for_kind": kind.value,
    }


def _is_held(tx: Transaction, approval: Document, job: Document) -> bool:
    """Whether another job that is not finished has taken it up."""
    if approval["job_id"] in ("", job["_id"]):
        return False
    unfinished = {"_id": approval["job_id"], "state": {"$nin": [each.value for each in TERMINAL]}}
    return jobs().find_one(unfinished, {"_id": 1}, session=tx.session) is not None
