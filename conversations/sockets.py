"""What every websocket here does alike: accept first, end with a code and a sentence, and leave no task behind."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from contextlib import ExitStack
from typing import Any

from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer

from .errors import ConversationError, DatabaseAway, InvalidFrame, NotAllowed, NotFound, NotSignedIn, TooMany
from .problems import describe, is_database_away

logger = logging.getLogger(__name__)

CLOSE_CODES: dict[type[Exception], int] = {
    InvalidFrame: 1008,
    NotSignedIn: 4401,
    NotAllowed: 4403,
    NotFound: 4404,
    TooMany: 4429,
    DatabaseAway: 1013,
}
_INTERNAL_ERROR = 1011
_REASON_BYTES = 120


class Socket(AsyncConsumer):
    """One connection. It is accepted before it is refused: a client gets a code then, and not a failed handshake."""

    channel_layer_alias = "none"  # wakeups.py listens once for all sockets, and lives on without Redis

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._held = ExitStack()
        self._closed = False

    async def dispatch(self, message: dict[str, Any]) -> None:
        # The base class hops through the one thread that all synchronous code shares, for every message.
        await getattr(self, get_handler_name(message))(message)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._held.close()
        raise StopConsumer

    async def told_of(self, error: Exception) -> None:
        """An end on our side: logged; more for a protocol that can say more than a close frame holds."""
        describe(error)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._supervised(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _supervised(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except OSError:
            logger.debug("the client went away while frames were sent to it")
        except Exception as error:  # a stream that ends silently would look like nothing new
            await self._close_for(error)

    async def _close_for(self, error: Exception) -> None:
        if is_database_away(error):
            error = DatabaseAway()
        code = CLOSE_CODES.get(type(error), _INTERNAL_ERROR)
        if code in {_INTERNAL_ERROR, CLOSE_CODES[DatabaseAway]}:
            await self.told_of(error)
        reason = error.detail if isinstance(error, ConversationError) else "Something went wrong on our side."
        short = reason.encode()[:_REASON_BYTES].decode(errors="ignore")
        if not self._closed:
            await self._emit({"type": "websocket.close", "code": code, "reason": short})
            self._closed = True

    async def _emit(self, event: dict[str, Any]) -> None:
        """To the client, unless the connection has ended already."""
        if not self._closed:
            with contextlib.suppress(OSError):
                await self.send(event)
