"""Finds the versions that are not archived yet or damaged, and has a background worker see to them. Light: the
scheduler imports it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction, run_transaction

from .. import outside

TASK = "nlu.archive"
MODELS = "nlu_model"

_AGAIN_AFTER = timedelta(seconds=60)
_MOST = 50


def archive_sweep() -> int:
    """Promise a task for every version that is due; for how many. None where no archive is configured."""
    if not settings.ARCHIVE_BUCKET:
        return 0
    promised = 0
    while promised < _MOST and run_transaction(_promise):
        promised += 1
    return promised


def _promise(tx: Transaction) -> bool:
    now = datetime.now(UTC)
    due: dict[str, Any] = {
        "$and": [
            {"$or": [{"archived_at": None}, {"damaged_at": {"$ne": None}}]},
            {"$or": [{"archive_due_at": None}, {"archive_due_at": {"$lte": now}}]},
        ]
    }
    again = {"$set": {"archive_due_at": now + _AGAIN_AFTER}}
    row = collection(MODELS).find_one_and_update(due, again, projection={"_id": 1}, session=tx.session)
    if row is not None:
        outside.task_promise(tx=tx, task=TASK, argument=row["_id"])
    return row is not None
