"""Working off what transitions promised: their handlers run, and a worker hears of the job.

Any number of processes may do this at once. A row is claimed for a while by compare-and-set; what is done twice does
no harm, for handlers are idempotent by (job, version) and a worker finds a job that needs nothing.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from pymongo import ReturnDocument
from pymongo.errors import PyMongoError

from . import events, queue
from .documents import Document, jobs, outbox, stacks, utc_now
from .errors import NotFound, QueueUnavailable
from .leases import due_filter, expired_filter
from .life.records import stack_event_view, stack_events
from .outbox_rows import NOTICE, TASK, TRANSITION, WAKEUP, notice_key, wakeup_key
from .selectors import job_get, job_transition
from .states import WORKING, JobState

logger = logging.getLogger(__name__)

# The process of the transition runs the handlers itself; the others leave it this long.
_GRACE = timedelta(seconds=2)
_LONGEST_PAUSE_SECONDS = 60
# All workers may be busy for hours; their queue must not fill with the same job meanwhile.
_LONGEST_WAKE_PAUSE_SECONDS = 1800
_RUNNABLE = [JobState.QUEUED.value, JobState.APPROVED.value]
_WORKING = [each.value for each in WORKING]


def handlers_run(job_id: str, version: int) -> bool:
    """Run the transition's handlers that have not finished yet; whether all have now. Never raises for a handler."""
    row = outbox().find_one({"_id": f"{job_id}:{version}", "done_at": None})
    return row is None or _handle(row)


def notice_run(event_id: str) -> bool:
    """Run the handlers of a stack's event that have not finished yet; whether all have now."""
    row = outbox().find_one({"_id": notice_key(event_id), "done_at": None})
    return row is None or _handle_notice(row)


def relay_once(limit: int = 500) -> int:
    """Work off the rows that are due; how many were finished. Stops early when the queue is away."""
    finished = 0
    for _ in range(limit):
        row = _claim({})
        if row is None:
            break
        try:
            finished += _work_off(row)
        except QueueUnavailable as error:
            logger.warning("wake-ups wait in MongoDB: %s", error)
            break
    return finished


def follow(stop: threading.Event) -> None:
    """Publish wake-ups the moment they are committed, until `stop`. Goes on by itself after MongoDB was away."""
    while not stop.is_set():
        try:
            _follow(stop)
        except PyMongoError as error:
            logger.warning("following the outbox again in a moment: %s", str(error)[:200])
            stop.wait(1.0)


def wake_again(
    job_id: str,
    version: int,
    now: datetime,
    pause_seconds: float,
    *,
    longest_seconds: float = _LONGEST_WAKE_PAUSE_SECONDS,
    mark: str = "",
) -> bool:
    """Publish a job once more that nobody claimed; at most once in `pause_seconds`, which doubles each time up to
    `longest_seconds`. Each `mark` is counted for itself."""
    key = wakeup_key(job_id, version, mark)
    row = outbox().find_one({"_id": key})
    if row is None:
        # Finished long ago and removed by its TTL.
        row = {"kind": WAKEUP, "job_id": job_id, "version": version, "handled": [], "again": 0, "created_at": now}
        outbox().update_one({"_id": key}, {"$setOnInsert": {**row, **_afresh(now)}}, upsert=True)
        return True
    again = int(row.get("again", 0))
    pause = timedelta(seconds=min(pause_seconds * 2 ** min(again, 20), longest_seconds))
    if row["done_at"] is None or row["done_at"] > now - pause:
        return False
    wanted = {"_id": key, "done_at": row["done_at"]}
    return outbox().update_one(wanted, {"$set": {**_afresh(now), "again": again + 1}}).modified_count == 1


def _follow(stop: threading.Event) -> None:
    messages = {"$in": [WAKEUP, TASK]}
    inserted: list[dict[str, Any]] = [{"$match": {"operationType": "insert", "fullDocument.kind": messages}}]
    with outbox().watch(inserted, max_await_time_ms=500) as stream:
        # What was inserted before the stream was open.
        relay_once()
        while not stop.is_set() and stream.alive:
            change = stream.try_next()
            if change is not None:
                _relay_row(change["documentKey"]["_id"])


def _relay_row(key: str) -> None:
    row = _claim({"_id": key})
    if row is None:
        return
    try:
        _work_off(row)
    except QueueUnavailable as error:
        logger.warning("a wake-up waits in MongoDB: %s", error)


def _claim(wanted: Document) -> Document | None:
    now = utc_now()
    # As long as any other lease: what its holder has not done by then, he may have died of.
    claim = timedelta(seconds=settings.ORCHESTRATOR["LEASE_SECONDS"])
    due = {
        **wanted,
        "done_at": None,
        "not_before": {"$lte": now},
        "$and": [
            {"$or": [{"claimed_until": None}, {"claimed_until": {"$lte": now}}]},
            {"$or": [{"kind": {"$in": [WAKEUP, TASK]}}, {"created_at": {"$lte": now - _GRACE}}]},
        ],
    }
    return outbox().find_one_and_update(
        due,
        {"$set": {"claimed_until": now + claim}, "$inc": {"attempts": 1}},
        sort=[("not_before", 1)],
        return_document=ReturnDocument.AFTER,
    )


def _work_off(row: Document) -> bool:
    """Whether the row is done now. Raises QueueUnavailable, with the row put off."""
    if row["kind"] == TRANSITION:
        return _handle(row)
    if row["kind"] == NOTICE:
        return _handle_notice(row)
    try:
        if row["kind"] == TASK:
            publish = queue.publish_infrastructure_task if row.get("infrastructure") else queue.publish_task
            publish(row["task"], row["argument"])
        elif _still_runnable(row["job_id"]):
            queue.publish_job(row["job_id"])
    except QueueUnavailable:
        _put_off(row)
        raise
    if row["kind"] == TASK:
        # Not when the worker was quicker, and has promised the same once more.
        outbox().update_one({"_id": row["_id"], "claimed_until": row["claimed_until"]}, {"$set": _done_now()})
    else:
        _done(row)
    return True


def _handle(row: Document) -> bool:
    try:
        job = job_get(row["job_id"])
        move = job_transition(row["job_id"], row["version"])
    except NotFound:
        move = None
    if move is None:
        _done(row)
        return True
    return _run_each(row, {name: partial(each, job, move) for name, each in events.transition_handlers().items()})


def _handle_notice(row: Document) -> bool:
    document = stack_events().find_one({"_id": row["argument"]})
    if document is None:
        _done(row)
        return True
    event = stack_event_view(document, stacks().find_one({"_id": document["stack_id"]}))
    return _run_each(row, {name: partial(each, event) for name, each in events.stack_event_handlers().items()})


def _run_each(row: Document, calls: dict[str, Callable[[], None]]) -> bool:
    """Run those that have not finished yet; whether all have now."""
    failed = False
    for name, call in calls.items():
        if name in row["handled"]:
            continue
        try:
            call()
        except Exception:
            failed = True
            logger.exception("the handler %s failed, it will be repeated", name, extra={"row": row["_id"]})
        else:
            outbox().update_one({"_id": row["_id"]}, {"$addToSet": {"handled": name}})
    _put_off(row) if failed else _done(row)
    return not failed


def _afresh(now: datetime) -> Document:
    return {"done_at": None, "not_before": now, "claimed_until": None, "attempts": 0}


def runnable_filter() -> Document:
    """Matches jobs that a worker has something to do with now: to begin, to go on with, or to take over."""
    return {
        "$or": [
            {"state": {"$in": _RUNNABLE}},
            {"state": {"$in": _WORKING}, **expired_filter()},
            {"state": JobState.INDETERMINATE.value, **due_filter()},
        ]
    }


def _still_runnable(job_id: str) -> bool:
    return jobs().find_one({"_id": job_id, **runnable_filter()}, {"_id": 1}) is not None


def _done(row: Document) -> None:
    outbox().update_one({"_id": row["_id"]}, {"$set": _done_now()})


def _done_now() -> Document:
    return {"done_at": utc_now(), "claimed_until": None}


def _put_off(row: Document) -> None:
    pause = timedelta(seconds=min(2 ** min(int(row["attempts"]), 10), _LONGEST_PAUSE_SECONDS))
    outbox().update_one({"_id": row["_id"]}, {"$set": {"not_before": utc_now() + pause, "claimed_until": None}})
