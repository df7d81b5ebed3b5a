"""What becomes of messages: held ones stay ours, lost ones come back, poisonous ones end in the dead-letter queue."""

import base64
import json
import os
import signal
from pathlib import Path

from tests.servers.processes import wait_until

from .conftest import VISIBILITY_SECONDS, Broker, lines


def test_a_long_task_runs_once(broker: Broker, worker: Path) -> None:
    started, gate = broker.directory / "started", broker.directory / "gate"
    broker.send("tests.hold", str(started), str(gate))
    wait_until(lambda: len(lines(started)) == 1, seconds=20, what="the long task")

    # Beats come at a quarter of the visibility time: after nine, it is over twice.
    before = broker.proxy.seen["ChangeMessageVisibilityBatch"]
    wait_until(
        lambda: broker.proxy.seen["ChangeMessageVisibilityBatch"] >= before + 9,
        seconds=4 * VISIBILITY_SECONDS,
        what="nine extensions",
    )
    gate.touch()
    wait_until(lambda: "end" in lines(started), seconds=10, what="the end of the task")
    wait_until(lambda: broker.count(broker.address.queue_name("background")) == 0, seconds=20, what="an empty queue")

    assert len(lines(started)) == 2
    assert "lost to another worker" not in worker.read_text()


def test_a_task_whose_process_was_killed_runs_again(broker: Broker, worker: Path) -> None:
    started, gate = broker.directory / "started", broker.directory / "gate"
    broker.send("tests.hold", str(started), str(gate))
    wait_until(lambda: len(lines(started)) == 1, seconds=20, what="the task")

    os.kill(int(lines(started)[0]), signal.SIGKILL)

    wait_until(lambda: len(lines(started)) == 2, seconds=30, what="the second delivery")
    gate.touch()
    wait_until(lambda: "end" in lines(started), seconds=10, what="the end of the task")


def test_poisonous_messages_end_in_the_dead_letter_queue(broker: Broker, worker: Path) -> None:
    unknown = {"body": base64.b64encode(b"[[], {}, {}]").decode(), "headers": {"task": "tests.nobody", "id": "1"}}
    unknown |= {"content-type": "application/json", "content-encoding": "utf-8"}
    unknown["properties"] = {
        "body_encoding": "base64",
        "delivery_info": {"exchange": "", "routing_key": "background"},
        "delivery_tag": "1",
        "correlation_id": "1",
    }
    broker.send_raw("this is not a task")
    broker.send_raw(base64.b64encode(json.dumps(unknown).encode()).decode())

    dead = broker.address.dead_letter_name("background")
    wait_until(lambda: broker.count(dead) == 2, seconds=60, what="two dead letters")
    assert broker.count(broker.address.queue_name("background")) == 0

    broker.note("after")
    wait_until(lambda: "after" in lines(broker.notes), seconds=20, what="the next task")
