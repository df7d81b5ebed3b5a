"""Monitoring messages on their way to Redis: a bounded queue and one thread per process."""

import logging
import os
import queue
import threading
import time
from collections.abc import Callable

from django.conf import settings
from kombu import Connection

logger = logging.getLogger(__name__)

Send = Callable[[Connection], object]

_CAPACITY = 20_000
_PAUSE_SECONDS = 1.0


def lazy_connection() -> Connection:
    """A connection to the control plane's Redis, not yet opened; short limits, for nothing here may wait long."""
    return Connection(
        settings.CONTROL_REDIS_URL,
        connect_timeout=1,
        transport_options={"socket_connect_timeout": 1, "socket_timeout": 3},
    )


def connected() -> Connection:
    """An open connection, or an error within about a second."""
    opened = lazy_connection()
    opened.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
    return opened


class Outbox:
    """The worker's event loop only puts things in; Redis being slow or away costs monitoring and never a task."""

    def __init__(self) -> None:
        self._pid: int | None = None
        self._queue: queue.Queue[Send] = queue.Queue()

    def put(self, send: Send) -> None:
        """Call `send(connection)` soon, on the thread; dropped when too much waits already."""
        if self._pid != os.getpid():
            self._start()
        try:
            self._queue.put_nowait(send)
        except queue.Full:
            logger.debug("a monitoring message was dropped: the control plane is behind")

    def _start(self) -> None:
        # Also in a forked child, where the parent's thread does not exist.
        self._pid, self._queue = os.getpid(), queue.Queue(_CAPACITY)
        threading.Thread(target=self._run, args=(self._queue,), daemon=True, name="control-outbox").start()

    def _run(self, waiting: "queue.Queue[Send]") -> None:
        opened: Connection | None = None
        while True:
            send = waiting.get()
            try:
                opened = opened or connected()
                send(opened)
            except Exception as error:
                logger.warning("the control plane is away: %s", error)
                opened = None
                time.sleep(_PAUSE_SECONDS)


outbox = Outbox()
