"""The people: one who asks in several conversations, one who approves deletions. Both use the public protocol alone."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from conversations.terminal.client import ChatClient
from conversations.terminal.frames import Ack, ChatError, Data, Frame, Refused, Unreachable

from .ledger import ENDED, Ledger, Request
from .wishes import CREATE, Lane, Wish

ACK_SECONDS = 90.0
TAKEN_UP_SECONDS = 90.0
"""From the acknowledgement of a wish to its job."""
JOB_SECONDS = 420.0
_QUIET_SECONDS = 15.0
"""Without a frame for so long, a person looks whether it is for them to say yes."""
_UNAVAILABLE = 429


class Gave(Exception):
    """A person gave up on a wish; the message says why."""


async def connected(url: str, token: str, conversation: str = "new", after: int = 0) -> ChatClient:
    """A client with an open conversation, however often it must try. Raises ChatError after a while."""
    deadline = time.monotonic() + ACK_SECONDS
    while True:
        client = ChatClient(url, token, conversation=conversation, after=after)
        try:
            await client.connect()
        except Unreachable:
            if time.monotonic() > deadline:
                raise
        else:
            return client


async def acknowledged(client: ChatClient, kind: str, data: Data, key: str = "") -> Ack:
    """Send one command until it is acknowledged, always under the same client_id (`key`)."""
    client_id = key or str(uuid4())
    return await patiently(lambda: client.command(kind, data, client_id=client_id))


async def patiently(attempt: Callable[[], Awaitable[Ack]]) -> Ack:
    """Try until it is not refused for a reason that passes. Raises Refused, TimeoutError."""
    async with asyncio.timeout(ACK_SECONDS):
        while True:
            try:
                return await attempt()
            except Refused as refused:
                if int(refused.status or 0) < 500 and refused.status != _UNAVAILABLE:
                    raise
                await asyncio.sleep(1.0)


class Requester:
    """One conversation with its wishes."""

    def __init__(
        self, lane: Lane, client: ChatClient, approver: ChatClient, ledger: Ledger, say: Callable[[str], None]
    ) -> None:
        self._lane, self._client, self._approver = lane, client, approver
        self._ledger, self._say = ledger, say
        self._chosen = random.Random(f"person {lane.seed} {lane.number}")
        self._approving: dict[str, float] = {}
        ledger.conversations.setdefault(client.conversation_id, [])

    async def run(self, next_number: Callable[[], int | None]) -> None:
        """Ask for one thing after the other, as long as there is a number left."""
        while (number := next_number()) is not None:
            wish = self._lane.next()
            try:
                await self._fulfil(number, wish)
            except (Gave, ChatError, TimeoutError) as error:
                why = f"{wish.text!r}: {error or type(error).__name__}"
                self._ledger.troubles.append(why)
                self._say(f"   job {number}: {why}")

    async def _fulfil(self, number: int, wish: Wish) -> None:
        ack = await self._send(wish.text)
        request = Request(wish, self._client.conversation_id, ack.seq or 0)
        self._ledger.requests.append(request)
        job = await self._taken_up(request)
        request.job_id = job["job_id"]
        await patiently(lambda: self._client.follow(request.job_id, after=0))
        ended = await self._ended(request, job)
        _learn(wish, ended)
        self._say(f"   job {number} ({request.job_id[:8]}): {wish.text!r} {ended['state']}{_why(ended)}")

    async def _send(self, text: str) -> Ack:
        """Send it, and often once more under the same client_id, as a client does that is not sure."""
        key, data = str(uuid4()), {"text": text}
        ack = await acknowledged(self._client, "message.send", data, key)
        self._ledger.acknowledged[self._client.conversation_id, ack.seq or 0] = text
        if self._chosen.random() < 0.3:
            again = await acknowledged(self._client, "message.send", data, key)
            if again.seq != ack.seq:
                self._ledger.troubles.append(f"{text!r} was stored at {ack.seq} and, sent again, at {again.seq}")
        return ack

    async def _taken_up(self, request: Request) -> dict[str, Any]:
        """The job that the message became."""
        deadline = time.monotonic() + TAKEN_UP_SECONDS
        while time.monotonic() < deadline:
            frame = await self._frame(deadline - time.monotonic())
            if frame is None:
                break
            if frame.type == "job.created" and (frame.seq or 0) > request.seq:
                return frame.data
            if frame.by_bot and (frame.seq or 0) > request.seq:
                request.answers.append(str(frame.data["text"]))
        raise Gave(f"no job came of it; the bot said {request.answers}")

    async def _ended(self, request: Request, job: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + JOB_SECONDS
        while job["state"] not in ENDED:
            if time.monotonic() > deadline:
                raise Gave(f"the job is still {job['state']} after {JOB_SECONDS:g} s")
            request.state = job["state"]
            if job["state"] == "awaiting_approval":
                await self._approve(job)
            frame = await self._frame(_QUIET_SECONDS)
            if frame is not None and frame.is_job and frame.data["job_id"] == request.job_id:
                job = frame.data
        request.state = job["state"]
        return job

    async def _approve(self, job: dict[str, Any]) -> None:
        """Once for each plan, and again when nothing comes of it for a while."""
        key = f"{job['job_id']} {job['plan']['plan_hash']}"
        asked = self._approving.get(key)
        if asked is not None and time.monotonic() - asked < _QUIET_SECONDS:
            return
        self._approving[key] = time.monotonic()
        self._ledger.approved(job)
        by_words = self._chosen.random() < 0.4
        if job["approval"]["rule"] != "self":
            await self._decide(self._approver, job)
        elif by_words and asked is None:
            await self._send("yes")
        else:
            await self._decide(self._client, job)

    async def _decide(self, client: ChatClient, job: dict[str, Any]) -> None:
        with suppress(Refused):  # somebody was faster, or it is superseded: the next frame tells
            data = {"job_id": job["job_id"], "plan_hash": job["plan"]["plan_hash"], "reason": "chaos"}
            await acknowledged(client, "job.approve", data)

    async def _frame(self, seconds: float) -> Frame | None:
        """The next frame, written down; None when none comes."""
        try:
            frame = await self._client.next_frame(max(0.1, seconds))
        except TimeoutError:
            return None
        if frame.seq is not None:
            self._ledger.conversations[self._client.conversation_id].append(frame.seq)
        if frame.type == "job.event":
            numbers = [event["log_seq"] for event in frame.data["events"]]
            self._ledger.lines.setdefault(frame.data["job_id"], []).extend(numbers)
        return frame


def _learn(wish: Wish, job: dict[str, Any]) -> None:
    """What the person may believe of the stack now."""
    stack = wish.stack
    if stack is None:
        return
    stack.certain = job["state"] in {"succeeded", "no_changes"}
    stack.failures += not stack.certain
    stack.exists = not stack.gone if stack.certain else stack.exists or wish.what == CREATE


def _why(job: dict[str, Any]) -> str:
    error = job.get("error") or {}
    return f": {error.get('detail')}" if error else ""
