"""Plain PyMongo for the hot collections: one client per process, opened on first use and again after a fork."""

import os
import threading
from typing import Any

from django.conf import settings
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

Document = dict[str, Any]

_lock = threading.RLock()
_clients: dict[tuple[int, str], MongoClient[Document]] = {}


def client() -> MongoClient[Document]:
    """This process's client (thread-safe; majority, journalled, retryable writes; aware UTC datetimes)."""
    key = (os.getpid(), settings.MONGODB_URI)
    found = _clients.get(key)
    if found is None:
        with _lock:
            found = _clients.get(key)
            if found is None:
                found = _clients[key] = MongoClient(settings.MONGODB_URI, **settings.MONGODB_OPTIONS)
    return found


def database() -> Database[Document]:
    """The database that Django's models live in too (the test runner renames it)."""
    return client()[settings.DATABASES["default"]["NAME"]]


def collection(name: str) -> Collection[Document]:
    """A collection by its `db_table` name."""
    return database()[name]


def close() -> None:
    """Close this process's clients, and Django's pool: before a fork, after one, and at the end."""
    from django.db import connections

    with _lock:
        for key in [key for key in _clients if key[0] == os.getpid()]:
            _clients.pop(key).close()
    for connection in connections.all(initialized_only=True):
        close_pool = getattr(connection, "close_pool", None)
        if close_pool is not None and connection.connection is not None:
            close_pool()


def forget_after_fork() -> None:
    """In a forked child: drop what the parent opened without touching its sockets."""
    if not settings.configured:
        return
    from django.db import connections

    # The parent may have forked while another of its threads held the lock.
    _lock._at_fork_reinit()  # type: ignore[attr-defined]
    _clients.clear()
    for connection in connections.all(initialized_only=True):
        connection.connection = None
        connection.__dict__.pop("database", None)
        pools = getattr(connection, "_connection_pools", None)
        if pools is not None:
            pools.clear()


os.register_at_fork(after_in_child=forget_after_fork)
