"""Celery's events and remote control over Redis, while tasks travel over SQS.

SQS has no fan-out, so Celery switches both off on it and Flower sees nothing. Here the event dispatcher, the mailbox
and the worker's mailbox reader use Redis. Three private names of Celery 5.7 and kombu 5.7 carry it
(`EventDispatcher._publish`, `Mailbox._publish_reply`, `Control._after_fork`); a test drives real Flower through it.
"""

# Celery's type stubs know only a part of the event dispatcher.
# mypy: disable-error-code="attr-defined"

import logging
import threading
from typing import Any

from celery import Celery, bootsteps
from celery.app.control import Control
from celery.app.events import Events
from celery.events.dispatcher import EventDispatcher
from celery.worker.pidbox import Pidbox
from kombu.pidbox import Mailbox

from .outbox import connected, lazy_connection, outbox

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 2.0
_DRAIN_SECONDS = 1.0


def install(app: Celery) -> None:
    """Give `app`'s workers a mailbox on Redis; set `events_cls` and `control_cls` of the app as well."""
    app.steps["consumer"].add(RedisMailboxStep)


class RedisDispatcher(EventDispatcher):
    """Sends task and worker events through the outbox."""

    def __init__(
        self,
        connection: Any = None,
        hostname: str | None = None,
        enabled: bool = True,
        channel: Any = None,
        buffer_while_offline: bool = True,
        **kwargs: Any,
    ) -> None:
        # A lazy connection in place of the broker's: the base class only asks it for its kind of transport.
        super().__init__(lazy_connection(), hostname, enabled, None, buffer_while_offline, **kwargs)

    def _publish(self, event: Any, producer: Any, routing_key: str, **kwargs: Any) -> None:
        payload, exchange = event.copy(), self.exchange
        outbox.put(
            lambda opened: opened.Producer(auto_declare=False).publish(
                payload,
                routing_key=routing_key,
                exchange=exchange.name,
                declare=[exchange],
                serializer=self.serializer,
                headers=self.headers,
                delivery_mode=self.delivery_mode,
            )
        )


class RedisEvents(Events):
    dispatcher_cls = f"{__name__}:RedisDispatcher"


class RedisMailbox(Mailbox):
    """Answers through the outbox."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The default pool would hold connections to SQS.
        super().__init__(*args, **{**kwargs, "producer_pool": None})

    def _publish_reply(  # noqa: PLR0917 (the base class has them)
        self,
        reply: Any,
        exchange: Any,
        routing_key: str,
        ticket: str,
        channel: Any = None,
        producer: Any = None,
        **opts: Any,
    ) -> None:
        publish = super()._publish_reply
        outbox.put(lambda opened: publish(reply, exchange, routing_key, ticket, channel=opened.default_channel, **opts))


class RedisControl(Control):
    """The asking side: `celery inspect`, `celery control` and our own code."""

    Mailbox = RedisMailbox

    def _after_fork(self) -> None:
        """Nothing to forget: there is no producer pool."""

    def broadcast(self, command: str, *args: Any, **kwargs: Any) -> Any:
        with connected() as opened:
            return super().broadcast(command, *args, **{**kwargs, "connection": opened})


class RedisPidbox(Pidbox):
    """The answering side: reads commands on a thread, runs them on the worker's event loop."""

    _halt: threading.Event | None = None

    def start(self, c: Any) -> None:
        self._halt = threading.Event()
        threading.Thread(target=self._listen, args=(c, self._halt), daemon=True, name="control-mailbox").start()

    def stop(self, c: Any) -> None:
        if self._halt is not None:
            self._halt.set()

    shutdown = stop

    def reset(self) -> None:
        """A failed command does not harm the connection; there is nothing to set up again."""

    def _listen(self, c: Any, halt: threading.Event) -> None:
        while not halt.is_set():
            try:
                with connected() as opened:
                    self._drain(c, opened, halt)
            except Exception as error:
                logger.warning("the control plane is away: %s", error)
                halt.wait(_PAUSE_SECONDS)

    def _drain(self, c: Any, opened: Any, halt: threading.Event) -> None:
        self.node.listen(
            channel=opened.channel(), callback=lambda body, message: c.call_soon(self.on_message, body, message)
        )
        while not halt.is_set():
            try:
                opened.drain_events(timeout=_DRAIN_SECONDS)
            except TimeoutError:
                continue


class RedisMailboxStep(bootsteps.StartStopStep):
    """Takes the place of Celery's own Control step, which excludes itself on SQS."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, c: Any, **kwargs: Any) -> None:
        self._box = RedisPidbox(c)
        super().__init__(c, **kwargs)

    def start(self, parent: Any) -> None:
        self._box.start(parent)

    def stop(self, parent: Any) -> None:
        self._box.stop(parent)

    def shutdown(self, parent: Any) -> None:
        self._box.stop(parent)
