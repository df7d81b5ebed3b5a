"""What a stranger who read docs/reference/protocol.md would write."""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from chatbot_project.accounts.models import User

PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Server:
    port: int
    log: Path

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def socket(self, conversation: str = "new", query: str = "") -> str:
        return f"ws://127.0.0.1:{self.port}/ws/v1/conversations/{conversation}/{query}"


@dataclass(frozen=True)
class Person:
    user: User
    token: str
    password: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}"}


class Chat:
    """One open websocket; `opened` is the data of its first frame."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.opened: dict[str, Any] = {}
        self._kept: deque[dict[str, Any]] = deque()

    @property
    def id(self) -> str:
        return str(self.opened["conversation_id"])

    async def next(self) -> dict[str, Any]:
        return self._kept.popleft() if self._kept else await self._receive()

    async def _receive(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            frame: dict[str, Any] = json.loads(await self.connection.recv())
        assert frame.keys() == {"v", "type", "id", "seq", "ts", "data"}
        return frame

    async def next_of(self, *types: str) -> dict[str, Any]:
        """The next frame of one of these types; others are passed over."""
        while True:
            frame = await self.next()
            if frame["type"] in types:
                return frame

    async def send(self, type: str, client_id: str | None = None, **data: Any) -> str:
        chosen = client_id or str(uuid4())
        await self.connection.send(json.dumps({"v": 1, "type": type, "data": {"client_id": chosen, **data}}))
        return chosen

    async def answer(self, client_id: str) -> dict[str, Any]:
        """The ack or the error that answers `client_id`; what else comes is kept for `next`."""
        while True:
            frame = await self._receive()
            if frame["type"] in {"ack", "error"} and frame["data"].get("client_id") == client_id:
                return frame
            self._kept.append(frame)

    async def say(self, text: str, client_id: str | None = None) -> dict[str, Any]:
        return await self.answer(await self.send("message.send", client_id, text=text))

    async def close_code(self) -> int | None:
        """Wait until the server closes, passing over its frames."""
        with contextlib.suppress(ConnectionClosed):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    await self.connection.recv()
        return self.connection.close_code


@contextlib.asynccontextmanager
async def chat(url: str, person: Person | None = None, **options: Any) -> AsyncIterator[Chat]:
    """An opened conversation: the first frame is read."""
    async with raw(url, person, **options) as client:
        first = await client.next()
        assert first["type"] == "conversation.opened"
        assert first["seq"] is None
        client.opened = first["data"]
        yield client


@contextlib.asynccontextmanager
async def raw(url: str, person: Person | None = None, **options: Any) -> AsyncIterator[Chat]:
    """A websocket of which nothing is read."""
    headers = {**(person.headers if person else {}), **options.pop("additional_headers", {})}
    async with connect(url, additional_headers=headers, proxy=None, **options) as connection:
        yield Chat(connection)


def rest(server: Server, person: Person | None = None) -> httpx.Client:
    headers = person.headers if person else {}
    return httpx.Client(base_url=f"{server.http}/api/v1", headers=headers, timeout=PATIENCE_SECONDS, trust_env=False)
