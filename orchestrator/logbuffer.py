"""Collects a job's log lines and writes them in batches, so that Terraform never waits for MongoDB."""

import logging
import threading
import time
from collections.abc import Callable

from pymongo.errors import PyMongoError

from .errors import LeaseLost
from .executors.base import LogLine
from .joblog import JobLog

logger = logging.getLogger(__name__)

# Thirty batches a second at most: every batch is pushed to whoever follows the job.
_BEAT_SECONDS = 1 / 30
_BATCH = 500
_PAUSE_SECONDS = 0.5


class LogBuffer:
    """A thread between `emit` and the log. `on_lost` is called once when another worker writes the log."""

    def __init__(self, log: JobLog, on_lost: Callable[[], None]) -> None:
        self._log, self._on_lost = log, on_lost
        self._lines: list[LogLine] = []
        self._changed = threading.Condition()
        self._closing = False
        self._lost = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="job-log")
        self._thread.start()

    def emit(self, line: LogLine) -> None:
        """Take a line; it is written within a moment. Never waits, never raises."""
        with self._changed:
            if not self._lost:
                self._lines.append(line)
                self._changed.notify()

    def close(self, timeout_seconds: float) -> bool:
        """Write what is left, for at most so long; whether everything is written."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(timeout_seconds)
        return not self._lines and not self._lost

    def _run(self) -> None:
        while (batch := self._next()) and not self._lost:
            self._write(batch)
            time.sleep(0 if self._closing else _BEAT_SECONDS)

    def _next(self) -> list[LogLine]:
        """The lines to write next; empty when it is over."""
        with self._changed:
            while not self._lines and not self._closing:
                self._changed.wait()
            return self._lines[:_BATCH]

    def _write(self, batch: list[LogLine]) -> None:
        try:
            self._log.append(batch)
        except LeaseLost:
            self._give_up()
        except PyMongoError as error:
            # MongoDB is away: the lines wait. If it stays away, the lease runs out and the log is somebody else's.
            logger.warning("a job's log waits for MongoDB: %s", str(error)[:200])
            time.sleep(_PAUSE_SECONDS)
        else:
            with self._changed:
                del self._lines[: len(batch)]

    def _give_up(self) -> None:
        with self._changed:
            self._lost = True
            self._lines.clear()
        self._on_lost()
