"""Keeps the messages this worker holds invisible to the others, for as long as it lives.

kombu never extends a message's visibility: on a queue of 10 s a task of 28 s ran three times. With this the queue's
visibility time may be short, and the message of a worker that died comes back soon.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import boto3
from celery import Celery, bootsteps

from .acknowledge import Receipt
from .address import BrokerAddress, address
from .transport import CLIENT_TIMEOUTS

logger = logging.getLogger(__name__)

_BATCH = 10
"""The most that SQS takes in one call."""


def install(app: Celery) -> None:
    """Let `app`'s workers extend what they hold, to the transport option `message_seconds`."""
    app.steps["consumer"].add(VisibilityHeartbeat)


def sqs_client(broker: BrokerAddress) -> Any:
    """A boto3 client with the broker's own endpoint and keys."""
    return boto3.session.Session().client(
        "sqs",
        region_name=broker.region,
        endpoint_url=broker.endpoint_url,
        aws_access_key_id=broker.access_key_id,
        aws_secret_access_key=broker.secret_access_key,
        config=CLIENT_TIMEOUTS,
    )


class VisibilityHeartbeat(bootsteps.StartStopStep):
    """A thread beside the event loop: a hub that is busy for a while must not lose the messages it holds."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, c: Any, **kwargs: Any) -> None:
        self._halt = threading.Event()
        super().__init__(c, **kwargs)

    def start(self, c: Any) -> None:
        seconds = int(c.app.conf.broker_transport_options["message_seconds"])
        arguments = (sqs_client(address()), c.task_consumer.channel.qos, seconds, self._halt)
        threading.Thread(target=_beat, args=arguments, daemon=True, name="sqs-visibility").start()

    def stop(self, c: Any) -> None:
        """Not yet: in a warm shutdown, and when the consumer starts again, running tasks still hold their messages."""

    def shutdown(self, c: Any) -> None:
        self._halt.set()


def _beat(client: Any, qos: Any, seconds: int, halt: threading.Event) -> None:
    while not halt.wait(seconds / 4):
        try:
            extend(client, held(qos), seconds)
        except Exception as error:
            # Three more beats fit into the time that is left.
            logger.warning("messages held could not be extended: %s", error)


def held(qos: Any) -> list[Receipt]:
    """What was received and not yet acknowledged: running, waiting for a process, or delayed."""
    # list() over a dictionary that the event loop changes may raise RuntimeError: the next beat looks again.
    messages = [(tag, message.delivery_info) for tag, message in list(qos._delivered.items())]
    return [
        Receipt(queue_url=info["sqs_queue"], handle=info["sqs_message"]["ReceiptHandle"])
        for tag, info in messages
        if "sqs_message" in info and tag not in qos._dirty
    ]


def extend(client: Any, receipts: Iterable[Receipt], seconds: int) -> None:
    """Hide the messages for another `seconds` from now. One that is lost already is logged: its task may run twice."""
    by_queue: dict[str, list[str]] = defaultdict(list)
    for receipt in receipts:
        by_queue[receipt.queue_url].append(receipt.handle)
    for queue_url, handles in by_queue.items():
        for batch in _batches(handles):
            answer = client.change_message_visibility_batch(
                QueueUrl=queue_url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": seconds}
                    for number, handle in enumerate(batch)
                ],
            )
            for failure in answer.get("Failed", ()):
                logger.error("a message held was lost to another worker: %s", failure.get("Message"))


def _batches(handles: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(handles), _BATCH):
        yield handles[start : start + _BATCH]
