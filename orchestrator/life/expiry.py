"""When a stack ends: it begins with the job that made it, is prolonged by who may (keeping.py), and goes with it.

Whoever approved that job has approved the deletion at the end (standing.py), and not before. The deletion itself is an
ordinary job (expiring.py).

A stack has two schedules at most, `expiry warning` and `expiry`, and none when it lasts for good. Its document keeps
`expires_at`, and in `expiry`: {granted_by: the job whose plan it was approved with, deletion: the job that deletes
it, attempts: how many of those there were}.

Events: expiry_set, expiry_warning, expiry_changed, expiry_failed, expiry_given_up.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from chatbot_project.mongo.transactions import Transaction
from orchestrator.documents import Document, stacks
from orchestrator.errors import Conflict
from orchestrator.schedules import schedule_drop, schedule_set, server_now
from orchestrator.sentences import stated
from orchestrator.standing import standing_give, standing_withdraw
from orchestrator.states import JobKind
from orchestrator.translated import told
from orchestrator.types import Actor

from .lifetimes import moment_words
from .records import stack_event_insert

WARNING, END = "expiry warning", "expiry"
APPROVED_FOR = timedelta(days=7)
"""So long after the end its deletion may still be begun without asking again."""
# Nobody needs an hour's warning of what was made for ten minutes.
_WARNED_AT_MOST = 0.25


def expiry_begin(tx: Transaction, job: Document) -> None:
    """The job made or changed its stack, and was approved with its end."""
    stack = stacks().find_one({"_id": job["stack_id"]}, session=tx.session)
    if stack is None or not job.get("lifetime"):
        return
    lifetime = job["lifetime"]
    end = lifetime["until"] or server_now() + timedelta(seconds=lifetime["seconds"])
    granted = {"granted_by": job["_id"], "deletion": None, "attempts": 0}
    expiry_set(tx, stack, end, granted)
    standing_withdraw(tx, stack_id=stack["_id"], kind=JobKind.DESTROY)
    standing_give(tx, job=job, kind=JobKind.DESTROY, valid_from=end, until=end + APPROVED_FOR)
    stack_event_insert(
        tx,
        stack,
        kind="expiry_set",
        actor=Actor(job["requester_id"], job["requester_name"]),
        text=stated(
            "%(stack)s is deleted at %(time)s, as it was approved with %(title)s.",
            stack=stack["name"],
            time=moment_words(end),
            title=told(job, "title"),
        ),
        conversation_id=job["conversation_id"],
        after=end,
        job_id=job["_id"],
    )


def expiry_end(tx: Transaction, stack_id: str) -> None:
    """The stack is gone, or is to last for good: nothing is due any more."""
    for kind in (WARNING, END):
        schedule_drop(tx, kind=kind, subject=stack_id)


def expiry_note(tx: Transaction, stack: Document, **changes: Any) -> None:
    """Remember something of the end of this raw stack."""
    expiry = {f"expiry.{name}": value for name, value in changes.items()}
    stacks().update_one({"_id": stack["_id"]}, {"$set": expiry}, session=tx.session)


def expiry_set(tx: Transaction, stack: Document, end: datetime | None, changes: Document) -> None:
    """The raw stack ends then, or never by itself. Raises Conflict when its end was changed since it was read."""
    expiry = {**(stack.get("expiry") or {}), **changes}
    wanted = {"_id": stack["_id"], "expires_at": stack.get("expires_at")}
    update = {"$set": {"expires_at": end, "expiry": expiry}, "$currentDate": {"updated_at": True}}
    if not stacks().update_one(wanted, update, session=tx.session).matched_count:
        raise Conflict(stated("The stack has changed in the meantime. Look at it again."))
    expiry_end(tx, stack["_id"])
    if end is not None:
        schedule_set(tx, kind=END, subject=stack["_id"], due_at=end)
        warned = _warning_at(end)
        if warned is not None:
            schedule_set(tx, kind=WARNING, subject=stack["_id"], due_at=warned)


def _warning_at(end: datetime) -> datetime | None:
    """When to warn; None when warnings are switched off."""
    before = float(settings.ORCHESTRATOR["EXPIRY_WARNING_SECONDS"])
    left = max(0.0, (end - server_now()).total_seconds())
    return end - timedelta(seconds=min(before, left * _WARNED_AT_MOST)) if before else None
