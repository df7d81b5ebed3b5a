"""A move is one retryable compare-and-set: broken connections and a killed server never make it count twice.

The ORM's `update()` is `update_many`, which the driver does not repeat: who repeats it by hand counts twice.
"""

import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import PyMongoError

from chatbot_project.mongo import devserver
from tests.servers.failpoints import NETWORK, UNKNOWN_RESULT, connected, failing
from tests.servers.processes import free_port, listens, running, stop


def move(database: Database[dict[str, Any]], version: int) -> dict[str, Any] | None:
    """One compare-and-set, as the orchestrator's transitions do it."""
    return database["machine"].find_one_and_update(
        {"_id": "m", "version": version}, {"$inc": {"version": 1}}, return_document=ReturnDocument.AFTER
    )


@pytest.mark.parametrize("how", [NETWORK, UNKNOWN_RESULT], ids=["network", "unknown result"])
def test_a_move_whose_answer_is_lost_happens_once(mongo_db: Database[dict[str, Any]], how: dict[str, Any]) -> None:
    mongo_db["machine"].insert_one({"_id": "m", "version": 0})
    for version in range(4):
        with failing("findAndModify", how):
            moved = move(mongo_db, version)
        assert moved == {"_id": "m", "version": version + 1}


def test_the_orm_update_is_not_repeated_by_the_driver(mongo_db: Database[dict[str, Any]]) -> None:
    """The trap itself: should this ever change, moves could go through the ORM."""
    mongo_db["machine"].insert_one({"_id": "m", "version": 0})
    with failing("update", NETWORK), pytest.raises(PyMongoError):
        mongo_db["machine"].update_many({"_id": "m"}, {"$inc": {"version": 1}})


def test_killing_the_server_loses_no_acknowledged_move_and_doubles_none(tmp_path: Path) -> None:
    port, data, log = free_port(), tmp_path / "data", tmp_path / "log"
    data.mkdir()
    command = devserver.arguments(port, data)
    acknowledged: list[int] = []
    uncertain: list[int] = []
    halt = threading.Event()
    client = connected(devserver.uri(port))

    def mover() -> None:
        version = 0
        while not halt.is_set():
            try:
                moved = move(client["test"], version)
            except PyMongoError:
                uncertain.append(version)
                moved = client["test"]["machine"].find_one({"_id": "m"})
            else:
                acknowledged.append(version)
            assert moved is not None, f"version {version} was moved by nobody else, and yet it is gone"
            version = int(moved["version"])

    try:
        with running(command, log=log, healthy=lambda: listens(port)) as server:
            devserver.await_primary(port)
            client["test"]["machine"].insert_one({"_id": "m", "version": 0})
            thread = threading.Thread(target=mover)
            thread.start()
            _await(acknowledged, 50)
            stop(server, signal.SIGKILL)
        before = len(acknowledged)
        with running(command, log=log, healthy=lambda: listens(port)):
            devserver.await_primary(port)
            _await(acknowledged, before + 50)
            halt.set()
            thread.join(30)
            final = client["test"]["machine"].find_one({"_id": "m"})
            # While the server is there: a client says good-bye to its server, and looks for it for ten seconds.
            client.close()
    finally:
        halt.set()
        client.close()
    assert final is not None
    assert len(set(acknowledged)) == len(acknowledged)
    assert len(acknowledged) <= final["version"] <= len(acknowledged) + len(uncertain)


def _await(moves: list[int], count: int) -> None:
    from tests.servers.processes import wait_until

    wait_until(lambda: len(moves) >= count, seconds=40, what=f"{count} moves")
