"""Synchronous code under the event loop: two bounded pools, apart from Django's one thread for everything.

`run` serves sockets and streams; `turn_start` works out answers. An acknowledgement never waits behind an answer, and a
burst of messages cannot fill memory: turns beyond the bound stay pending in MongoDB, where the sweep finds them.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")

_TURNS_LIMIT = 200
_lock = threading.Lock()
_waiting = 0


async def run(call: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
    """`call(...)` in the pool for input and output."""
    return await asyncio.get_running_loop().run_in_executor(_io_pool(), partial(call, *args, **kwargs))


def turn_start(turn_id: str) -> bool:
    """Process a turn in the background. False when too many wait already: the scheduler's sweep takes it up."""
    if not _count(1):
        return False
    _turn_pool().submit(_turn_process, turn_id)
    return True


def turns_waiting() -> int:
    """Turns that this process works on or will."""
    return _waiting


def _count(step: int) -> bool:
    global _waiting  # noqa: PLW0603 (guarded by the lock)
    with _lock:
        if _waiting + step > _TURNS_LIMIT:
            return False
        _waiting += step
        return True


def _turn_process(turn_id: str) -> None:
    from .turns import turn_process

    try:
        turn_process(turn_id)
    except Exception:  # the turn stays pending, the sweep repeats it
        logger.exception("a turn could not be processed now", extra={"turn_id": turn_id})
    finally:
        _count(-1)
        close_old_connections()


@cache
def _io_pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.CONVERSATIONS["IO_THREADS"], thread_name_prefix="io")


@cache
def _turn_pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.CONVERSATIONS["TURN_THREADS"], thread_name_prefix="turn")
