"""The only writer of a job's state: one compare-and-set, its history row, its outbox rows and the stack's line, all in
one transaction. The table of moves stands in states.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from pymongo import ReturnDocument

from chatbot_project.mongo.leasing import CLEARED
from chatbot_project.mongo.transactions import Transaction, run_transaction

from . import stacks as stack_line
from .approvals import approvals_consume, approvals_good, policy_check, requester_check
from .catalog_documents import environment_load
from .documents import Document, actor_document, encode, job_load, job_views, jobs, transitions, utc_now, words
from .errors import CancelAsked, Conflict, LeaseLost, NotAllowed, NotFound, WrongState
from .failpoints import failpoint
from .joblog import last_log_seq
from .leases import Lease, expired_filter, live_filter
from .outbox_rows import handlers_row, wakeup_row
from .planned_risk import planned_risk, planned_rule
from .policy.approvals import effective_risk
from .policy.current import policy_current
from .sentences import stated, word_stated
from .standing import standing_take
from .starts import start_insert
from .states import TERMINAL, TRANSITIONS, WORKING, JobState
from .translated import SUFFIX, beside
from .types import Actor, JobView

CHANGEABLE = frozenset(
    {
        "plan",
        "plan_digests",
        "outputs",
        "result_text",
        "error",
        "resource_count",
        "policy_version",
        "title",
        "cancel_requested",
        "remainder",
        "found",
        "planning_losses",
        "tries",
        "retry_at",
    }
)
"""What a transition may change besides the state."""


# These moves a job that somebody asked to cancel does not make.
_GOES_ON = {
    JobState.PLANNING: frozenset({JobState.AWAITING_APPROVAL, JobState.APPROVED}),
    JobState.RECONCILING: frozenset({JobState.AWAITING_APPROVAL, JobState.APPLYING}),
}


@dataclass(frozen=True)
class _Move:
    job_id: str
    from_state: JobState
    to_state: JobState
    version: int
    actor: Actor
    reason: str
    lease: Lease | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    quiet: bool = False


def transition(
    *,
    job_id: str,
    from_state: JobState,
    to_state: JobState,
    version: int,
    actor: Actor,
    reason: str,
    changes: Mapping[str, Any] | None = None,
    lease: Lease | None = None,
    quiet: bool = False,
    tx: Transaction | None = None,
) -> JobView:
    """Move the job, exactly once, if it is still in `from_state` at `version`.

    `changes` may hold the fields in CHANGEABLE, as JSON or as the dataclasses of types.py. With `lease` it must still
    be good; without one nobody may hold the job. Entering `awaiting_approval` and `approved` sets who must approve and
    until when; entering `applying` commits the numbered start, and from `approved` uses the approvals up. `quiet`: only
    the same try once more, which listeners need not tell people.
    Raises Conflict, LeaseLost, WrongState (no such move), CancelAsked (it would go on, but is not wanted any more),
    PlanMismatch (no unused approval), NotAllowed (approval skipped), NotFound.
    """
    from_state, to_state = JobState(from_state), JobState(to_state)
    if to_state not in TRANSITIONS.get(from_state, ()):
        raise WrongState(
            stated(
                "A job that is %(from_state)s cannot become %(to_state)s.",
                from_state=word_stated(words(from_state)),
                to_state=word_stated(words(to_state)),
            )
        )
    if to_state in WORKING and lease is None:
        raise ValueError(f"a job becomes {to_state} only in the hands of a worker: pass its lease")
    unknown = set(changes or ()) - CHANGEABLE
    if unknown:
        raise ValueError(f"a transition cannot change {', '.join(sorted(unknown))}")
    move = _Move(job_id, from_state, to_state, version, actor, reason, lease, encode(changes or {}), quiet)
    return run_transaction(partial(_apply, move), tx=tx)


def job_insert(tx: Transaction, document: Document, actor: Actor, reason: str) -> None:
    """Store a new queued job (version 1) with its history row, and wake a worker if it is runnable."""
    document |= {"last_actor": actor_document(actor), **beside("last_reason", reason)}
    jobs().insert_one(document, session=tx.session)
    _record(tx, document, None, document["created_at"])
    if document["runnable"]:
        wakeup_row(tx, document["_id"], document["version"], document["created_at"])


def note(tx: Transaction, job: Document, actor: Actor, reason: str, lease: Lease | None = None) -> Document:
    """Record that something happened to a job without moving it (the first of two approvals, another worker): the
    version grows, so that concurrent decisions exclude each other and listeners hear of it. Raises Conflict, and
    LeaseLost when `lease` is not good any more."""
    changes = {"last_actor": actor_document(actor), **beside("last_reason", reason)}
    holder = live_filter(lease) if lease else {}
    wanted = {**holder, "_id": job["_id"], "state": job["state"], "version": job["version"]}
    changed = _compare_and_set(tx, wanted, changes)
    if changed is None and lease is not None:
        raise LeaseLost("Another worker holds this job now.")
    if changed is None:
        raise Conflict(stated("The job has changed in the meantime. Look at it again."))
    _record(tx, changed, JobState(job["state"]), changed["updated_at"])
    return changed


def _apply(move: _Move, tx: Transaction) -> JobView:
    job, now = job_load(move.job_id, tx.session), utc_now()
    if job is None:
        raise NotFound(stated("There is no job %(job_id)s.", job_id=move.job_id), field="job_id")
    _guard(move, job)
    if job["cancel_requested"] and move.to_state in _GOES_ON.get(move.from_state, ()):
        raise CancelAsked(job["cancel_requested"])
    planned = {**job, **move.changes, "state": move.to_state.value}
    changes = {**move.changes, **_entering(tx, move, planned, now)}
    changes |= {
        "state": move.to_state.value,
        "last_actor": actor_document(move.actor),
        **beside("last_reason", move.reason),
        "runnable": job["runnable"] and move.to_state not in TERMINAL,
    }
    changed = _compare_and_set(tx, _wanted(move), changes)
    if changed is None:
        raise _refusal(move, job)
    _record(tx, changed, move.from_state, now, quiet=move.quiet)
    _consequences(tx, move, {**planned, **changes}, changed, now)
    return job_views([changed], tx.session)[0]


def _guard(move: _Move, job: Document) -> None:
    """Refuse early what the compare-and-set would refuse anyway, so that nothing below works on a wrong job."""
    if job["state"] != move.from_state.value or job["version"] != move.version:
        raise _refusal(move, job)
    if move.lease is not None and (job["lease_owner"], job["lease_fence"]) != (move.lease.owner, move.lease.fence):
        raise _refusal(move, job)


def _wanted(move: _Move) -> dict[str, Any]:
    if move.lease is not None:
        holder = live_filter(move.lease)
    else:
        holder = expired_filter() if move.from_state in WORKING else {}
    return {**holder, "_id": move.job_id, "state": move.from_state.value, "version": move.version}


def _compare_and_set(tx: Transaction, wanted: dict[str, Any], changes: dict[str, Any]) -> Document | None:
    update = {"$set": changes, "$inc": {"version": 1}, "$currentDate": {"updated_at": True}}
    return jobs().find_one_and_update(wanted, update, return_document=ReturnDocument.AFTER, session=tx.session)


def _refusal(move: _Move, job: Document) -> Exception:
    held = (job["lease_owner"], job["lease_fence"])
    if move.lease is not None and held != (move.lease.owner, move.lease.fence):
        return LeaseLost("Another worker holds this job now.")
    if job["state"] != move.from_state.value or job["version"] != move.version:
        return Conflict(
            stated("The job is %(state)s by now. Look at it again.", state=word_stated(words(job["state"])))
        )
    if move.lease is not None:
        return LeaseLost("The lease on this job has run out.")
    return Conflict(stated("A worker is busy with this job."))


def _entering(tx: Transaction, move: _Move, job: Document, now: datetime) -> dict[str, Any]:
    """What the new state itself asks for; `job` has the move's changes in it already."""
    changes: dict[str, Any] = {}
    if move.from_state in WORKING:
        changes["last_log_seq"] = last_log_seq(job["_id"])
    if move.to_state not in WORKING:
        changes |= CLEARED
    if move.to_state in TERMINAL:
        changes["sensitive_values"] = {}
    match move.to_state:
        case JobState.PLANNING if stack_line.takes_turns(job):
            changes |= stack_line.turn_begins(tx, job)
        case JobState.AWAITING_APPROVAL | JobState.APPROVED:
            changes |= _approval_terms(tx, move, job, now)
        case JobState.APPLYING if move.lease is not None:
            plan = job["remainder"] or job["plan"] or {}
            if move.from_state is JobState.APPROVED:
                policy_check(tx, job)
                requester_check(job)
                approvals_consume(tx, job, now)
            changes["start"] = start_insert(tx, job, plan.get("plan_hash", ""), move.lease, now)
    return changes


def _approval_terms(tx: Transaction, move: _Move, job: Document, now: datetime) -> dict[str, Any]:
    until = now + timedelta(seconds=settings.ORCHESTRATOR["APPROVAL_TTL_SECONDS"])
    if move.from_state is JobState.AWAITING_APPROVAL:
        good = approvals_good(tx, job, now)
        if len(good) < job["approval_needed"]:
            raise NotAllowed(
                stated(
                    "This plan has %(good)s of %(approval_needed)s approvals.",
                    good=len(good),
                    approval_needed=job["approval_needed"],
                )
            )
        return {"approval_expires_at": min((each["expires_at"] for each in good), default=until)}
    again = move.from_state is JobState.RECONCILING
    environment = environment_load(job["environment"], tx.session)
    rule = planned_rule(job, job["plan"], environment)
    terms = {
        "risk": effective_risk(planned_risk(job, job["plan"]), environment.minimum_risk).value,
        "approval_rule": rule.name,
        "approval_needed": rule.needed,
        "approval_groups": [list(each) for each in rule.groups],
        **beside("approval_why", rule.why),
        "approval_expires_at": until,
        "waiting_since": now,
        "reminded": False,
        "policy_version": job["policy_version"] or policy_current(environment, tx.session),
        **({"approval_round": job["start"], "remainder": None} if again else {}),
    }
    if move.to_state is JobState.APPROVED and rule.needed:
        taken = standing_take(tx, {**job, **terms}, now)
        if not taken:
            raise NotAllowed(stated("This job needs an approval; planning cannot skip it."))
        terms["approval_expires_at"] = min(until, *(each["expires_at"] for each in taken))
    return terms


def _record(tx: Transaction, job: Document, from_state: JobState | None, now: datetime, *, quiet: bool = False) -> None:
    """The history row and the promise that its handlers run; they run at once when the transaction is durable."""
    job_id, version = job["_id"], job["version"]
    row = {
        "_id": f"{job_id}:{version}",
        "job_id": job_id,
        "version": version,
        "from_state": from_state.value if from_state else None,
        "to_state": job["state"],
        "actor": job["last_actor"],
        "actor_id": job["last_actor"]["id"],
        "environment": job["environment"],
        "stack_id": job["stack_id"],
        "reason": job["last_reason"],
        f"reason{SUFFIX}": job.get(f"last_reason{SUFFIX}"),
        "at": now,
        "quiet": quiet,
    }
    transitions().insert_one(row, session=tx.session)
    handlers_row(tx, job_id, version, now)
    name = f"{row['from_state'] or 'new'}->{job['state']}"
    failpoint(f"transition.before:{name}")
    tx.after_commit(partial(failpoint, f"transition.after:{name}"))
    tx.after_commit(partial(_handlers_run, job_id, version))


def _consequences(tx: Transaction, move: _Move, job: Document, changed: Document, now: datetime) -> None:
    """`job` still has the sensitive values that a terminal state has just wiped from the stored one."""
    if move.to_state in (JobState.QUEUED, JobState.APPROVED, JobState.INDETERMINATE):
        wakeup_row(tx, changed["_id"], changed["version"], now, not_before=changed["retry_at"])
    if not stack_line.takes_turns(changed):
        return
    if move.to_state in TERMINAL:
        stack_line.turn_ends(tx, changed, now)
    elif move.to_state is JobState.INDETERMINATE:
        stack_line.outcome_unknown(tx, changed)
    elif move.from_state is JobState.RECONCILING:
        stack_line.outcome_known(tx, changed)
    elif move.to_state is JobState.APPLYING:
        stack_line.changing_begins(tx, job)


def _handlers_run(job_id: str, version: int) -> None:
    from .outbox import handlers_run  # brings Celery, which web processes start without

    handlers_run(job_id, version)
