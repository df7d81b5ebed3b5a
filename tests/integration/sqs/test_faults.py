"""A worker goes on working after whatever SQS and the network do to it."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from tests.servers.processes import wait_until

from .conftest import Broker, lines


def test_goes_on_after_failed_receives(broker: Broker, worker: Path) -> None:
    for status in (500, 503, 403, 400):
        broker.proxy.answer("ReceiveMessage", status)
        before = broker.proxy.seen["ReceiveMessage"]
        # Two in a row: the first could be a long poll from before.
        wait_until(lambda: broker.proxy.seen["ReceiveMessage"] >= before + 2, seconds=20, what="failed receives")  # noqa: B023
        broker.proxy.heal()

        _runs_another(broker)


def test_pauses_between_failed_receives(broker: Broker, worker: Path) -> None:
    broker.proxy.answer("ReceiveMessage", 500)
    before = broker.proxy.seen["ReceiveMessage"]
    wait_until(lambda: broker.proxy.seen["ReceiveMessage"] >= before + 3, seconds=20, what="three failed receives")

    log = [line for line in worker.read_text().splitlines() if "ReceiveMessage on background failed" in line]
    assert 2 <= len(log) <= 5


def test_goes_on_after_refused_connections(broker: Broker, worker: Path) -> None:
    broker.proxy.refuse()
    wait_until(
        lambda: worker.read_text().count("ReceiveMessage on background failed") >= 2,
        seconds=20,
        what="refused receives",
    )
    broker.proxy.heal()

    _runs_another(broker)


def test_goes_on_after_a_half_open_connection(broker: Broker, worker: Path) -> None:
    broker.proxy.cut()

    # The long poll (1 s) is given up after ten seconds more.
    _runs_another(broker, seconds=30)


def test_repeats_an_acknowledgement_that_failed(broker: Broker, start_worker: Callable[[], Path]) -> None:
    broker.proxy.answer("DeleteMessage", 500)
    log = start_worker()
    broker.note("once")
    wait_until(lambda: "could not be acknowledged" in log.read_text(), seconds=20, what="a failed acknowledgement")
    broker.proxy.heal()

    wait_until(lambda: broker.count(broker.address.queue_name("background")) == 0, seconds=20, what="an empty queue")
    assert lines(broker.notes) == ["once"]


def test_starts_while_the_broker_is_away(broker: Broker, start_worker: Callable[[], Path]) -> None:
    broker.proxy.refuse()
    log = start_worker()
    wait_until(lambda: "ReceiveMessage on background failed" in log.read_text(), seconds=20, what="a refused receive")
    broker.proxy.heal()

    _runs_another(broker)


def _runs_another(broker: Broker, seconds: float = 20) -> None:
    text = uuid4().hex
    broker.note(text)
    wait_until(lambda: text in lines(broker.notes), seconds=seconds, what="the next task")
