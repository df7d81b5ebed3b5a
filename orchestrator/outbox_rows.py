"""The rows that make sure of a transition's consequences; outbox.py works them off."""

from datetime import datetime

from chatbot_project.mongo.transactions import Transaction

from .documents import Document, outbox


def handlers_row(tx: Transaction, job_id: str, version: int, now: datetime) -> None:
    """The handlers of this transition must run."""
    row = {"_id": f"{job_id}:{version}", "kind": "transition", "job_id": job_id, "version": version}
    outbox().insert_one(row | _undone(now), session=tx.session)


def wakeup_row(
    tx: Transaction, job_id: str, version: int, now: datetime, *, mark: str = "", not_before: datetime | None = None
) -> None:
    """A worker must hear of this job; `mark` tells several such rows of one version apart."""
    row = {"_id": wakeup_key(job_id, version, mark), "kind": "wakeup", "job_id": job_id, "version": version}
    outbox().insert_one(row | _undone(now) | {"not_before": not_before or now}, session=tx.session)


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
