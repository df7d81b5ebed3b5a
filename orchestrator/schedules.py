"""Schedules: what is to happen at a time. MongoDB owns them, any number of schedulers fires them, each exactly once.

A row of orchestrator_schedule is fired by a compare-and-set on its due time, in the same transaction as what it does:
either both are stored, or neither. Due is what is due on the server's clock. A schedule that fails waits a while,
longer each time, and keeps the sentence that says why.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError, PyMongoError

from chatbot_project.mongo.connections import client, collection
from chatbot_project.mongo.transactions import Transaction, run_transaction

from .documents import Document, utc_now
from .errors import OrchestratorError

logger = logging.getLogger(__name__)

Handler = Callable[[Transaction, Document], datetime | None]
"""Does what a schedule is for, inside the transaction that fires it; when it is due again, or None: never."""

_handlers: dict[str, Handler] = {}
_BATCH = 200
_LONGEST_PAUSE = timedelta(hours=1)


def schedules() -> Collection[Document]:
    return collection("orchestrator_schedule")


def on_schedule(kind: str, handler: Handler) -> None:
    """What firing a schedule of this `kind` does; registered once, in an app's `ready()`."""
    _handlers[kind] = handler


def server_now() -> datetime:
    """The time on the clock by which schedules are due: that of MongoDB's primary."""
    now: datetime = client().admin.command("hello")["localTime"]
    return now.replace(tzinfo=UTC)  # commands answer without a zone


def schedule_set(tx: Transaction, *, kind: str, subject: str, due_at: datetime, **data: Any) -> None:
    """Have `kind` happen to `subject` (the id of a stack, say) at `due_at`, instead of any earlier such time."""
    row = {"kind": kind, "subject": subject, "due_at": due_at, "data": data, "attempts": 0, "problem": ""}
    made = {"created_at": utc_now(), "fired": 0, "fired_at": None}
    schedules().update_one(
        {"_id": schedule_id(kind, subject)}, {"$set": row, "$setOnInsert": made}, upsert=True, session=tx.session
    )


def schedule_drop(tx: Transaction, *, kind: str, subject: str) -> None:
    """It is not to happen any more."""
    schedules().delete_one({"_id": schedule_id(kind, subject)}, session=tx.session)


def schedule_id(kind: str, subject: str) -> str:
    return f"{kind}:{subject}"


def fire_due() -> int:
    """Fire all that is due; how many were fired here. Raises PyMongoError when MongoDB is away."""
    wanted = {"kind": {"$in": sorted(_handlers)}, **_due()}
    return sum(_fire(row) for row in list(schedules().find(wanted).sort("due_at", 1).limit(_BATCH)))


def _fire(row: Document) -> bool:
    try:
        return run_transaction(partial(_take, row))
    except DuplicateKeyError:
        return False  # somebody else is storing the same at this moment; the next round looks again
    except PyMongoError:
        raise
    except OrchestratorError as error:
        _put_off(row, error.detail)
    except Exception:
        logger.exception("a schedule failed", extra={"schedule": row["_id"]})
        _put_off(row, "Something went wrong; the scheduler's log says what.")
    return False


def _take(row: Document, tx: Transaction) -> bool:
    """Whether it was fired: not when another scheduler was first, or it was set to another time since."""
    mine = {"_id": row["_id"], "due_at": row["due_at"], **_due()}
    fired = {"$set": {"fired_at": utc_now(), "attempts": 0, "problem": ""}, "$inc": {"fired": 1}}
    if schedules().find_one_and_update(mine, fired, session=tx.session) is None:
        return False
    again = _handlers[row["kind"]](tx, row)
    if again is None:
        schedules().delete_one({"_id": row["_id"]}, session=tx.session)
    else:
        schedules().update_one({"_id": row["_id"]}, {"$set": {"due_at": again}}, session=tx.session)
    return True


def _put_off(row: Document, problem: str) -> None:
    attempts = int(row["attempts"]) + 1
    pause = min(timedelta(seconds=30 * 2 ** min(attempts, 10)), _LONGEST_PAUSE)
    logger.warning("a schedule is put off: %s", problem, extra={"schedule": row["_id"]})
    changes = {"due_at": utc_now() + pause, "attempts": attempts, "problem": problem}
    schedules().update_one({"_id": row["_id"], "due_at": row["due_at"]}, {"$set": changes})


def _due() -> Document:
    return {"$expr": {"$lte": ["$due_at", "$$NOW"]}}
