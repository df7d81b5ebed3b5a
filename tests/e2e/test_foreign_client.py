"""A client that knows nothing but docs/reference/protocol.md: plain websockets and JSON, none of our code."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

pytestmark = [pytest.mark.xdist_group("stack")]

WAIT = 30
ID = "0b9f6c9e-7f0a-4a52-9d59-3a6d2d0f8b11"


class Foreign:
    """One socket and every frame that came over it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[dict[str, Any]] = []

    async def until(self, kind: str, **data: Any) -> dict[str, Any]:
        async with asyncio.timeout(WAIT):
            while True:
                frame = json.loads(await self.socket.recv())
                self.seen.append(frame)
                if frame["type"] == kind and all(frame["data"].get(name) == value for name, value in data.items()):
                    return frame

    async def send(self, kind: str, **data: Any) -> str:
        client_id = data.setdefault("client_id", str(uuid4()))
        await self.socket.send(json.dumps({"v": 1, "type": kind, "data": data}))
        return str(client_id)

    def numbers(self) -> list[int]:
        return [frame["seq"] for frame in self.seen if frame["seq"] is not None]


@pytest.fixture
async def token(stack: Any) -> str:
    return await token_of(stack, "demo")


async def token_of(stack: Any, username: str) -> str:
    async with httpx.AsyncClient(timeout=WAIT) as http:
        body = {"username": username, "password": stack.users[username]}
        answer = await http.post(f"{stack.base_url}/api/v1/auth/token/", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


@pytest.fixture
async def foreign(stack: Any, token: str) -> AsyncIterator[Foreign]:
    async with open_socket(stack, token) as socket:
        yield Foreign(socket)


def open_socket(stack: Any, token: str, conversation: str = "new", after: int = 0) -> connect:
    return connect(
        f"{stack.ws_url}/ws/v1/conversations/{conversation}/?after={after}",
        additional_headers={"Authorization": f"Token {token}"},
    )


async def test_a_message_is_acknowledged_answered_and_numbered_without_gap(foreign: Foreign) -> None:
    opened = await foreign.until("conversation.opened")
    assert foreign.seen == [opened]
    assert opened["data"]["last_seq"] == 0
    client_id = await foreign.send("message.send", text="hello")
    ack = await foreign.until("ack", client_id=client_id)
    answer = await foreign.until("message.created", author="bot")
    assert answer["data"]["text"]
    assert foreign.numbers() == list(range(1, answer["seq"] + 1))
    assert ack["data"]["seq"] == 1
    assert {"v", "type", "id", "seq", "ts", "data"} <= set(answer)


async def test_a_repeat_is_answered_with_the_first_result(foreign: Foreign) -> None:
    client_id = await foreign.send("message.send", text="hello")
    first = await foreign.until("ack", client_id=client_id)
    await foreign.send("message.send", text="hello", client_id=client_id)
    again = await foreign.until("ack", client_id=client_id)
    assert again["data"]["seq"] == first["data"]["seq"]


async def test_a_reconnect_gets_the_rest_and_nothing_twice(stack: Any, token: str, foreign: Foreign) -> None:
    opened = await foreign.until("conversation.opened")
    await foreign.send("message.send", text="hello")
    await foreign.until("message.created", author="bot")
    async with open_socket(stack, token, opened["data"]["conversation_id"], after=1) as socket:
        second = Foreign(socket)
        await second.until("message.created", author="bot")
        assert second.numbers()[0] == 2


async def test_a_browser_offers_its_token_as_a_subprotocol_and_never_gets_it_back(stack: Any, token: str) -> None:
    address = f"{stack.ws_url}/ws/v1/conversations/new/"
    async with connect(address, subprotocols=["infrachat.v1", f"token.{token}"]) as socket:  # type: ignore[list-item]
        assert socket.subprotocol == "infrachat.v1"
        assert (await Foreign(socket).until("conversation.opened"))["seq"] is None


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ("not json", "frame"),
        ("[1]", "frame"),
        ('{"type": "nonsense", "data": {}}', "type"),
        (json.dumps({"type": "message.send"}), "data"),
        (json.dumps({"type": "message.send", "data": {"text": "x"}}), "client_id"),
        (json.dumps({"type": "message.send", "data": {"client_id": "nonsense", "text": "x"}}), "client_id"),
        (json.dumps({"type": "message.send", "data": {"client_id": ID}}), "text"),
        (json.dumps({"type": "message.send", "data": {"client_id": ID, "text": 7}}), "text"),
        (json.dumps({"type": "message.send", "data": {"client_id": ID, "text": "x" * 4001}}), "text"),
        (json.dumps({"type": "job.follow", "data": {"client_id": ID, "job_id": ID}}), "job_id"),
    ],
    ids=lambda value: value[:60],
)
async def test_a_bad_frame_is_refused_with_its_field_and_the_socket_stays(
    foreign: Foreign, raw: str, field: str
) -> None:
    await foreign.until("conversation.opened")
    await foreign.socket.send(raw)
    problem = (await foreign.until("error"))["data"]
    assert problem["field"] == field
    assert problem["status"] >= 400
    assert problem["detail"].endswith(".")
    await foreign.send("ping")
    await foreign.until("pong")
    assert foreign.numbers() == []


async def test_each_reason_to_close_has_its_code(stack: Any, token: str, foreign: Foreign) -> None:
    opened = await foreign.until("conversation.opened")
    other = await token_of(stack, "approver")
    assert await close_code(stack, "wrong", "new") == 4401
    assert await close_code(stack, other, opened["data"]["conversation_id"]) == 4403
    assert await close_code(stack, token, str(uuid4())) == 4404


async def close_code(stack: Any, token: str, conversation: str) -> int | None:
    async with open_socket(stack, token, conversation) as socket:
        with pytest.raises(ConnectionClosed):
            await Foreign(socket).until("never")
        return socket.close_code
