"""Looking at a dead-letter queue without emptying it: writes down what is there, carries out what was decided.

A look receives every message, which hides it from others for a while, and shows it again at the end. Any number of
processes may look at once. To redrive is to send first and delete then: a message that comes twice does no harm.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Set
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orchestrator import dead_letter_mirror as mirror
from orchestrator.dead_letters import LetterWish
from orchestrator.documents import utc_now

from .address import BrokerAddress
from .letters import letter_of

logger = logging.getLogger(__name__)

HIDDEN_SECONDS = 30
"""At most: at the end of the look everything is shown again."""
MOST = 1_000
"""Letters in one look. What is behind them is seen when they are gone; the depth counts them all."""

_LOOK_SECONDS = HIDDEN_SECONDS / 2
_BATCH = 10
_WAIT_SECONDS = 1
_SENT = ("StringValue", "BinaryValue", "DataType")


def queue_look(client: Any, broker: BrokerAddress, queue: str, tasks: Set[str]) -> int:
    """Look at the dead letters of `queue` once; how many there are left. `tasks` are the names that workers know.

    Raises ClientError, BotoCoreError and PyMongoError; what was done until then is written down.
    """
    looked_at = utc_now()
    url = broker.dead_letter_url(queue)
    shown, hidden = _counts(client, url)
    held: dict[str, str] = {}
    ended = 0
    complete = not shown
    try:
        for message in _received(client, url) if shown else ():
            if message is None:
                complete = True
                break
            held[message["MessageId"]] = message["ReceiptHandle"]
            wish = mirror.letter_seen(letter_of(message, queue, tasks), looked_at)
            if wish is not None and mirror.wish_begin(wish):
                _carry_out(client, broker.queue_url(queue), url, message, wish.action)
                mirror.wish_done(wish)
                del held[message["MessageId"]]
                ended += 1
    finally:
        _show(client, url, list(held.values()))
    if complete and not hidden:
        mirror.letters_missing(queue, looked_at)
    depth = max(len(held), shown + hidden - ended)
    mirror.depth_store(queue, depth)
    return depth


def _carry_out(client: Any, queue_url: str, url: str, message: Mapping[str, Any], action: LetterWish) -> None:
    if action is LetterWish.REDRIVE:
        attributes = {
            name: {key: value for key, value in each.items() if key in _SENT}
            for name, each in message.get("MessageAttributes", {}).items()
        }
        client.send_message(QueueUrl=queue_url, MessageBody=message["Body"], MessageAttributes=attributes)
    client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    logger.info("dead letter: %s", action.value, extra={"message_id": message["MessageId"], "queue": queue_url})


def _received(client: Any, url: str) -> Iterator[Mapping[str, Any] | None]:
    """Each message once, then None when there was no other; without None when there may be more."""
    seen: set[str] = set()
    until = time.monotonic() + _LOOK_SECONDS
    while len(seen) < MOST and time.monotonic() < until:
        answer = client.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=_BATCH,
            VisibilityTimeout=HIDDEN_SECONDS,
            WaitTimeSeconds=_WAIT_SECONDS,
            MessageSystemAttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        if not messages:
            yield None
            return
        for message in messages:
            if message["MessageId"] not in seen:
                seen.add(message["MessageId"])
                yield message


def _counts(client: Any, url: str) -> tuple[int, int]:
    """How many messages can be received, and how many somebody has in hand (or that are not to be seen yet)."""
    names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    shown, *hidden = (int(found.get(name, 0)) for name in names)
    return shown, sum(hidden)


def _show(client: Any, url: str, handles: list[str]) -> None:
    """Let others receive the messages again at once; what fails shows itself after HIDDEN_SECONDS."""
    for start in range(0, len(handles), _BATCH):
        entries = [
            {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 0}
            for number, handle in enumerate(handles[start : start + _BATCH])
        ]
        try:
            client.change_message_visibility_batch(QueueUrl=url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            logger.warning("dead letters stay hidden for a while: %s", error)
