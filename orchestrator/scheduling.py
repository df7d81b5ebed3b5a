"""The scheduler's loop: follow the outbox, sweep at every round. Any number of schedulers may run at once."""

import logging
import threading
import time

from django.conf import settings
from pymongo.errors import PyMongoError

from chatbot_project.mongo.connections import client

from . import outbox
from .processes import Presence
from .sweeps import sweep_once

logger = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Until `stop`. MongoDB and the queue may go away and come back meanwhile."""
    presence = Presence("scheduler")
    presence.start()
    follower = threading.Thread(target=outbox.follow, args=(stop,), daemon=True, name="outbox-follower")
    follower.start()
    logger.info("the scheduler is at work")
    try:
        _sweep(stop)
    finally:
        follower.join(timeout=5.0)
        presence.stop()
    logger.info("the scheduler has stopped")


def _sweep(stop: threading.Event) -> None:
    away_since: float | None = None
    while not stop.is_set():
        try:
            client().admin.command("ping")
            if away_since is not None:
                logger.info("MongoDB is back after %.0f s", time.monotonic() - away_since)
                away_since = None
                # Workers take their leases back first: an outage must not make jobs look abandoned.
                stop.wait(2 * settings.ORCHESTRATOR["HEARTBEAT_SECONDS"])
            mended = sweep_once()
        except PyMongoError as error:
            if away_since is None:
                away_since = time.monotonic()
                logger.warning("MongoDB is away, waiting for it: %s", str(error)[:200])
        else:
            if any(mended.values()):
                logger.info("mended", extra={"mended": {name: count for name, count in mended.items() if count}})
        stop.wait(settings.ORCHESTRATOR["SWEEP_SECONDS"])
