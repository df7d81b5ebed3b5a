"""The protocol client against a server that does what networks do: drops, repeats, skips, refuses."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.asyncio.server import ServerConnection, serve

from conversations.terminal.client import ChatClient
from conversations.terminal.frames import ChatError, ConnectionRefused, Refused, Unreachable

CONVERSATION = "6f1c2b1e-0000-4000-8000-000000000001"


class Server:
    """Numbered messages and acknowledgements; `on_frame` may do something else with what comes in."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.sockets: set[ServerConnection] = set()
        self.afters: list[int] = []
        self.bots: list[str] = []
        self.received: list[dict[str, Any]] = []
        self.acks: dict[str, int] = {}
        self.on_open: Callable[[ServerConnection], Awaitable[bool]] | None = None
        self.on_frame: Callable[[ServerConnection, dict[str, Any]], Awaitable[bool]] | None = None
        self.url = ""

    def frame(self, kind: str, data: dict[str, Any], seq: int | None = None) -> str:
        return json.dumps({"v": 1, "type": kind, "id": "x", "seq": seq, "ts": "2026-01-31T12:00:00Z", "data": data})

    async def say(self, text: str) -> None:
        seq = len(self.frames) + 1
        self.frames.append({"author": "bot", "text": text})
        for socket in list(self.sockets):
            await socket.send(self.frame("message.created", self.frames[-1], seq))

    async def drop(self, code: int = 1012) -> None:
        for socket in list(self.sockets):
            await socket.close(code)

    async def handle(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        query = parse_qs(urlsplit(socket.request.path).query)
        self.bots += query.get("bot", [])
        after = int(query["after"][0])
        self.afters.append(after)
        if self.on_open and await self.on_open(socket):
            return
        await socket.send(
            self.frame("conversation.opened", {"conversation_id": CONVERSATION, "last_seq": len(self.frames)})
        )
        for seq, data in enumerate(self.frames[after:], after + 1):
            await socket.send(self.frame("message.created", data, seq))
        self.sockets.add(socket)
        try:
            async for text in socket:
                await self.take(socket, json.loads(text))
        finally:
            self.sockets.discard(socket)

    async def take(self, socket: ServerConnection, frame: dict[str, Any]) -> None:
        self.received.append(frame)
        if self.on_frame and await self.on_frame(socket, frame):
            return
        client_id = frame["data"]["client_id"]
        if client_id not in self.acks:
            self.acks[client_id] = len(self.acks) + 1
        await socket.send(self.frame("ack", {"client_id": client_id, "seq": self.acks[client_id]}))


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    fake = Server()
    async with serve(fake.handle, "127.0.0.1", 0) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        fake.url = f"http://127.0.0.1:{port}"
        yield fake


async def texts(chat: ChatClient, count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        frame = await chat.next_frame(5)
        if frame.type == "message.created":
            found.append(frame.data["text"])
    return found


async def test_a_message_is_acknowledged_and_history_comes_in_order(server: Server) -> None:
    await server.say("one")
    await server.say("two")
    async with ChatClient(server.url, "token") as chat:
        assert chat.conversation_id == CONVERSATION
        ack = await chat.send_message("hello")
        assert (ack.seq, ack.client_id) == (1, server.received[0]["data"]["client_id"])
        assert await texts(chat, 2) == ["one", "two"]
        assert chat.last_seq == 2


async def test_a_new_conversation_is_with_the_bot_that_was_chosen(server: Server) -> None:
    async with ChatClient(server.url, "token"):
        pass
    async with ChatClient(server.url, "token", bot="a&b=c"):
        pass
    assert server.bots == ["a&b=c"]


async def test_a_dropped_connection_misses_nothing_and_repeats_nothing(server: Server) -> None:
    await server.say("one")
    async with ChatClient(server.url, "token") as chat:
        assert await texts(chat, 1) == ["one"]
        await server.drop()
        await server.say("two")
        assert await texts(chat, 1) == ["two"]
        await server.say("three")
        assert await texts(chat, 1) == ["three"]
    assert server.afters == [0, 1]


async def test_a_command_without_answer_is_sent_again_under_its_client_id(server: Server) -> None:
    async def lose_first(socket: ServerConnection, frame: dict[str, Any]) -> bool:
        if len(server.received) > 1:
            return False
        await socket.close(1012)
        return True

    server.on_frame = lose_first
    async with ChatClient(server.url, "token") as chat:
        ack = await asyncio.wait_for(chat.send_message("hello"), 10)
    assert [each["data"]["client_id"] for each in server.received] == [ack.client_id] * 2


async def test_a_gap_is_never_shown(server: Server) -> None:
    async with ChatClient(server.url, "token") as chat:
        server.frames += [{"author": "bot", "text": "one"}, {"author": "bot", "text": "two"}]
        for socket in list(server.sockets):
            await socket.send(server.frame("message.created", server.frames[1], 2))
        assert await texts(chat, 2) == ["one", "two"]
    assert server.afters == [0, 0]


async def test_a_repeated_frame_is_seen_once(server: Server) -> None:
    async with ChatClient(server.url, "token") as chat:
        await server.say("one")
        for socket in list(server.sockets):
            await socket.send(server.frame("message.created", server.frames[0], 1))
        await server.say("two")
        assert await texts(chat, 2) == ["one", "two"]


async def test_a_refusal_is_raised_where_it_belongs(server: Server) -> None:
    async def refuse(socket: ServerConnection, frame: dict[str, Any]) -> bool:
        problem = {"client_id": frame["data"]["client_id"], "field": "text", "detail": "Too long.", "status": 422}
        await socket.send(server.frame("error", problem))
        return True

    server.on_frame = refuse
    async with ChatClient(server.url, "token") as chat:
        with pytest.raises(Refused, match="text: Too long") as caught:
            await chat.send_message("hello")
        assert caught.value.status == 422


async def test_followed_logs_go_on_after_a_reconnect(server: Server) -> None:
    def lines(*numbers: int) -> str:
        return server.frame(
            "job.event", {"job_id": "j", "events": [{"log_seq": each, "text": "x"} for each in numbers]}
        )

    async def log(socket: ServerConnection, frame: dict[str, Any]) -> bool:
        after = frame["data"]["after"]
        await socket.send(lines(*range(after + 1, after + 3)))
        return False

    server.on_frame = log
    async with ChatClient(server.url, "token") as chat:
        await chat.follow("j")
        seen = [await chat.wait_for(lambda frame: frame.type == "job.event", 5)]
        await server.drop()
        seen.append(await chat.wait_for(lambda frame: frame.type == "job.event", 5))
    numbers = [event["log_seq"] for frame in seen for event in frame.data["events"]]
    assert numbers == [1, 2, 3, 4]


@pytest.mark.parametrize("code", [4401, 4403, 4404])
async def test_what_trying_again_cannot_mend_is_said_at_once(server: Server, code: int) -> None:
    async def close(socket: ServerConnection) -> bool:
        await socket.close(code)
        return True

    server.on_open = close
    with pytest.raises(ConnectionRefused) as caught:
        await ChatClient(server.url, "token").connect()
    assert caught.value.code == code
    assert len(server.afters) == 1


async def test_losing_the_right_in_the_middle_ends_what_waits(server: Server) -> None:
    async def close(socket: ServerConnection, frame: dict[str, Any]) -> bool:
        await socket.close(4401)
        return True

    server.on_frame = close
    async with ChatClient(server.url, "token") as chat:
        with pytest.raises(ConnectionRefused, match="not signed in"):
            await asyncio.wait_for(chat.send_message("hello"), 5)
        with pytest.raises(ConnectionRefused):
            await chat.wait_for(lambda frame: False, 5)
        assert [frame async for frame in chat.frames()] == []


async def test_a_server_that_is_not_there_is_said(server: Server) -> None:
    with pytest.raises(Unreachable, match="Is the server running"):
        await ChatClient("http://127.0.0.1:9", "token").connect(timeout=0.5)


async def test_after_the_end_nothing_can_be_sent(server: Server) -> None:
    async with ChatClient(server.url, "token") as chat:
        pass
    with pytest.raises(ChatError, match="closed"):
        await chat.send_message("hello")
