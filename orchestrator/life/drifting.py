"""Looking for drift by schedule: every so many hours, as the stack or its environment says, an ordinary drift check.

Its conversation hears of it only when something was found; everything else is in the list of jobs.
"""

from datetime import datetime, timedelta
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator.documents import Document, job_load, jobs, stack_view, stacks
from orchestrator.errors import InvalidValue
from orchestrator.requested import Request
from orchestrator.schedules import schedule_drop, schedule_set, server_now
from orchestrator.sentences import Sentence, stated, stated_many
from orchestrator.states import JobKind, JobState
from orchestrator.submission import SCHEDULED, submit
from orchestrator.translated import told
from orchestrator.types import Actor, JobTransition, JobView, Origin, StackView

from .records import stack_event_insert, stack_to_change
from .taking_over import report_taken_over

DRIFT = "drift check"
_BUSY = timedelta(minutes=10)
_LONGEST_HOURS = 24 * 366


def drift_every(tx: Transaction, stack: Document) -> timedelta | None:
    """How often this raw stack is looked at, as it says itself or its environment does; None: never."""
    hours = stack.get("drift_check_hours")
    if hours is None:
        wanted = {"_id": stack["environment"]}
        found = collection("orchestrator_environment").find_one(wanted, session=tx.session) or {}
        hours = found.get("drift_check_hours") or 0
    return timedelta(hours=hours) if hours else None


def drift_watch(tx: Transaction, *, stack_id: str, hours: int | None, actor: Actor, via: str) -> StackView:
    """See services.stack_watch."""
    stack = stack_to_change(tx, stack_id, actor, "have it looked at")
    if hours is not None and not 0 <= hours <= _LONGEST_HOURS:
        text = f"Say every how many hours, from 1 to {_LONGEST_HOURS}; 0 is never, nothing as its environment says."
        raise InvalidValue(text, field="hours")
    changes = {"drift_check_hours": hours}
    stacks().update_one({"_id": stack_id}, {"$set": changes}, session=tx.session)
    if stack["status"] == "live":
        drift_begin(tx, {**stack, **changes})
    text = _watched(hours, {"name": actor.name, "stack": stack["name"], "via": via})
    stack_event_insert(tx, stack, kind="drift_watch", actor=actor, text=text, conversation_id=None, hours=hours)
    return stack_view({**stack, **changes})


def _watched(hours: int | None, who: dict[str, str]) -> Sentence:
    if hours is None:
        return stated("%(name)s has %(stack)s checked for drift as its environment says, by %(via)s.", **who)
    if not hours:
        return stated("%(name)s has %(stack)s checked for drift never by itself, by %(via)s.", **who)
    return stated_many(
        "%(name)s has %(stack)s checked for drift every hour, by %(via)s.",
        "%(name)s has %(stack)s checked for drift every %(number)s hours, by %(via)s.",
        hours,
        **who,
    )


def drift_begin(tx: Transaction, stack: Document) -> None:
    """Look at this raw stack from now on, if its environment says so."""
    every = drift_every(tx, stack)
    if every is None:
        schedule_drop(tx, kind=DRIFT, subject=stack["_id"])
    else:
        schedule_set(tx, kind=DRIFT, subject=stack["_id"], due_at=server_now() + every)


def drift_set(environment: str) -> int:
    """The environment's hours were changed: begin anew with all that is live there; how many those are."""
    live = list(stacks().find({"environment": environment, "status": "live"}))
    for each in live:
        run_transaction(partial(_begin, each["_id"]))
    return len(live)


def drift_fire(tx: Transaction, row: Document) -> datetime | None:
    """Ask for one check, unless the stack is at work; when the next is due."""
    stack = stacks().find_one({"_id": row["subject"]}, session=tx.session)
    every = drift_every(tx, stack) if stack else None
    if stack is None or every is None or stack["status"] != "live":
        return None
    now = server_now()
    if stack["active_job_id"] is not None:
        return now + min(every, _BUSY)
    request = Request(
        kind=JobKind.DRIFT,
        requester=Actor(stack["owner_id"], stack["owner_name"]),
        environment=stack["environment"],
        subject=stack["blueprint"],
        values={},
        origin=Origin(SCHEDULED),
        stack_id=stack["_id"],
        job_id=str(uuid5(NAMESPACE_URL, f"infrachat:{row['_id']}:{row['due_at'].isoformat()}")),
    )
    submit(request, tx)
    return now + every


def drift_follow(job: JobView, move: JobTransition) -> None:
    """A handler of transitions: what was just made or changed is looked at from now on."""
    made = job.kind is JobKind.APPLY and move.to_state in (JobState.SUCCEEDED, JobState.PARTIALLY_APPLIED)
    if made and job.stack is not None:
        run_transaction(partial(_begin, job.stack.id))


def _begin(stack_id: str, tx: Transaction) -> None:
    stack = stacks().find_one({"_id": stack_id, "status": "live"}, session=tx.session)
    if stack is not None:
        drift_begin(tx, stack)


def drift_found(job: JobView, move: JobTransition) -> None:
    """A handler of transitions: tell of what a scheduled check found, where the stack was last asked for."""
    looked = job.kind is JobKind.DRIFT and move.to_state is JobState.SUCCEEDED and job.origin.channel == SCHEDULED
    if looked and job.stack is not None and job.plan is not None and job.plan.counts.changes:
        run_transaction(partial(_tell, job))


def _tell(job: JobView, tx: Transaction) -> None:
    stack = stacks().find_one({"_id": job.stack.id}, session=tx.session) if job.stack else None
    if stack is None or job.plan is None:
        return
    asked = {"stack_id": stack["_id"], "kind": JobKind.APPLY.value, "conversation_id": {"$ne": None}}
    latest = jobs().find_one(asked, sort=[("created_at", -1)], session=tx.session) or {}
    stack_event_insert(
        tx,
        stack,
        key=str(uuid5(NAMESPACE_URL, f"infrachat:drift:{job.id}")),
        kind="drift_found",
        actor=Actor.system("scheduler"),
        text=told((job_load(job.id, tx.session) or {}).get("plan") or {}, "text"),
        conversation_id=latest.get("conversation_id"),
        job_id=job.id,
        adoptable=_adoptable(job.id, tx),
    )


def _adoptable(job_id: str, tx: Transaction) -> bool:
    """Whether settings stand for something of what was found."""
    report = job_load(job_id, tx.session)
    return report is not None and bool(report_taken_over(report).values)
