"""Whatever cannot be worked off ends in the dead-letter queue: never in a loop, never dropped, and alone."""

from pathlib import Path

from tests.servers.processes import wait_until

from .conftest import QUEUE, Broker, lines
from .poison import UNDECODABLE, UNKNOWN


def _dead(broker: Broker) -> int:
    return broker.count(broker.address.dead_letter_name(QUEUE))


def _waiting(broker: Broker) -> int:
    return broker.count(broker.address.queue_name(QUEUE))


def test_poison_ends_with_the_dead_letters_and_takes_nobody_with_it(broker: Broker, worker: Path) -> None:
    poison = {**UNDECODABLE, **UNKNOWN}
    for number, body in enumerate(poison.values()):
        broker.send_raw(body)
        broker.note(f"beside {number}")

    wait_until(lambda: _waiting(broker) == 0, seconds=90, what=f"an empty queue; left: {_waiting(broker)}")

    assert _dead(broker) == len(poison)
    assert sorted(lines(broker.notes)) == sorted(["first", *(f"beside {number}" for number in range(len(poison)))])


def test_a_task_that_always_fails_ends_with_the_dead_letters(broker: Broker, worker: Path) -> None:
    begun = broker.directory / "begun"
    broker.send("tests.fail", str(begun))

    wait_until(lambda: _dead(broker) == 1, seconds=60, what="the dead letter")

    assert lines(begun) == ["fail", "fail"]
    assert _waiting(broker) == 0


def test_a_task_that_kills_its_process_ends_with_the_dead_letters(broker: Broker, worker: Path) -> None:
    begun = broker.directory / "begun"
    broker.send("tests.die", str(begun))

    wait_until(lambda: _dead(broker) == 1, seconds=60, what="the dead letter")

    assert lines(begun) == ["die", "die"]
    assert _waiting(broker) == 0
    broker.note("after")
    wait_until(lambda: "after" in lines(broker.notes), seconds=20, what="the next task")
