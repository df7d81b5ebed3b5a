"""The rows that make sure of a transition's consequences; outbox.py works them off."""

from datetime import datetime

from chatbot_project.mongo.transactions import Transaction

from .documents import Document, outbox


def handlers_row(tx: Transaction, job_id: str, version: int, now: datetime) -> None:
    """The handlers of this transition must run."""
    row = {"_id": f"{job_id}:{version}", "kind": "transition", "job_id": job_id, "version": version}
    outbox().insert_one(row | _undone(now), session=tx.session)


def wakeup_row(tx: Transaction, job_id: str, version: int, now: datetime) -> None:
    """A worker must hear of this job."""
    row = {"_id": f"{job_id}:{version}:wakeup", "kind": "wakeup", "job_id": job_id, "version": version}
    outbox().insert_one(row | _undone(now), session=tx.session)


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
