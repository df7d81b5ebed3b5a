"""What the server needs for a part of a log of 100,000 lines, wherever it is and whatever is looked for."""

import time
from collections.abc import Callable

from orchestrator import selectors
from orchestrator.executors.base import LogLine
from orchestrator.joblog import JobLog
from orchestrator.leases import Lease
from orchestrator.log_types import LogFilter

from .figures import Figure, median

LINES = 100_000
_BATCH = 1_000
_ROUNDS = 9
_PAGE = 250
_JOB = "bench-log"


def measure() -> list[Figure]:
    """In the database that is set."""
    log = JobLog(Lease(job_id=_JOB, owner="bench", fence=1), 0)
    for begin in range(0, LINES, _BATCH):
        log.append([_line(begin + number) for number in range(_BATCH)])
    rare, none = LogFilter(search="number 77777 "), LogFilter(search="nothing of the kind")
    return [
        _timed(
            "a page of 250 lines of a log of 100,000", lambda: selectors.job_events(_JOB, after=50_000, limit=_PAGE)
        ),
        _timed("the same: the last lines", lambda: selectors.job_events(_JOB, before=LINES + 1, limit=_PAGE)),
        _timed("the same: the next error", lambda: selectors.job_events(_JOB, limit=1, wanted=LogFilter("error"))),
        _timed("the same: a text that one line has", lambda: selectors.job_events(_JOB, wanted=rare)),
        _timed("the same: a text that no line has", lambda: selectors.job_events(_JOB, wanted=none)),
    ]


def _line(number: int) -> LogLine:
    if number == LINES - _BATCH:
        return LogLine("diagnostic", "The name is taken.", None, {"severity": "error"})
    return LogLine("line", f"aws_s3_bucket.this: number {number} still creating, 10 s elapsed")


def _timed(name: str, work: Callable[[], object]) -> Figure:
    taken = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1_000)
    return Figure(name, median(taken), "ms", samples=_ROUNDS)
