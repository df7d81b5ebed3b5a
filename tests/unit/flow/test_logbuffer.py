"""Log lines keep their order, wait for MongoDB, and stop when the log is another worker's."""

from collections.abc import Sequence
from typing import Any, cast

import pytest
from pymongo.errors import AutoReconnect

from orchestrator import logbuffer
from orchestrator.errors import LeaseLost
from orchestrator.executors.base import LogLine
from orchestrator.joblog import JobLog
from orchestrator.logbuffer import LogBuffer


class Log:
    """A job's log in memory that fails as often as it is told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.written: list[str] = []
        self.batches = 0

    def append(self, lines: Sequence[LogLine]) -> int:
        if self.failures:
            raise self.failures.pop(0)
        self.batches += 1
        self.written += [line.text for line in lines]
        return len(self.written)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logbuffer, "_PAUSE_SECONDS", 0.001)


def buffer(log: Log, lost: list[bool] | None = None) -> LogBuffer:
    noted: list[bool] = [] if lost is None else lost
    return LogBuffer(cast(JobLog, log), lambda: noted.append(True))


def fill(target: LogBuffer, count: int) -> list[str]:
    texts = [str(number) for number in range(count)]
    for text in texts:
        target.emit(LogLine("line", text))
    return texts


def test_all_lines_in_order_and_in_batches() -> None:
    log = Log()
    target = buffer(log)
    texts = fill(target, 2_000)
    assert target.close(10)
    assert log.written == texts
    assert log.batches < 100


def test_waits_for_mongodb() -> None:
    log = Log(AutoReconnect("away"), AutoReconnect("away"))
    target = buffer(log)
    texts = fill(target, 3)
    assert target.close(10)
    assert log.written == texts


def test_stops_when_the_log_is_another_workers() -> None:
    log, lost = Log(LeaseLost("taken")), cast(list[bool], [])
    target = buffer(log, lost)
    fill(target, 3)
    assert not target.close(10)
    assert lost == [True]
    assert log.written == []
    target.emit(LogLine("line", "too late"))


def test_nothing_to_write() -> None:
    log: Any = Log()
    assert buffer(log).close(10)
    assert log.batches == 0
