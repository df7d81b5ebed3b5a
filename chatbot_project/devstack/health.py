"""Whether a part of the stack is up: the gate's conditions, and the heartbeats that processes write to MongoDB."""

import threading
from datetime import UTC, datetime
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from . import gate


class Health:
    """Asks for one stack; heartbeats older than the start do not count."""

    def __init__(self, mongodb_uri: str, database: str) -> None:
        self._uri, self._database = mongodb_uri, database
        self._since = datetime.now(UTC)
        self._client: MongoClient[dict[str, Any]] | None = None
        self._lock = threading.Lock()

    def is_met(self, condition: str) -> bool:
        kind, _, role = condition.partition(":")
        return self._beats(role) if kind == "heartbeat" else gate.is_met(condition)

    def close(self) -> None:
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _beats(self, role: str) -> bool:
        try:
            rows = self._opened()[self._database]["orchestrator_process"]
            return rows.find_one({"role": role, "seen_at": {"$gte": self._since}}) is not None
        except PyMongoError:
            return False

    def _opened(self) -> MongoClient[dict[str, Any]]:
        with self._lock:
            if self._client is None:
                self._client = MongoClient(self._uri, tz_aware=True, serverSelectionTimeoutMS=2_000)
            return self._client
