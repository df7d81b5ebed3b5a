"""What the system has stored when all is over: jobs, stacks, streams; from MongoDB and over the protocol."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pymongo.errors import PyMongoError

from conversations.terminal.frames import Frame

from .ledger import ENDED
from .people import connected
from .world import World

Document = dict[str, Any]
_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class History:
    jobs: list[Document]
    stacks: list[Document]
    transitions: list[Document]
    lines: dict[str, list[int]]
    """Job -> the numbers of its stored log lines, in order."""
    frames: dict[str, list[Frame]]
    """Conversation -> its whole stream, as a client that comes new gets it."""
    starts: list[Document]
    """Each committed start of an apply."""
    waiting_outbox: int


async def until_all_ended(world: World, seconds: float, say: Callable[[str], None]) -> bool:
    """Wait until no job and no stack is at work; whether that came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            left = await asyncio.to_thread(_unfinished, world)
        except PyMongoError:
            left = ["MongoDB does not answer"]
        if not left:
            return True
        await asyncio.sleep(_POLL_SECONDS)
    say(f"Still not at rest after {seconds:g} s: {'; '.join(left)}")
    return False


async def history(world: World, token: str, conversations: list[str]) -> History:
    frames = {each: await _whole_stream(world.addresses.web, token, each) for each in conversations}
    return await asyncio.to_thread(_history, world, frames)


def _unfinished(world: World) -> list[str]:
    jobs = world.collection("orchestrator_job").find({"state": {"$nin": sorted(ENDED)}}, {"state": 1})
    left = [f"job {each['_id'][:8]} is {each['state']}" for each in jobs]
    for each in world.collection("orchestrator_stack").find({"active_job_id": {"$ne": None}}, {"name": 1}):
        left.append(f"stack {each['name']} is held")
    if waiting := world.collection("orchestrator_outbox").count_documents({"done_at": None}):
        left.append(f"{waiting} outbox rows wait")
    return left


def _history(world: World, frames: dict[str, list[Frame]]) -> History:
    jobs = list(world.collection("orchestrator_job").find().sort("created_at", 1))
    lines: dict[str, list[int]] = {job["_id"]: [] for job in jobs}
    for row in world.collection("orchestrator_jobevent").find({}, {"job_id": 1, "log_seq": 1}).sort("log_seq", 1):
        lines.setdefault(row["job_id"], []).append(row["log_seq"])
    return History(
        jobs=jobs,
        stacks=list(world.collection("orchestrator_stack").find()),
        transitions=list(world.collection("orchestrator_transition").find().sort([("job_id", 1), ("version", 1)])),
        lines=lines,
        frames=frames,
        starts=list(world.collection("orchestrator_start").find()),
        waiting_outbox=world.collection("orchestrator_outbox").count_documents({"done_at": None}),
    )


async def _whole_stream(url: str, token: str, conversation: str) -> list[Frame]:
    client = await connected(url, token, conversation)
    try:
        opened = await client.wait_for(lambda frame: frame.type == "conversation.opened", 30.0)
        frames: list[Frame] = []
        while len(frames) < int(opened.data["last_seq"]):
            frame = await client.next_frame(30.0)
            if frame.seq is not None:
                frames.append(frame)
        return frames
    except TimeoutError:
        return frames
    finally:
        await client.close()
