"""Starts, ends, and servers that go away: a sentence, a code, and everything goes on by itself."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pymongo
import pytest
from pymongo.database import Database

from chatbot_project.mongo import devserver
from tests.integration.web.clients import Chat, Person, Server, chat, raw, rest
from tests.integration.web.conftest import ROOT, web_command, web_environment
from tests.servers.forks import run
from tests.servers.processes import free_port, listens, running
from tests.servers.redis import redis_server

Mongo = Database[dict[str, object]]
Process = subprocess.Popen[bytes]


@contextmanager
def web_process(
    directory: Path, mongodb_uri: str, redis_url: str
) -> Iterator[tuple[Server, "subprocess.Popen[bytes]"]]:
    port, log = free_port(), directory / "web.log"
    env = web_environment(mongodb_uri, redis_url)
    with running(web_command(port), log=log, env=env, cwd=ROOT, healthy=lambda: listens(port)) as process:
        yield Server(port, log), process


async def test_the_end_closes_sockets_with_1012_and_streams_properly(
    tmp_path: Path, migrated_mongo: str, redis_url: str, ann: Person
) -> None:
    with web_process(tmp_path, migrated_mongo, redis_url) as (web, process):
        async with chat(web.socket(), ann) as client, httpx.AsyncClient(trust_env=False, timeout=20) as http:
            url = f"{web.http}/api/v1/conversations/{client.id}/stream/"
            async with http.stream("GET", url, headers=ann.headers) as answer:
                chunks = answer.aiter_raw()
                assert b"conversation.opened" in await anext(chunks)
                process.send_signal(signal.SIGTERM)
                assert await client.close_code() == 1012
                assert [chunk async for chunk in chunks] == []
        await asyncio.to_thread(process.wait, 20)


@pytest.mark.parametrize("command", ["manage.py web", "uvicorn"])
def test_mongodb_away_at_the_start_is_one_sentence_and_an_exit_code(redis_server_url: str, command: str) -> None:
    nowhere = f"mongodb://somebody:secret@127.0.0.1:{free_port()}/?replicaSet=rs0"
    env = web_environment(nowhere, redis_server_url, MONGODB_TIMEOUT_MS="500")
    port = free_port()
    uvicorn = [sys.executable, "-m", "uvicorn", "chatbot_project.asgi:application", "--port", str(port)]
    arguments = web_command(port) if command == "manage.py web" else uvicorn
    ended = run(arguments, env=env, cwd=ROOT)
    said = ended.stdout + ended.stderr
    assert ended.returncode not in {0, None}
    assert "MongoDB cannot be reached at 127.0.0.1" in said
    assert "Traceback" not in said
    assert "secret" not in said


def test_a_port_in_use_is_said(migrated_mongo: str, redis_server_url: str, web_server: Server) -> None:
    env = web_environment(migrated_mongo, redis_server_url)
    arguments = web_command(web_server.port)
    ended = run(arguments, env=env, cwd=ROOT)
    assert ended.returncode != 0
    assert "address already in use" in ended.stdout + ended.stderr


async def test_without_redis_everything_works(
    tmp_path: Path, migrated_mongo: str, mongo_db: Mongo, ann: Person
) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    with web_process(tmp_path, migrated_mongo, nowhere) as (web, _):
        async with chat(web.socket(), ann) as writer, chat(web.socket(writer.id), ann) as reader:
            ack = await writer.say("hello")
            assert ack["type"] == "ack"
            assert (await reader.next_of("message.created"))["seq"] == 1
        with rest(web) as client:
            ready = client.get(f"{web.http}/readyz")
        assert ready.status_code == 200
        assert ready.json()["status"] == "degraded"


async def test_redis_goes_and_comes_back(tmp_path: Path, migrated_mongo: str, mongo_db: Mongo, ann: Person) -> None:
    port = free_port()
    with ExitStack() as redis, ExitStack() as stack:
        url = redis.enter_context(redis_server(tmp_path, port))
        web, _ = stack.enter_context(web_process(tmp_path, migrated_mongo, url))
        async with chat(web.socket(), ann) as writer, chat(web.socket(writer.id), ann) as reader:
            assert (await writer.say("with"))["type"] == "ack"
            redis.close()
            ack = await writer.say("without")
            seen = await numbers_until(reader, ack["data"]["seq"])
            redis.enter_context(redis_server(tmp_path, port))
            ack = await writer.say("with again")
            await numbers_until(reader, ack["data"]["seq"], seen)


async def test_mongodb_goes_and_comes_back(
    tmp_path: Path, redis_url: str, mongo_db: Mongo, ann: Person, mongod_process: "PrivateMongod"
) -> None:
    mongod_process.copy_from(mongo_db, "accounts_user", "knox_authtoken")
    with web_process(tmp_path, mongod_process.uri, redis_url) as (web, _):
        async with chat(web.socket(), ann) as client:
            assert (await client.say("before"))["type"] == "ack"
            mongod_process.stop()
            client_id = await client.send("message.send", text="meanwhile")
            error = await client.answer(client_id)
            assert (error["type"], error["data"]["status"]) == ("error", 503)
            assert "database cannot be reached" in error["data"]["detail"]
            await asyncio.to_thread(assert_unavailable, web, ann)
            async with raw(web.socket(), ann) as other:
                assert await other.close_code() == 1013
            await asyncio.to_thread(mongod_process.start)
            answer = await client.say("meanwhile", client_id)
            while answer["type"] != "ack":
                assert answer["data"]["status"] == 503
                answer = await client.say("meanwhile", client_id)
            assert await numbers_until(client, answer["data"]["seq"])


def assert_unavailable(web: Server, person: Person) -> None:
    with rest(web, person) as http:
        answer = http.get("/conversations/")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert http.get(f"{web.http}/readyz").status_code == 503
        assert http.get(f"{web.http}/healthz").status_code == 200


async def numbers_until(client: Chat, last: int, seen: list[int] | None = None) -> list[int]:
    """The numbers seen up to `last`, which must be unbroken from 1."""
    numbers = [] if seen is None else seen
    while not numbers or numbers[-1] < last:
        frame = await client.next()
        if frame["seq"] is not None:
            numbers.append(frame["seq"])
    assert numbers == list(range(1, numbers[-1] + 1))
    return numbers


class PrivateMongod:
    """A mongod that a test may stop and start again on the same data."""

    def __init__(self, directory: Path) -> None:
        self._directory, self._port = directory, free_port()
        self._running = ExitStack()
        self.uri = devserver.uri(self._port)
        (directory / "mongo").mkdir()
        self.start()

    def start(self) -> None:
        command = devserver.arguments(self._port, self._directory / "mongo")
        log = self._directory / "mongod.log"
        self._running.enter_context(running(command, log=log, healthy=lambda: listens(self._port)))
        devserver.await_primary(self._port)

    def stop(self) -> None:
        self._running.close()

    def copy_from(self, database: Mongo, *collections: str) -> None:
        with pymongo.MongoClient[dict[str, object]](self.uri) as client:
            for name in collections:
                client[database.name][name].insert_many(list(database[name].find()))


@pytest.fixture
def mongod_process(tmp_path: Path) -> Iterator[PrivateMongod]:
    process = PrivateMongod(tmp_path)
    yield process
    process.stop()
