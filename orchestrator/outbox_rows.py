"""The rows that make sure of a transition's consequences; outbox.py works them off."""

from datetime import datetime

from chatbot_project.mongo.transactions import Transaction

from .documents import Document, outbox

TRANSITION, WAKEUP, TASK, NOTICE = "transition", "wakeup", "task", "notice"


def handlers_row(tx: Transaction, job_id: str, version: int, now: datetime) -> None:
    """The handlers of this transition must run."""
    row = {"_id": f"{job_id}:{version}", "kind": TRANSITION, "job_id": job_id, "version": version}
    outbox().insert_one(row | _undone(now), session=tx.session)


def wakeup_row(
    tx: Transaction, job_id: str, version: int, now: datetime, *, mark: str = "", not_before: datetime | None = None
) -> None:
    """A worker must hear of this job; `mark` tells several such rows of one version apart."""
    row = {"_id": wakeup_key(job_id, version, mark), "kind": WAKEUP, "job_id": job_id, "version": version}
    outbox().insert_one(row | _undone(now) | {"not_before": not_before or now}, session=tx.session)


def task_row(tx: Transaction, task: str, argument: str, now: datetime) -> None:
    """A background worker must run `task` with `argument`. A row of an earlier promise of the same is due again."""
    _task_row(tx, task, argument, now, {})


def infrastructure_task_row(tx: Transaction, task: str, argument: str, now: datetime) -> None:
    """The same for an infrastructure worker: where Terraform is."""
    _task_row(tx, task, argument, now, {"infrastructure": True})


def _task_row(tx: Transaction, task: str, argument: str, now: datetime, more: Document) -> None:
    row = {"kind": TASK, "task": task, "argument": argument, "job_id": "", "version": 0, **more}
    key = f"{TASK}:{task}:{argument}"
    outbox().update_one({"_id": key}, {"$set": row | _undone(now)}, upsert=True, session=tx.session)


def notice_row(tx: Transaction, event_id: str, now: datetime) -> None:
    """The handlers of this event of a stack must run."""
    row = {"_id": notice_key(event_id), "kind": NOTICE, "argument": event_id, "job_id": "", "version": 0}
    outbox().insert_one(row | _undone(now), session=tx.session)


def notice_key(event_id: str) -> str:
    return f"{NOTICE}:{event_id}"


def wakeup_key(job_id: str, version: int, mark: str = "") -> str:
    return f"{job_id}:{version}:wakeup{'.' if mark else ''}{mark}"


def _undone(now: datetime) -> Document:
    return {
        "handled": [],
        "attempts": 0,
        "again": 0,
        "not_before": now,
        "claimed_until": None,
        "created_at": now,
        "done_at": None,
    }
