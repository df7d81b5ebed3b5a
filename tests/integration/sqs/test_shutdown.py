"""A worker that is told to stop: it takes no more, ends what it has begun, and gives back the rest at once."""

import signal
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.servers.processes import wait_until

from .conftest import VISIBILITY_SECONDS, Broker, lines


def test_what_was_not_begun_is_given_back_at_once(
    broker: Broker, worker: Path, start_worker: Callable[[], Path]
) -> None:
    started, gate = broker.directory / "started", broker.directory / "gate"
    broker.send("tests.hold", str(started), str(gate))
    wait_until(lambda: len(lines(started)) == 1, seconds=20, what="the long task")
    for number in range(3):
        broker.note(f"later {number}")
    queue = broker.address.queue_name("background")
    wait_until(lambda: broker.visible(queue) == 0, seconds=20, what="all messages in the worker's hands")

    parent = psutil.Process(int(lines(started)[0])).parent()
    assert parent is not None
    parent.send_signal(signal.SIGTERM)
    wait_until(lambda: "shutdown" in worker.read_text(), seconds=10, what="the worker's last words")
    gate.touch()
    wait_until(lambda: _ended(parent), seconds=20, what="the worker's end")

    assert "end" in lines(started)
    done = [line for line in lines(broker.notes) if line.startswith("later")]
    assert broker.count(queue) == 3 - len(done)
    # Who has just polled must not get them back: they may be fetched when its poll is over, long before they time out.
    wait_until(lambda: broker.visible(queue) == 3 - len(done), seconds=VISIBILITY_SECONDS - 2, what="them to be there")


def _ended(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
