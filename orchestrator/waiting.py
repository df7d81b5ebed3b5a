"""Jobs that a worker should have taken by now, and why none did; and those whose worker hears nothing any more: so that
people read a reason instead of silence.

Public, like selectors.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .documents import Document, job_views, jobs, outbox, utc_now
from .freezes import frozen
from .joblog import last_line
from .leases import expired_filter, held_filter
from .states import WORKING, JobKind, JobState, Risk
from .types import JobView
from .workload import processes_list

_BATCH = 200
# Workers say every five seconds that they live.
_SILENT_SECONDS = 20.0
_INFRASTRUCTURE = "infrastructure"


class Why(StrEnum):
    QUEUE_AWAY = "queue_away"
    """The wake-up could not be sent; it is kept and sent when the queue is back."""
    NO_WORKER = "no_worker"
    """No infrastructure worker is alive."""
    WORKERS_BUSY = "workers_busy"
    """The workers there are work on other jobs."""
    NOT_TAKEN = "not_taken"
    """The wake-up was sent and a worker lives: it will be sent again."""


@dataclass(frozen=True)
class WaitingJob:
    job: JobView
    why: Why


def jobs_waiting(longer_than_seconds: float) -> Iterator[WaitingJob]:
    """Jobs whose turn it has been for longer than that and that nobody holds, the longest waiting first."""
    wanted = {
        "$or": [{"state": JobState.QUEUED.value, "runnable": True}, {"state": JobState.APPROVED.value}],
        "updated_at": {"$lte": utc_now() - timedelta(seconds=longer_than_seconds)},
        **expired_filter(),
    }
    found = list(jobs().find(wanted).sort("updated_at", 1).limit(_BATCH))
    if not found:
        return
    workers = _workers_why()
    for document, view in zip(found, job_views(found), strict=True):
        if view.state is JobState.APPROVED and view.risk is not Risk.READ and frozen(view.environment):
            continue  # thaw.py has said why
        yield WaitingJob(view, Why.QUEUE_AWAY if _unsent(document) else workers)


@dataclass(frozen=True)
class SilentJob:
    job: JobView
    log_seq: int
    """The last line of its log."""
    since: datetime
    """When that was written."""


def jobs_silent(longer_than_seconds: float) -> Iterator[SilentJob]:
    """Jobs whose Terraform is followed by a worker and has said nothing for so long. While it changes something it
    says every ten seconds that it still does."""
    before = utc_now() - timedelta(seconds=longer_than_seconds)
    wanted = {
        "state": JobState.APPLYING.value,
        "kind": {"$in": [JobKind.APPLY.value, JobKind.DESTROY.value]},
        "updated_at": {"$lte": before},
        **held_filter(),
    }
    found = list(jobs().find(wanted).limit(_BATCH))
    for document, view in zip(found, job_views(found), strict=True):
        last = last_line(document["_id"])
        if last is not None and last[1] <= before:
            yield SilentJob(view, *last)


def _unsent(job: Document) -> bool:
    """Whether sending the job's wake-up was tried, and did not succeed yet."""
    row = outbox().find_one({"_id": f"{job['_id']}:{job['version']}:wakeup"}, {"done_at": 1, "attempts": 1})
    return row is not None and row["done_at"] is None and int(row["attempts"]) > 0


def _workers_why() -> Why:
    alive = any(each.role == _INFRASTRUCTURE and each.seconds_ago < _SILENT_SECONDS for each in processes_list())
    if not alive:
        return Why.NO_WORKER
    busy = jobs().find_one({"state": {"$in": [each.value for each in WORKING]}}, {"_id": 1})
    return Why.WORKERS_BUSY if busy else Why.NOT_TAKEN
