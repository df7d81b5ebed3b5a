"""Background workers mirror the dead-letter queues and carry out what was decided: the web process has no keys.

Any number of workers may do so; they take turns.
"""

import logging
import threading
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from celery import Celery, bootsteps
from django.conf import settings
from pymongo.errors import PyMongoError

from orchestrator import dead_letter_mirror as mirror
from orchestrator.dead_letters import wishes_wait

from .address import BrokerAddress, address
from .dead_letters import queue_look
from .visibility import sqs_client

logger = logging.getLogger(__name__)

LOOK_SECONDS = 15.0
"""How often every queue is looked at."""
WISH_SECONDS = 2.0
"""How often it is asked whether somebody decided something."""

QUEUES = (settings.QUEUE_BACKGROUND, settings.QUEUE_INFRASTRUCTURE)


def install(app: Celery) -> None:
    """Let `app`'s background workers watch over the dead letters of all queues."""
    app.steps["consumer"].add(DeadLetterWatch)


class DeadLetterWatch(bootsteps.StartStopStep):
    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, c: Any, **kwargs: Any) -> None:
        self._halt = threading.Event()
        super().__init__(c, **kwargs)

    def include_if(self, c: Any) -> bool:
        return bool(settings.PROCESS_ROLE == settings.QUEUE_BACKGROUND)

    def start(self, c: Any) -> None:
        self._halt = threading.Event()
        arguments = (frozenset(c.app.tasks), self._halt)
        threading.Thread(target=_watch, args=arguments, daemon=True, name="dead-letters").start()

    def stop(self, c: Any) -> None:
        self._halt.set()

    shutdown = stop


def _watch(tasks: frozenset[str], halt: threading.Event) -> None:
    broker = address()
    client = sqs_client(broker)
    away = False
    while not halt.is_set():
        try:
            look_in_turn(client, broker, tasks)
            away = False
        except PyMongoError as error:
            if not away:
                logger.warning("MongoDB is away, dead letters are looked at later: %s", str(error)[:200])
            away = True
        except Exception:
            logger.exception("looking at the dead letters failed")
        halt.wait(WISH_SECONDS)


def look_in_turn(client: Any, broker: BrokerAddress, tasks: frozenset[str]) -> None:
    """Look at each queue whose turn it is, sooner when somebody decided something. Raises PyMongoError."""
    seconds = WISH_SECONDS if wishes_wait() else LOOK_SECONDS
    for queue in QUEUES:
        if not mirror.turn_take(queue, seconds):
            continue
        try:
            queue_look(client, broker, queue, tasks)
        except (ClientError, BotoCoreError) as error:
            logger.warning("the dead letters of %s cannot be looked at: %s", queue, error)
            mirror.problem_store(queue, str(error)[:300])
