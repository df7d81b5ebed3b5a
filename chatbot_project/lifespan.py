"""Start and end of the web process: it serves nothing until MongoDB answers, and leaves nothing open behind it."""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any

from conversations.wakeups import wakeups

from .mongo.connections import close
from .observability.health import database_problem

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def lifespan(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """The ASGI lifespan protocol. A failed start ends the server with a sentence and an exit code that is not 0."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            problem = await asyncio.to_thread(database_problem)
            if problem is not None:
                await send({"type": "lifespan.startup.failed", "message": problem})
                return
            _end_streams_on_signal()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await asyncio.to_thread(close)
            await send({"type": "lifespan.shutdown.complete"})
            return


def _end_streams_on_signal() -> None:
    """The server closes websockets itself (1012) and waits for requests; only we know that event streams never end."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop, streams = asyncio.get_running_loop(), wakeups()
    for number in _SIGNALS:
        servers_own = signal.getsignal(number)

        def end(number: int, frame: FrameType | None, servers_own: Any = servers_own) -> None:
            loop.call_soon_threadsafe(streams.end)
            if callable(servers_own):
                servers_own(number, frame)

        signal.signal(number, end)
