"""How the work goes: what waits, how long things took, what ended how. For people who run the system."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from statistics import median
from typing import Any

from chatbot_project.mongo.connections import collection

from .documents import Document, jobs, outbox, transitions, utc_now
from .states import TERMINAL, JobState

DAYS = 14
_MOST_MOVES = 20_000
_MAY_WAIT_MS = 5_000
_SLOWEST_TENTH = 0.9
FAILURES = (JobState.FAILED, JobState.PARTIALLY_APPLIED)


@dataclass(frozen=True)
class Took:
    """Seconds that something took: half of the times at most `median`, nine of ten at most `p90`."""

    count: int
    median: float
    p90: float


@dataclass(frozen=True)
class Day:
    """The jobs that ended on one day, by how."""

    date: date
    ended: Mapping[str, int]


@dataclass(frozen=True)
class Workload:
    """`days` from the oldest to today, none left out. A `Took` is None where nothing was measured."""

    days: tuple[Day, ...]
    waited: Took | None
    """From being asked for, or thawed, to a worker's beginning."""
    decided: Took | None
    """From a plan that waits for people to its approval or rejection."""
    worked: Took | None
    """From the approval to the end of the change."""


@dataclass(frozen=True)
class ProcessView:
    """One worker or scheduler and when it was last heard of."""

    id: str
    name: str
    role: str
    host: str
    pid: int
    seen_at: datetime
    seconds_ago: float


@dataclass(frozen=True)
class QueueAges:
    """How long things have been waiting, in seconds; 0 when nothing waits."""

    oldest_queued_seconds: float
    """Oldest job that could be planned now."""
    oldest_approved_seconds: float
    oldest_outbox_seconds: float
    jobs_by_state: dict[str, int]
    """Only states that are not terminal."""


def workload(*, days: int = DAYS, zone: tzinfo = UTC, now: datetime | None = None) -> Workload:
    """Of the last `days` days of `zone`, by the recorded moves (the newest 20,000 of them).

    Raises pymongo's ExecutionTimeout when counting would take longer than a person waits."""
    today = (now or utc_now()).astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=zone)
    moves = list(
        transitions()
        .find({"at": {"$gte": since}}, {"job_id": 1, "version": 1, "to_state": 1, "at": 1})
        .sort("at", -1)
        .limit(_MOST_MOVES)
        .max_time_ms(_MAY_WAIT_MS)
    )
    return Workload(
        days=_by_day(moves, first, days, zone),
        waited=_took(moves, {JobState.QUEUED}, {JobState.PLANNING}),
        decided=_took(moves, {JobState.AWAITING_APPROVAL}, {JobState.APPROVED, JobState.REJECTED}),
        worked=_took(moves, {JobState.APPLYING}, {JobState.SUCCEEDED, *FAILURES}),
    )


def processes_list() -> list[ProcessView]:
    """Workers and schedulers heard of in the last day, by role and name."""
    now = utc_now()
    found = collection("orchestrator_process").find().sort([("role", 1), ("name", 1)])
    return [
        ProcessView(
            id=each["_id"],
            name=each["name"],
            role=each["role"],
            host=each["host"],
            pid=each["pid"],
            seen_at=each["seen_at"],
            seconds_ago=_seconds(each["seen_at"], now),
        )
        for each in found
    ]


def queue_ages() -> QueueAges:
    """What waits and for how long: for health checks and alarms."""
    now = utc_now()
    unfinished = {"state": {"$in": [each.value for each in JobState if each not in TERMINAL]}}
    counts = jobs().aggregate([{"$match": unfinished}, {"$group": {"_id": "$state", "count": {"$sum": 1}}}])
    undone = outbox().find_one({"done_at": None}, sort=[("not_before", 1)])
    return QueueAges(
        oldest_queued_seconds=_oldest({"state": JobState.QUEUED.value, "runnable": True}, now),
        oldest_approved_seconds=_oldest({"state": JobState.APPROVED.value}, now),
        oldest_outbox_seconds=_seconds(undone["created_at"], now) if undone else 0.0,
        jobs_by_state={each["_id"]: each["count"] for each in counts},
    )


def _by_day(moves: Iterable[Document], first: date, days: int, zone: tzinfo) -> tuple[Day, ...]:
    counts: dict[date, Counter[str]] = {first + timedelta(days=number): Counter() for number in range(days)}
    for each in moves:
        day = each["at"].astimezone(zone).date()
        if each["to_state"] in TERMINAL and day in counts:
            counts[day][each["to_state"]] += 1
    return tuple(Day(day, dict(ended)) for day, ended in counts.items())


def _took(moves: Iterable[Document], begins: set[JobState], ends: set[JobState]) -> Took | None:
    """Of moves that follow each other directly: what was stopped, taken back or lost in between says nothing."""
    by_job: dict[str, list[Document]] = {}
    for each in moves:
        by_job.setdefault(each["job_id"], []).append(each)
    seconds = sorted(
        (after["at"] - before["at"]).total_seconds()
        for each in by_job.values()
        for before, after in pairwise(sorted(each, key=_version))
        if before["to_state"] in begins and after["to_state"] in ends and after["version"] == before["version"] + 1
    )
    if not seconds:
        return None
    return Took(len(seconds), median(seconds), seconds[min(len(seconds) - 1, int(len(seconds) * _SLOWEST_TENTH))])


def _version(move: Mapping[str, Any]) -> int:
    return int(move["version"])


def _oldest(wanted: Document, now: datetime) -> float:
    found = jobs().find_one(wanted, {"updated_at": 1}, sort=[("updated_at", 1)])
    return _seconds(found["updated_at"], now) if found else 0.0


def _seconds(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())
