"""The numbered starts of applying: committed before anything is started, and what is known of each one's process.

Whoever loses a job leaves behind what is written here; whoever takes it over finds the process by it.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from pymongo.errors import PyMongoError

from chatbot_project.mongo.transactions import Transaction, run_transaction

from .documents import Document, jobs, starts
from .documents import utc_now as _now
from .errors import LeaseLost, NotFound
from .executors.base import Started
from .hosts import host_given_up, this_host
from .joblog import last_offset
from .leases import Lease, live_filter

logger = logging.getLogger(__name__)

# Between the clocks of machines, and for Terraform to end after it was killed.
_SPARE_SECONDS = 60.0


def start_insert(tx: Transaction, job: Document, plan_hash: str, lease: Lease, now: datetime) -> int:
    """Commit to one more start of applying `plan_hash`, before anything is started; its number."""
    number = int(job["start"]) + 1
    document = {
        "_id": _key(job["_id"], number),
        "job_id": job["_id"],
        "number": number,
        "plan_hash": plan_hash,
        "owner": lease.owner,
        "fence": lease.fence,
        "host": this_host(),
        "process": None,
        "lock_id": None,
        "at": now,
    }
    starts().insert_one(document, session=tx.session)
    return number


def start_load(job: Document) -> Document:
    """The row of the job's latest start. Raises NotFound."""
    row = starts().find_one({"_id": _key(job["_id"], int(job["start"]))})
    if row is None:
        raise NotFound(f"The start {job['start']} of job {job['_id']} is not recorded.")
    return row


def started_make(job: Document) -> Started:
    """The job's latest start as executors know it. Whoever calls this has opened the job's log before: only then
    does nobody else move the offset on. Raises NotFound."""
    row = start_load(job)
    process = row["process"] or {}
    return Started(
        number=row["number"],
        at=row["at"],
        host=row["host"],
        owner=row["owner"],
        fence=row["fence"],
        plan_hash=row["plan_hash"],
        pid=process.get("pid"),
        process_started_at=process.get("started_at"),
        lock_id=row["lock_id"],
        log_offset=last_offset(row["job_id"], row["number"]),
        host_lost=host_given_up(row["host"], row["at"]) or _now() >= over_at(row),
    )


def over_at(row: Document) -> datetime:
    """When every time limit of a start's process has passed."""
    limits = settings.ORCHESTRATOR
    seconds = limits["APPLY_TIMEOUT_SECONDS"] + limits["STOP_GRACE_SECONDS"] + _SPARE_SECONDS
    at: datetime = row["at"]
    return at + timedelta(seconds=seconds)


def time_left(row: Document) -> float:
    """Seconds until a start's process is to be interrupted, whoever follows it by then; 0 when that time is over."""
    spent = (_now() - row["at"]).total_seconds()
    return max(0.0, float(settings.ORCHESTRATOR["APPLY_TIMEOUT_SECONDS"] - spent))


class StartNotes:
    """What the holder sees of its start, recorded at once; while MongoDB is away it is kept, and `repeat` tries again.
    Never raises: what was started runs whether it is recorded or not."""

    def __init__(self, lease: Callable[[], Lease], on_lost: Callable[[], None]) -> None:
        self._lease, self._on_lost = lease, on_lost
        self._unwritten: dict[tuple[int, str], Any] = {}
        self._writing = threading.Lock()

    def process(self, number: int, pid: int, started_at: float) -> None:
        self._note(number, "process", {"pid": pid, "started_at": started_at})

    def lock(self, number: int, lock_id: str) -> None:
        self._note(number, "lock_id", lock_id)

    def repeat(self) -> None:
        with self._writing:
            for (number, name), fact in list(self._unwritten.items()):
                self._write(number, name, fact)

    def _note(self, number: int, name: str, fact: Any) -> None:
        with self._writing:
            self._unwritten[number, name] = fact
            self._write(number, name, fact)

    def _write(self, number: int, name: str, fact: Any) -> None:
        try:
            start_note(self._lease(), number, {name: fact})
        except LeaseLost:
            self._on_lost()
        except PyMongoError as error:
            logger.warning("the %s of a start is not recorded yet: %s", name, str(error)[:200])
            return
        del self._unwritten[number, name]


def start_note(lease: Lease, number: int, facts: dict[str, Any]) -> None:
    """Record what its holder has seen of a start: `process` ({pid, started_at}) or `lock_id`. Raises LeaseLost."""

    def body(tx: Transaction) -> None:
        # A write, not only a look: a claim at the same moment must collide with it.
        held = jobs().update_one(live_filter(lease), {"$currentDate": {"updated_at": True}}, session=tx.session)
        if not held.matched_count:
            raise LeaseLost("Another worker holds this job now.")
        starts().update_one({"_id": _key(lease.job_id, number)}, {"$set": facts}, session=tx.session)

    run_transaction(body)


def _key(job_id: str, number: int) -> str:
    return f"{job_id}:{number}"
