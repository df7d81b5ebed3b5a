"""A job's log: unbroken numbers from 1, by one writer at a time.

The number is part of the key, so two writers can never both have it. Whoever takes the job over writes a lease marker
at the next free number; the writer before, whose own counter still points there, finds it taken and stops.
"""

import re
import threading
from collections.abc import Sequence
from datetime import datetime

from pymongo.collection import Collection
from pymongo.errors import AutoReconnect, BulkWriteError, DuplicateKeyError

from chatbot_project.mongo.connections import collection

from . import events
from .documents import Document, encode, jobs, utc_now
from .errors import LeaseLost
from .executors.base import LogLine
from .leases import Lease, live_filter
from .log_types import QUIET_KINDS, JobEvent, LogFilter

_MAX_TEXT = 8_000
_DUPLICATE_KEY = 11000
_ALL = LogFilter()
_FAILED = {"kind": "resource_failed"}
_LEVELS: dict[str, Document] = {
    "": {},
    "step": {"kind": {"$nin": list(QUIET_KINDS)}},
    "warning": {"kind": {"$in": ["resource_failed", "diagnostic"]}},
    "error": {"$or": [_FAILED, {"kind": "diagnostic", "data.severity": {"$ne": "warning"}}]},
}


class JobLog:
    """The open log of one leased job. Safe to share between the threads of the holder."""

    def __init__(self, lease: Lease, last: int) -> None:
        self._lease = lease
        self._last = last
        self._lock = threading.Lock()

    @classmethod
    def open(cls, lease: Lease) -> "JobLog":
        """Take the log over. Raises LeaseLost when the lease is not good any more."""
        while True:
            if jobs().find_one(live_filter(lease), {"_id": 1}) is None:
                raise LeaseLost("Another worker holds this job now.")
            seq = last_log_seq(lease.job_id) + 1
            marker = LogLine(kind="lease", text=f"Worker {lease.owner} has taken the job.", data={"fence": lease.fence})
            try:
                _log().insert_one(_document(lease, seq, marker, utc_now()))
            except DuplicateKeyError:
                continue
            events.log_added(lease.job_id, seq)
            return cls(lease, seq)

    @property
    def last(self) -> int:
        """The number of the last line written."""
        return self._last

    def append(self, lines: Sequence[LogLine]) -> int:
        """Add the lines, all or (on LeaseLost) a beginning of them; the number of the last one."""
        if not lines:
            return self._last
        with self._lock:
            now = utc_now()
            batch = [_document(self._lease, self._last + n, line, now) for n, line in enumerate(lines, start=1)]
            self._insert(batch)
            self._last += len(batch)
        events.log_added(self._lease.job_id, self._last)
        return self._last

    def _insert(self, batch: list[Document]) -> None:
        for attempt in range(3):
            try:
                _log().insert_many(batch, ordered=True)
            except BulkWriteError as error:
                batch = self._after_duplicate(batch, error)
            except AutoReconnect:
                # Part of the batch may be stored: what is ours is skipped in the next round.
                if attempt == 2:
                    raise
                continue
            else:
                return
            if not batch:
                return
        raise LeaseLost("Another worker writes this job's log now.")

    def _after_duplicate(self, batch: list[Document], error: BulkWriteError) -> list[Document]:
        """What is left to write when the keys that are taken are our own, from an attempt whose answer was lost."""
        failed = error.details["writeErrors"][0]
        if failed["code"] != _DUPLICATE_KEY:
            raise error
        rest = batch[failed["index"] :]
        mine = {
            each["_id"] for each in _log().find({"_id": {"$in": [each["_id"] for each in rest]}}) if self._is_mine(each)
        }
        if rest[0]["_id"] not in mine:
            raise LeaseLost("Another worker writes this job's log now.")
        return [each for each in rest if each["_id"] not in mine]

    def _is_mine(self, document: Document) -> bool:
        return bool(document["fence"] == self._lease.fence)


def last_log_seq(job_id: str) -> int:
    """The number of the last line of the job's log; 0 when there is none."""
    last = _log().find_one(_after(job_id, 0), {"log_seq": 1}, sort=[("_id", -1)])
    return int(last["log_seq"]) if last else 0


def last_line(job_id: str) -> tuple[int, datetime] | None:
    """Number and time of the last line of the job's log."""
    last = _log().find_one(_after(job_id, 0), {"log_seq": 1, "at": 1}, sort=[("_id", -1)])
    return (int(last["log_seq"]), last["at"]) if last else None


def last_offset(job_id: str, start: int) -> int:
    """How far the log has followed the output of that start's process, in bytes; 0 when it holds nothing of it."""
    followed = {**_after(job_id, 0), "start": start, "offset": {"$ne": None}}
    last = _log().find_one(followed, {"offset": 1}, sort=[("_id", -1)])
    return int(last["offset"]) if last else 0


def events_after(job_id: str, after: int, limit: int, wanted: LogFilter = _ALL) -> list[JobEvent]:
    """The next lines after a number that are wanted, in order."""
    found = _log().find({**_after(job_id, after), **_wanted(wanted)}).sort("_id", 1).limit(limit)
    return [_event(each) for each in found]


def events_before(job_id: str, before: int, limit: int, wanted: LogFilter = _ALL) -> list[JobEvent]:
    """The last lines before a number that are wanted, in order."""
    earlier = {"_id": {"$gt": _key(job_id, 0), "$lt": _key(job_id, before)}}
    found = _log().find({**earlier, **_wanted(wanted)}).sort("_id", -1).limit(limit)
    return [_event(each) for each in found][::-1]


def _wanted(wanted: LogFilter) -> Document:
    """As JobEvent.level has it."""
    texts = {"text": {"$regex": re.escape(wanted.search), "$options": "i"}} if wanted.search else {}
    return {**_LEVELS[wanted.level], **texts}


def _event(document: Document) -> JobEvent:
    names = ("log_seq", "kind", "text", "resource", "at", "data")
    return JobEvent(*(document[name] for name in names))


def _log() -> Collection[Document]:
    return collection("orchestrator_jobevent")


def _after(job_id: str, after: int) -> Document:
    return {"_id": {"$gt": _key(job_id, after), "$lt": f"{job_id}:~"}}


def _key(job_id: str, seq: int) -> str:
    return f"{job_id}:{seq:010d}"


def _document(lease: Lease, seq: int, line: LogLine, now: datetime) -> Document:
    return {
        "_id": _key(lease.job_id, seq),
        "job_id": lease.job_id,
        "log_seq": seq,
        "fence": lease.fence,
        "start": line.start,
        "offset": line.offset,
        "kind": line.kind,
        "resource": line.resource,
        "text": line.text[:_MAX_TEXT],
        "data": encode(line.data),
        "at": now,
    }
