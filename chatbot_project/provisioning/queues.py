"""The queues, each with a dead-letter queue and a redrive policy."""

import json
from typing import Any

from chatbot_project.broker.address import BrokerAddress

# SQS keeps what nobody fetched for two weeks at most; a dead letter is worth all of it.
_DEAD_LETTER_SECONDS = 14 * 24 * 3600


def queue_provision(
    client: Any, broker: BrokerAddress, queue: str, *, visibility_seconds: int, max_receives: int
) -> None:
    """Make `queue` and its dead-letter queue, or set the attributes of those that are there.

    Without a redrive policy kombu deletes a message it cannot decode; with one it ends where somebody can look at it.
    """
    dead_url = _ensure(client, broker.dead_letter_name(queue), {"MessageRetentionPeriod": str(_DEAD_LETTER_SECONDS)})
    dead_arn = client.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    _ensure(
        client,
        broker.queue_name(queue),
        {
            "VisibilityTimeout": str(visibility_seconds),
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": max_receives}),
        },
    )


def _ensure(client: Any, name: str, attributes: dict[str, str]) -> str:
    """The URL of the queue, made or brought to these attributes."""
    try:
        url = client.get_queue_url(QueueName=name)["QueueUrl"]
    except client.exceptions.QueueDoesNotExist:
        url = client.create_queue(QueueName=name)["QueueUrl"]
    client.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    return str(url)
