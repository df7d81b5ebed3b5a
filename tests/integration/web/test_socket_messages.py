"""Messages over websockets: stored before acknowledged, numbered without a gap, once for everybody."""

import asyncio
from typing import Any
from uuid import uuid4

from pymongo.database import Database

from tests.integration.web.clients import Chat, Person, Server, chat

Frames = list[dict[str, Any]]


async def numbered(client: Chat, until: int) -> Frames:
    """The numbered frames up to number `until`."""
    found: Frames = []
    while not found or found[-1]["seq"] < until:
        frame = await client.next()
        if frame["seq"] is not None:
            found.append(frame)
    return found


async def test_an_acknowledged_message_is_stored(
    web: Server, ann: Person, mongo_db: Database[dict[str, object]]
) -> None:
    async with chat(web.socket(), ann) as client:
        ack = await client.say("hello")
        key = f"{client.id}:{ack['data']['seq']:010d}"
        stored = mongo_db["conversations_frame"].find_one({"_id": key})
        assert stored is not None
        assert stored["type"] == "message.created"
        assert mongo_db["conversations_turn"].find_one({"conversation_id": client.id, "seq": 1}) is not None
        frame = await client.next_of("message.created")
        assert frame["data"]["author"] == "user"
        assert frame["data"]["text"] == "hello"


async def test_a_repeat_is_answered_with_the_first_result(
    web: Server, ann: Person, mongo_db: Database[dict[str, object]]
) -> None:
    client_id = str(uuid4())
    async with chat(web.socket(), ann) as client:
        first = await client.say("hello", client_id)
    async with chat(web.socket(client.id), ann) as client:
        again = await client.say("hello", client_id.upper())
    assert again["data"]["seq"] == first["data"]["seq"]
    asked = {"conversation_id": client.id, "data.author": "user"}
    assert mongo_db["conversations_frame"].count_documents(asked) == 1


async def test_everybody_who_follows_sees_every_number_once(web: Server, ann: Person) -> None:
    async with chat(web.socket(), ann) as writer, chat(web.socket(writer.id), ann) as reader:
        sent = [await writer.send("message.send", text=f"message {index}") for index in range(20)]
        acks = [await writer.answer(client_id) for client_id in sent]
        last = acks[-1]["data"]["seq"]
        seen = [frame["seq"] for frame in await numbered(reader, last)]
    assert seen == list(range(1, seen[-1] + 1))
    assert seen[-1] >= last


async def test_reconnecting_misses_nothing_and_sees_nothing_twice(web: Server, ann: Person) -> None:
    async with chat(web.socket(), ann) as client:
        for index in range(5):
            ack = await client.say(f"message {index}")
        seen = await numbered(client, 3)
    seen = seen[:3]
    async with chat(web.socket(client.id, f"?after={seen[-1]['seq']}"), ann) as client:
        rest = await numbered(client, ack["data"]["seq"])
    together = [frame["seq"] for frame in seen + rest]
    assert together == list(range(1, together[-1] + 1))


async def test_a_message_is_typed_and_ping_is_answered(web: Server, ann: Person) -> None:
    async with chat(web.socket(), ann) as client:
        await client.connection.send('{"v": 1, "type": "ping", "data": {}}')
        assert (await client.next())["type"] == "pong"
        await client.say("hello")
        assert (await client.next_of("typing"))["seq"] is None


async def test_a_reader_that_reads_nothing_holds_nobody_up(web: Server, ann: Person) -> None:
    async with chat(web.socket(), ann) as writer, chat(web.socket(writer.id), ann, max_queue=1) as slow:
        text = "x" * 4_000
        sent = [await writer.send("message.send", text=text) for _ in range(100)]
        acks = [await writer.answer(client_id) for client_id in sent]
        seen = [frame["seq"] for frame in await numbered(slow, acks[-1]["data"]["seq"])]
    assert seen == list(range(1, seen[-1] + 1))


async def test_many_writers_make_one_unbroken_stream(web: Server, ann: Person) -> None:
    async with chat(web.socket(), ann) as first:

        async def write(name: int) -> None:
            async with chat(web.socket(first.id), ann) as client:
                for index in range(10):
                    assert (await client.say(f"{name} {index}"))["type"] == "ack"

        await asyncio.gather(*(write(name) for name in range(3)))
        seen: set[int] = set()
        while len({each for each in seen if each <= 30}) < 30:
            frame = await first.next()
            if frame["seq"] is not None:
                assert frame["seq"] == max(seen, default=0) + 1
                seen.add(frame["seq"])
