"""The private mongod: found, started, started again on another port, and missed in a sentence."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chatbot_project.mongo import devserver
from tests.servers.failpoints import connected
from tests.servers.processes import free_port, listens, running


def test_its_data_survives_a_start_on_another_port(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    data.mkdir()
    for count in (1, 2):
        port = free_port()
        with running(devserver.arguments(port, data), log=log, healthy=lambda port=port: listens(port)):  # type: ignore[misc]
            devserver.await_primary(port)
            client = connected(devserver.uri(port))
            client["test"]["thing"].insert_one({"_id": count})
            assert client["test"]["thing"].count_documents({}) == count
            client.close()


_DIES_IN_A_TRANSACTION = """
import os, signal, sys
from pymongo import MongoClient
client = MongoClient(sys.argv[1])
with client.start_session() as session:
    session.start_transaction()
    client.test.thing.update_one({"_id": 1}, {"$set": {"by": "the dead"}}, session=session)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_who_dies_in_a_transaction_holds_its_documents_for_seconds_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    port = free_port()
    with running(devserver.arguments(port, data), log=tmp_path / "log", healthy=lambda: listens(port)):
        devserver.await_primary(port)
        client = connected(devserver.uri(port))
        thing = client["test"]["thing"]
        thing.insert_one({"_id": 1})
        subprocess.run([sys.executable, "-c", _DIES_IN_A_TRANSACTION, devserver.uri(port)], env=os.environ, check=False)
        began = time.monotonic()
        thing.update_one({"_id": 1}, {"$set": {"by": "the living"}})
        # mongod looks every half of it; the rest is for a busy machine.
        assert time.monotonic() - began < 1.5 * devserver.TRANSACTION_SECONDS + 5
        assert thing.find_one() == {"_id": 1, "by": "the living"}
        client.close()


def test_a_wrong_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGOD", "/nowhere/mongod")
    with pytest.raises(devserver.MongodMissing, match="MONGOD='/nowhere/mongod' is not a program"):
        devserver.mongod_binary()


def test_none_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MONGOD", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(devserver, "_from_wheel", lambda: None)
    with pytest.raises(devserver.MongodMissing, match="point MONGODB_URI at a replica set"):
        devserver.mongod_binary()


def test_waiting_for_one_that_is_not_there_ends() -> None:
    port = free_port()
    with pytest.raises(TimeoutError, match=f"mongod on port {port} does not listen"):
        devserver.await_primary(port, timeout_seconds=0.1)
