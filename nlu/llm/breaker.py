"""Leaves an endpoint alone that failed several times in a row: messages are not held up by what will not answer.

Each process keeps its own, for each must find out anyway; after the rest one request tries whether it is back.
"""

import threading
import time
from collections.abc import Callable

from .errors import Resting

FAILURES, REST_SECONDS, LONGEST_REST_SECONDS = 5, 30.0, 300.0


class Breaker:
    """Closed (asks), open (rests), half-open (one tries). Thread-safe."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._failures = 0
        self._rests_until = 0.0
        self._is_trying = False

    def enter(self) -> None:
        """Raises Resting. Whoever enters must say `succeeded`, `failed` or `left` afterwards."""
        with self._lock:
            if self._clock() < self._rests_until or self._is_trying:
                raise Resting("The language model did not answer lately, and is left alone for a while.")
            self._is_trying = self._failures >= FAILURES

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._is_trying = 0, False

    def failed(self, retry_after: float | None = None) -> None:
        """`retry_after` seconds were asked for by the endpoint itself."""
        with self._lock:
            self._failures += 1
            self._is_trying = False
            rest = REST_SECONDS if self._failures >= FAILURES else 0.0
            rest = max(rest, min(retry_after or 0.0, LONGEST_REST_SECONDS))
            self._rests_until = max(self._rests_until, self._clock() + rest) if rest else self._rests_until

    def left(self) -> None:
        """Nothing was learned about the endpoint."""
        with self._lock:
            self._is_trying = False


_breakers: dict[tuple[str, str], Breaker] = {}
_breakers_lock = threading.Lock()


def breaker_of(base_url: str, model: str) -> Breaker:
    """This process's breaker of an endpoint."""
    with _breakers_lock:
        return _breakers.setdefault((base_url, model), Breaker())
