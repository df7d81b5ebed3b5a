"""From the moment a message is due to its acknowledgement, at a steady rate (a late sender counts against us)."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack

from conversations.terminal.client import ChatClient
from tests.servers.stack import RunningStack

from .figures import Figure, percentile

RATES = (1, 20, 100)
SECONDS = 10
CONVERSATIONS = 20
TEXT = "hello"


async def measure(stack: RunningStack) -> list[Figure]:
    figures: list[Figure] = []
    async with AsyncExitStack() as opened:
        clients = [
            await opened.enter_async_context(ChatClient(stack.base_url, stack.token("demo")))
            for _ in range(CONVERSATIONS)
        ]
        readers = [asyncio.create_task(_drain(client)) for client in clients]
        await clients[0].send_message(TEXT)  # the first one opens connections and loads the model
        for rate in RATES:
            waits = await _at(rate, clients)
            figures += list(_figures(rate, waits))
            await asyncio.sleep(2)
        for reader in readers:
            reader.cancel()
    return figures


async def _at(rate: int, clients: list[ChatClient]) -> list[float]:
    begin = time.monotonic() + 0.1
    count = rate * SECONDS
    sending = [_one(clients[number % len(clients)], begin + number / rate) for number in range(count)]
    return list(await asyncio.gather(*sending))


async def _one(client: ChatClient, due: float) -> float:
    await asyncio.sleep(max(0.0, due - time.monotonic()))
    await client.send_message(TEXT)
    return time.monotonic() - due


async def _drain(client: ChatClient) -> None:
    """Read as a browser does, so that nothing piles up."""
    async for _ in client.frames():
        pass


def _figures(rate: int, waits: list[float]) -> Iterator[Figure]:
    for percent in (50, 99):
        name = f"ack p{percent} at {rate} message{'s' if rate > 1 else ''} a second"
        yield Figure(name, percentile(waits, percent) * 1000, "ms", samples=len(waits))
