"""kombu's SQS transport, made to survive what SQS and the network do.

Measured on kombu 5.7.0: one failed `ReceiveMessage` ends a queue's poll loop for ever while the worker looks alive.

1. HTTP 5xx and curl errors become `[]`, on which the transport calls `.get`; the loop's callback dies.
2. HTTP 4xx (throttled, expired token, access denied) raises inside the event loop; the same.
3. No request has a time limit; a half-open connection hangs the loop (`http.TimedCurlClient`).
4. A failed `DeleteMessage` is forgotten (`acknowledge.Acknowledger`).
5. With `polling_interval` 0 and every slot taken the loop spins at full speed for as long as the task runs.
6. A message that breaks its own delivery holds a slot for ever and hides those that were received with it.
7. A rejected message is deleted when its queue seems to have no redrive policy.

So the loop here is our own: each turn ends in exactly one of "again now", "again after a pause" and "when a slot is
free", and a watchdog starts a new loop when a turn did not end at all.
"""

# kombu's type stubs know only a part of the SQS channel.
# mypy: disable-error-code="attr-defined,misc"

import logging
import time
from typing import Any

from amqp.protocol import queue_declare_ok_t
from botocore.client import Config
from kombu.asynchronous.aws.sqs.connection import AsyncSQSConnection
from kombu.transport import SQS, TRANSPORT_ALIASES, virtual
from vine import promise

from . import http
from .acknowledge import Acknowledger, Receipt
from .address import address

logger = logging.getLogger(__name__)

# A scheme of its own: whoever forgets to import this module gets an error instead of the stock transport.
SCHEME = "safesqs"
TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"

PAUSE_SECONDS = 1.0
"""After a failed receive."""
FULL_PAUSE_SECONDS = 1.0
"""At most, when every slot is taken; an acknowledgement ends it sooner."""
WATCH_SECONDS = 5.0

CLIENT_TIMEOUTS = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"})
"""Of sending, deleting and changing visibility. Receiving does not go through this client but through curl."""


class _Failed(dict[str, Any]):
    """The answer to a receive that failed: no messages, and told apart from an empty queue."""


class _Connection(AsyncSQSConnection):
    def _on_list_ready(self, parent: Any, markers: Any, operation: Any, response: Any) -> dict[str, Any]:
        try:
            parsed = super()._on_list_ready(parent, markers, operation, response)
        except Exception as error:
            logger.warning("%s on %s failed: %s", operation, parent, str(error)[:300])
            return _Failed()
        if isinstance(parsed, dict):
            return parsed
        logger.warning("%s on %s failed: HTTP %s %s", operation, parent, response.status, response.reason)
        return _Failed()


class Channel(SQS.Channel):
    """One per worker process. `_turns` numbers the poll loop of each queue, so that a loop that was given up on cannot
    come back beside its successor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._address = address()
        self._turns: dict[str, int] = {}
        self._last_turn: dict[str, float] = {}
        self._paused: dict[str, Any] = {}
        self._watchdog: Any = None
        super().__init__(*args, **kwargs)
        if self.hub is not None:
            http.install(self.hub, self.request_timeout_seconds)
        give_up = float(self.transport_options.get("message_seconds", 60))
        self._acknowledger = Acknowledger(self.sqs, give_up)

    @property
    def request_timeout_seconds(self) -> int:
        """Longer than a long poll, so that a healthy one is never cut."""
        return int(self.wait_time_seconds) + 10

    # Connections

    @property
    def endpoint_url(self) -> str:
        return self._address.endpoint_url

    def new_sqs_client(self, *args: Any, **kwargs: Any) -> Any:
        """A boto3 client of the broker, whatever keys kombu has found."""
        return self._new_boto_client(
            service="sqs",
            region=self._address.region,
            access_key_id=self._address.access_key_id,
            secret_access_key=self._address.secret_access_key,
            config=CLIENT_TIMEOUTS,
        )

    def sqs(self, queue: str | None = None) -> Any:
        """The one client: all our queues have the same keys, and a message's own headers do not choose among them."""
        if self._sqs is None:
            self._sqs = self.new_sqs_client()
        return self._sqs

    def asynsqs(self, queue: str | None = None) -> _Connection:
        if self._asynsqs is None:
            self._asynsqs = _Connection(sqs_connection=self.sqs(), region=self._address.region)
        return self._asynsqs

    def queue_declare(self, queue: str | None = None, passive: bool = False, **kwargs: Any) -> Any:
        """kombu asks for the queue's length whenever it is declared: a worker could not even start while SQS is away,
        and would tear down its consumer again and again."""
        if passive or queue is None:
            return super().queue_declare(queue, passive=passive, **kwargs)
        self._new_queue(queue, **kwargs)
        return queue_declare_ok_t(queue, 0, 0)

    # The poll loop

    def _schedule_queue(self, queue: str) -> None:
        """Start the loop of `queue`, in place of one that may be running. kombu calls this when consuming begins."""
        turn = self._turns[queue] = self._turns.get(queue, 0) + 1
        if self._watchdog is None:
            self._watchdog = self.hub.call_repeatedly(WATCH_SECONDS, self._watch)
        self._poll_queue(queue, turn)

    def _poll_queue(self, queue: str, turn: int) -> None:
        if queue not in self._active_queues or turn != self._turns.get(queue):
            return
        self._last_turn[queue] = time.monotonic()
        self._paused.pop(queue, None)
        if not self.qos.can_consume():
            self._paused[queue] = self.hub.call_later(FULL_PAUSE_SECONDS, self._poll_queue, queue, turn)
            return
        try:
            self._get_bulk_async(queue, callback=promise(self._polled, (queue, turn)))
        except Exception:
            logger.exception("polling %s failed", queue)
            self.hub.call_later(PAUSE_SECONDS, self._poll_queue, queue, turn)

    def _on_messages_ready(self, queue_url: str, queue: str, messages: dict[str, Any]) -> int | None:
        """Deliver each by itself; how many there were, or None when nothing can be said because it failed."""
        if isinstance(messages, _Failed):
            return None
        found = messages.get("Messages") or ()
        for message in found:
            try:
                super()._on_messages_ready(queue_url, queue, {"Messages": [message]})
            except Exception:
                logger.exception("a message of %s cannot be delivered: %s", queue, message.get("MessageId"))
                self._let_go(message["ReceiptHandle"])
        return len(found)

    def _let_go(self, delivery_tag: str) -> None:
        """Hold the message no longer: it comes back after its visibility time, and in the end is a dead letter."""
        if delivery_tag in (self.qos._delivered or ()):
            virtual.Channel.basic_ack(self, delivery_tag)

    def _polled(self, queue: str, turn: int, fetched: int | None) -> None:
        if fetched is None:
            self.hub.call_later(PAUSE_SECONDS, self._poll_queue, queue, turn)
        else:
            self.hub.call_soon(self._poll_queue, queue, turn)

    def _resume(self) -> None:
        """A slot became free: poll the queues that waited for one."""
        for queue, timer in list(self._paused.items()):
            timer.cancel()
            self._paused.pop(queue, None)
            self.hub.call_soon(self._poll_queue, queue, self._turns[queue])

    def _watch(self) -> None:
        limit = self.request_timeout_seconds + 3 * WATCH_SECONDS
        for queue, last in list(self._last_turn.items()):
            silent = time.monotonic() - last
            if queue in self._active_queues and silent > limit:
                logger.critical("the poll loop of %s stalled for %.0f s: starting it again", queue, silent)
                self._schedule_queue(queue)

    # Acknowledgements

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        receipt = self._receipt(delivery_tag)
        if receipt is not None:
            self._acknowledger.delete(receipt)
        virtual.Channel.basic_ack(self, delivery_tag)
        self._resume()

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Never deletes: SQS delivers the message again, and makes it a dead letter after SQS_MAX_RECEIVES times.

        With `requeue` it comes back soon, otherwise after its visibility time.
        """
        try:
            self.qos.reject(delivery_tag, requeue=requeue)
        except Exception as error:
            # The slot must be free again in any case; SQS delivers the message again by itself.
            logger.warning("a message could not be rejected, it will be delivered again: %s", error)
            virtual.Channel.basic_ack(self, delivery_tag)
        self._resume()

    def _restore(self, message: Any) -> None:
        """Let SQS deliver the message again soon: by its receipt, for what it says of its queue may be wrong."""
        info = message.delivery_info
        self.sqs().change_message_visibility(
            QueueUrl=info["sqs_queue"],
            ReceiptHandle=info["sqs_message"]["ReceiptHandle"],
            VisibilityTimeout=int(self.wait_time_seconds),
        )

    def _receipt(self, delivery_tag: str) -> Receipt | None:
        try:
            info = self.qos.get(delivery_tag).delivery_info
            return Receipt(queue_url=info["sqs_queue"], handle=info["sqs_message"]["ReceiptHandle"])
        except KeyError:
            return None

    def close(self) -> None:
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None
        self._acknowledger.close()
        super().close()


class Transport(SQS.Transport):
    Channel = Channel
