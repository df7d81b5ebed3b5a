"""Streams as they grow, from any number on: what websockets and server-sent events both send.

Each reads MongoDB from the last number it gave away, and only as fast as its reader takes: a slow client holds one
batch in memory, however far it is behind. MongoDB being away delays a stream, and never breaks it.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from functools import partial
from typing import TypeVar

from django.conf import settings

from orchestrator import selectors as orchestrator

from . import push, threads
from .documents import Frame
from .payloads import job_events_frame, job_events_split
from .problems import is_database_away
from .stream import frames_after
from .wakeups import wakeups

logger = logging.getLogger(__name__)
Item = TypeVar("Item")

_BATCH = 100
_EVENTS_BATCH = 500
_PAUSE_SECONDS = 1.0


async def frames_live(conversation_id: str, after: int, *, idle_seconds: float) -> AsyncGenerator[Frame | None, None]:
    """Every frame after `after`, until the process ends; None whenever nothing came for `idle_seconds`."""
    with wakeups().subscription(push.conversation_topic(conversation_id)) as subscription:
        while not subscription.ended:
            found = await _read(partial(frames_after, conversation_id, after, _BATCH))
            for frame in found:
                yield frame
                after = frame.seq or after
            if not found:
                subscription.forget(after)
            if not await subscription.wait(after, idle_seconds):
                yield None


async def job_frames_live(job_id: str, after: int) -> AsyncGenerator[Frame, None]:
    """`job.event` frames with every line of a job's log after `after`, at most 30 a second."""
    with wakeups().subscription(push.job_topic(job_id)) as subscription:
        while not subscription.ended:
            events = await _read(partial(orchestrator.job_events, job_id, after=after, limit=_EVENTS_BATCH))
            for part in job_events_split(events):
                yield job_events_frame(job_id, part)
                after = part[-1].log_seq
                await asyncio.sleep(push.JOB_INTERVAL_SECONDS)
            if not events:
                subscription.forget(after)
                await subscription.wait(after, settings.CONVERSATIONS["POLL_SECONDS"])


async def _read(call: Callable[[], Sequence[Item]]) -> Sequence[Item]:
    while True:
        try:
            return await threads.run(call)
        except Exception as error:
            if not is_database_away(error):
                raise
            logger.warning("MongoDB cannot be reached; the stream goes on when it is back")
            await asyncio.sleep(_PAUSE_SECONDS)
