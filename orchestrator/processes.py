"""Signs of life of workers and schedulers, so that people see what runs and health checks see what does not."""

import logging
import os
import threading

from pymongo.errors import PyMongoError

from chatbot_project.mongo.connections import collection

from .documents import utc_now
from .hosts import this_host

logger = logging.getLogger(__name__)

BEAT_SECONDS = 5.0


class Presence:
    """One process's row in orchestrator_process, kept fresh by a thread."""

    def __init__(self, role: str, name: str | None = None) -> None:
        self.host, self.pid, self.role = this_host(), os.getpid(), role
        self.name = name or f"{role}@{self.host}"
        self._id = f"{self.name}:{self.pid}"
        self._started_at = utc_now()
        self._stop = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True, name="presence").start()

    def stop(self) -> None:
        """Say good-bye: the row goes at once instead of growing old."""
        self._stop.set()
        try:
            collection("orchestrator_process").delete_one({"_id": self._id})
        except PyMongoError as error:
            logger.debug("the good-bye was not heard: %s", error)

    def beat(self) -> None:
        """One sign of life. Raises PyMongoError."""
        row = {"name": self.name, "role": self.role, "host": self.host, "pid": self.pid}
        # On the server's clock: others judge by it whether this machine is alive.
        update = {
            "$set": row,
            "$currentDate": {"seen_at": True},
            "$setOnInsert": {"started_at": self._started_at},
        }
        collection("orchestrator_process").update_one({"_id": self._id}, update, upsert=True)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.beat()
            except PyMongoError as error:
                logger.debug("a sign of life was not heard: %s", error)
            self._stop.wait(BEAT_SECONDS)
