"""Jobs over websockets: decided by frames, and their log followed without a gap while it grows."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import pytest

from orchestrator.executors.base import LogLine
from orchestrator.joblog import JobLog
from orchestrator.types import JobView
from tests.integration.mongo import orchestrating
from tests.integration.web.clients import Chat, Person, Server, chat

Events = list[dict[str, Any]]


def lines(count: int, text: str = "line") -> list[LogLine]:
    return [LogLine(kind="line", text=f"{text} {index}") for index in range(count)]


def job_of(person: Person, *roles: str) -> JobView:
    orchestrating.seed()
    for role in roles or ("requester",):
        orchestrating.RoleBinding.objects.create(user=person.user, role=role, environment="*")
    return orchestrating.submit(person.user)


def log_of(job: JobView) -> JobLog:
    return JobLog.open(orchestrating.take(job))


async def followed(client: Chat, job_id: str, until: int) -> list[Events]:
    """The batches of a job's log up to line `until`."""
    batches: list[Events] = []
    while not batches or batches[-1][-1]["log_seq"] < until:
        frame = await client.next_of("job.event")
        assert frame["seq"] is None
        assert frame["data"]["job_id"] == job_id
        batches.append(frame["data"]["events"])
    return batches


def numbers(batches: list[Events]) -> list[int]:
    return [event["log_seq"] for batch in batches for event in batch]


async def test_a_log_is_followed_from_the_beginning_and_live(web: Server, ann: Person) -> None:
    job = await asyncio.to_thread(job_of, ann)
    log = await asyncio.to_thread(log_of, job)
    await asyncio.to_thread(log.append, lines(10))
    async with chat(web.socket(), ann) as client:
        client_id = await client.send("job.follow", job_id=job.id, after=0)
        assert (await client.answer(client_id))["data"] == {"client_id": client_id, "seq": None}
        assert numbers(await followed(client, job.id, 11)) == list(range(1, 12))
        await asyncio.to_thread(log.append, lines(2))
        batches = await followed(client, job.id, 13)
        assert numbers(batches) == [12, 13]
        assert batches[-1][-1].keys() >= {"log_seq", "kind", "resource", "text"}


async def test_a_log_is_resumed_after_a_line(web: Server, ann: Person) -> None:
    job = await asyncio.to_thread(job_of, ann)
    log = await asyncio.to_thread(log_of, job)
    await asyncio.to_thread(log.append, lines(10))
    async with chat(web.socket(), ann) as client:
        await client.answer(await client.send("job.follow", job_id=job.id, after=7))
        assert numbers(await followed(client, job.id, 11)) == [8, 9, 10, 11]
        await client.answer(await client.send("job.follow", job_id=job.id, after=9))
        assert numbers(await followed(client, job.id, 11)) == [10, 11]


async def test_beyond_the_end_of_a_log(web: Server, ann: Person) -> None:
    job = await asyncio.to_thread(job_of, ann)
    log = await asyncio.to_thread(log_of, job)
    async with chat(web.socket(), ann) as client:
        client_id = await client.send("job.follow", job_id=job.id, after=50)
        assert (await client.answer(client_id))["type"] == "ack"
        error = await client.answer(client_id)
        assert (error["type"], error["data"]["field"]) == ("error", "after")
        assert "last_seq is 1" in error["data"]["detail"]
        await asyncio.to_thread(log.append, lines(1))
        assert numbers(await followed(client, job.id, 2)) == [2]


async def test_a_fast_log_comes_in_few_unbroken_frames(web: Server, ann: Person) -> None:
    job = await asyncio.to_thread(job_of, ann)
    log = await asyncio.to_thread(log_of, job)
    total, began = 3_000, time.monotonic()
    async with chat(web.socket(), ann) as client:
        await client.answer(await client.send("job.follow", job_id=job.id, after=0))

        async def write() -> None:
            for _ in range(total // 20):
                await asyncio.to_thread(log.append, lines(20))

        writing = asyncio.create_task(write())
        batches = await followed(client, job.id, total + 1)
        await writing
    assert numbers(batches) == list(range(1, total + 2))
    assert len(batches) <= 30 * (time.monotonic() - began) + 1


async def test_lines_of_any_length_fit_into_frames(web: Server, ann: Person) -> None:
    job = await asyncio.to_thread(job_of, ann)
    log = await asyncio.to_thread(log_of, job)
    await asyncio.to_thread(log.append, lines(50, "ü" * 5_000))
    async with chat(web.socket(), ann, max_size=65_536) as client:
        await client.answer(await client.send("job.follow", job_id=job.id, after=0))
        assert numbers(await followed(client, job.id, 51)) == list(range(1, 52))


@pytest.mark.parametrize("type", ["job.follow", "job.cancel", "job.reject", "job.approve"])
async def test_a_foreign_job_is_not_there(web: Server, ann: Person, bob: Person, type: str) -> None:
    job = await asyncio.to_thread(job_of, ann)
    async with chat(web.socket(), bob) as client:
        answer = await client.answer(await client.send(type, job_id=job.id, plan_hash="a" * 64, after=0))
        assert (answer["type"], answer["data"]["status"], answer["data"]["field"]) == ("error", 404, "job_id")


async def test_a_plan_is_approved_once(web: Server, ann: Person) -> None:
    job = await asyncio.to_thread(job_of, ann)
    await asyncio.to_thread(orchestrating.planned, job)
    client_id = str(uuid4())
    right, wrong = orchestrating.HASH, orchestrating.OTHER_HASH
    async with chat(web.socket(), ann) as client:
        refused = await client.answer(await client.send("job.approve", job_id=job.id, plan_hash=wrong))
        assert (refused["type"], refused["data"]["status"]) == ("error", 409)
        for _ in range(2):
            answer = await client.answer(await client.send("job.approve", client_id, job_id=job.id, plan_hash=right))
            assert (answer["type"], answer["data"]["seq"]) == ("ack", None)
        again = await client.answer(await client.send("job.approve", job_id=job.id, plan_hash=right))
        assert (again["type"], again["data"]["status"]) == ("error", 409)


async def test_what_is_finished_cannot_be_canceled(web: Server, ann: Person) -> None:
    job = await asyncio.to_thread(job_of, ann)
    async with chat(web.socket(), ann) as client:
        first = await client.answer(await client.send("job.cancel", job_id=job.id, reason="a mistake"))
        assert first["type"] == "ack"
        second = await client.answer(await client.send("job.cancel", job_id=job.id))
        assert (second["type"], second["data"]["status"]) == ("error", 409)
