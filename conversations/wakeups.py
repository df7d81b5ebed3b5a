"""Who waits for what, in one process: hints from the channel layer and from this process, and a poll in case of none.

One channel of the layer serves all sockets of the process. A hint says how far a stream reaches; whoever is behind
reads MongoDB. Redis may be away: hints given in this process still arrive at once, the others with the next poll.
"""

import asyncio
import contextlib
import logging
import weakref
from collections.abc import Iterator
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from . import push, threads
from .stream import last_seqs

logger = logging.getLogger(__name__)

_REDIS_SECONDS = 5
_POLLED_AT_ONCE = 1_000


class Subscription:
    """One stream that one socket follows; `reaches` is the highest number heard of."""

    def __init__(self, topic: str) -> None:
        self.topic, self.reaches, self.ended = topic, 0, False
        self._event = asyncio.Event()

    def wake(self, seq: int) -> None:
        if seq > self.reaches:
            self.reaches = seq
            self._event.set()

    def end(self) -> None:
        self.ended = True
        self._event.set()

    def forget(self, seq: int) -> None:
        """Nothing was there beyond `seq`: do not believe a hint that said so."""
        self.reaches = min(self.reaches, seq)

    async def wait(self, seq: int, seconds: float) -> bool:
        """Wait until the stream reaches beyond `seq` or ends; False when neither came within `seconds`."""
        if self.ended or self.reaches > seq:
            return True
        self._event.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        return self.ended or self.reaches > seq


class Wakeups:
    """The subscriptions of one event loop. Its tasks run while there is at least one."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._topics: dict[str, set[Subscription]] = {}
        self._changed = asyncio.Event()
        self._ended = False
        self._tasks: list[asyncio.Task[None]] = []

    @contextlib.contextmanager
    def subscription(self, topic: str) -> Iterator[Subscription]:
        """Follow a topic of push.py."""
        each = Subscription(topic)
        each.ended = self._ended
        self._topics.setdefault(topic, set()).add(each)
        self._changed.set()
        self._start()
        try:
            yield each
        finally:
            self._topics[topic].discard(each)
            if not self._topics[topic]:
                del self._topics[topic]
                self._changed.set()
            if not self._topics:
                self._stop()

    def end(self) -> None:
        """The process ends: every stream ends, now and from now on."""
        self._ended = True
        for each in [each for subscriptions in self._topics.values() for each in subscriptions]:
            each.end()

    def hint(self, topic: str, seq: int) -> None:
        """Called in the loop's own thread."""
        for each in self._topics.get(topic, ()):
            each.wake(seq)

    def hint_from_any_thread(self, topic: str, seq: int) -> None:
        if topic in self._topics:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self.hint, topic, seq)

    def _start(self) -> None:
        if not self._tasks:
            self._tasks = [self._loop.create_task(self._listen()), self._loop.create_task(self._poll())]

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(settings.CONVERSATIONS["POLL_SECONDS"])
            try:
                await self._ask()
            except Exception as error:  # MongoDB is away; the next round asks again
                logger.warning("the streams could not be asked for what is new: %s", error)

    async def _ask(self) -> None:
        prefix = push.conversation_topic("")
        ids = [topic.removeprefix(prefix) for topic in self._topics if topic.startswith(prefix)]
        for start in range(0, len(ids), _POLLED_AT_ONCE):
            numbers = await threads.run(last_seqs, ids[start : start + _POLLED_AT_ONCE])
            for conversation_id, seq in numbers.items():
                self.hint(push.conversation_topic(conversation_id), seq)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        if layer is None:
            return
        channel = await self._channel(layer)
        receiver = asyncio.create_task(self._receive(layer, channel))
        try:
            await self._join(layer, channel)
        finally:
            receiver.cancel()

    async def _channel(self, layer: Any) -> str:
        while True:
            try:
                async with asyncio.timeout(_REDIS_SECONDS):
                    return str(await layer.new_channel())
            except Exception as error:  # whatever Redis and its client can raise; hints are not needed to go on
                logger.warning("the channel layer cannot be reached (%s); polling MongoDB instead", error)
                await asyncio.sleep(1)

    async def _receive(self, layer: Any, channel: str) -> None:
        while True:
            message = await layer.receive(channel)
            if message.get("type") == push.HINT:
                self.hint(message["topic"], message["seq"])

    async def _join(self, layer: Any, channel: str) -> None:
        joined: set[str] = set()
        while True:
            self._changed.clear()
            complete = True
            for topic in joined.symmetric_difference(self._topics):
                complete = await self._join_or_leave(layer, channel, topic, joined) and complete
            if complete:
                await self._changed.wait()
            else:
                await asyncio.sleep(1)

    async def _join_or_leave(self, layer: Any, channel: str, topic: str, joined: set[str]) -> bool:
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                if topic in self._topics:
                    await layer.group_add(topic, channel)
                    joined.add(topic)
                else:
                    joined.discard(topic)
                    await layer.group_discard(topic, channel)
        except Exception as error:
            logger.warning("the channel layer cannot be reached (%s); polling MongoDB instead", error)
            return False
        return True


_of_loops: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Wakeups]" = weakref.WeakKeyDictionary()


def wakeups() -> Wakeups:
    """The running loop's."""
    loop = asyncio.get_running_loop()
    if loop not in _of_loops:
        _of_loops[loop] = Wakeups()
    return _of_loops[loop]


def _hint_everywhere(topic: str, seq: int) -> None:
    for each in list(_of_loops.values()):
        each.hint_from_any_thread(topic, seq)


push.on_hint(_hint_everywhere)
