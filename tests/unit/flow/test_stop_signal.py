"""A process that is told to stop while it is about to wait for that."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from orchestrator.stopping import stop_on_signals


@pytest.fixture(autouse=True)
def handlers_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_comes_while_the_waiting_holds_its_lock_stops_it(number: signal.Signals) -> None:
    stop = threading.Event()
    stop_on_signals(stop)
    # As in the moments around `stop.wait` itself: the handler runs in this thread and must not want this lock.
    with stop._cond:
        os.kill(os.getpid(), number)
    assert stop.wait(10)
