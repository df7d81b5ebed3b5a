"""The stream as server-sent events: the same frames, resumed by Last-Event-ID."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.integration.web.clients import PATIENCE_SECONDS, Person, Server, chat, rest

Event = tuple[str | None, dict[str, Any]]


@asynccontextmanager
async def events(
    web: Server, person: Person, conversation: str, query: str = "", **headers: str
) -> AsyncIterator[AsyncIterator[Event]]:
    url = f"{web.http}/api/v1/conversations/{conversation}/stream/{query}"
    sent = {**person.headers, "Accept": "text/event-stream", **headers}
    async with (
        httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as client,
        client.stream("GET", url, headers=sent) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream"
        yield _parsed(answer.aiter_lines())


async def _parsed(lines: AsyncIterator[str]) -> AsyncIterator[Event]:
    number: str | None = None
    async for line in lines:
        name, _, value = line.partition(": ")
        if name == "id":
            number = value
        elif name == "data":
            yield number, json.loads(value)
            number = None


async def test_what_is_there_and_what_comes(web: Server, ann: Person) -> None:
    async with chat(web.socket(), ann) as writer:
        await writer.say("before")
        async with events(web, ann, writer.id) as stream:
            number, opened = await anext(stream)
            assert (number, opened["type"]) == (None, "conversation.opened")
            number, frame = await anext(stream)
            assert (number, frame["seq"], frame["data"]["text"]) == ("1", 1, "before")
            ack = await writer.say("after")
            seen = [1]
            while seen[-1] < ack["data"]["seq"]:
                number, frame = await anext(stream)
                assert number == str(frame["seq"])
                seen.append(frame["seq"])
            assert seen == list(range(1, seen[-1] + 1))


@pytest.mark.parametrize("how", ["header", "query"])
async def test_it_is_resumed(web: Server, ann: Person, how: str) -> None:
    async with chat(web.socket(), ann) as writer:
        await writer.say("one")
        await writer.say("two")
        query, headers = ("?after=1", {}) if how == "query" else ("?after=0", {"Last-Event-ID": "1"})
        async with events(web, ann, writer.id, query, **headers) as stream:
            await anext(stream)
            assert (await anext(stream))[0] == "2"


async def test_after_beyond_the_end(web: Server, ann: Person) -> None:
    async with chat(web.socket(), ann) as writer, events(web, ann, writer.id, "?after=99") as stream:
        await anext(stream)
        _, error = await anext(stream)
        assert (error["type"], error["data"]["field"]) == ("error", "after")
        assert "last_seq is 0" in error["data"]["detail"]
        await writer.say("hello")
        assert (await anext(stream))[0] == "1"


@pytest.mark.parametrize("query", ["?after=0", "?after=0&html=1", "?after=0&html=0"])
async def test_every_way_tells_the_same_frames(web: Server, ann: Person, query: str) -> None:
    """Over the socket, as events and as a list: with HTML beside the text where that was asked for, and only there."""
    async with chat(web.socket(), ann) as writer:
        await writer.say("what can you do?")
        answer = await writer.next_of("message.created")
        while answer["data"]["author"] != "bot":
            answer = await writer.next_of("message.created")
        last = answer["seq"]
        async with chat(web.socket(writer.id, query), ann) as reader:
            told = [await reader.next() for _ in range(last)]
        async with events(web, ann, writer.id, query) as stream:
            await anext(stream)
            streamed = [(await anext(stream))[1] for _ in range(last)]
        with rest(web, ann) as http:
            listed = http.get(f"/conversations/{writer.id}/messages/{query}").json()["results"][:last]
    assert told == streamed == listed
    assert ("html" in told[-1]["data"]) is query.endswith("html=1")
