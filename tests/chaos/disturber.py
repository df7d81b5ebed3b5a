"""Carries the schedule out, and writes down what became of each disturbance."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .recovery import Recovery
from .schedule import CUT, ERROR, HOLDERS, KILL, PAUSE, REFUSE, Disturbance
from .victims import held, is_applying, victims
from .world import World

_NOBODY = "nobody there"
_APPLYING_SECONDS = 12.0
"""How long a disturbance waits for something that is being applied."""


@dataclass
class Deed:
    """One disturbance as it happened."""

    planned: Disturbance
    at: float
    """Seconds since the first one was due."""
    pids: list[int]
    jobs: list[str] = field(default_factory=list)
    """Those that its victims held."""
    outcome: str = "done"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self.planned), "at": round(self.at, 2), "pids": self.pids, "jobs": self.jobs} | {
            "outcome": self.outcome
        }


class Disturber:
    def __init__(
        self, world: World, planned: Sequence[Disturbance], recovery: Recovery, say: Callable[[str], None]
    ) -> None:
        self.deeds: list[Deed] = []
        self._world, self._planned, self._recovery, self._say = world, planned, recovery, say
        self._sleepers: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until all are done, or it is cancelled; what was paused or cut goes on again in any case."""
        began = time.monotonic()
        try:
            for each in self._planned:
                await asyncio.sleep(each.gap)
                if each.while_applying:
                    await self._something_applies(each.into)
                deed = await self._do(each)
                deed.at = time.monotonic() - began
                self.deeds.append(deed)
                self._say(f"[{deed.at:6.1f} s] {each}: {_said(deed)}")
        finally:
            await self._awaken()

    async def _something_applies(self, into: float) -> None:
        deadline = time.monotonic() + _APPLYING_SECONDS
        while time.monotonic() < deadline:
            if await asyncio.to_thread(is_applying, self._world):
                await asyncio.sleep(into)
                return
            await asyncio.sleep(0.1)

    async def _do(self, each: Disturbance) -> Deed:
        if each.target == "sqs":
            self._later(self._outage(each))
            return Deed(each, 0.0, [])
        pids = await asyncio.to_thread(victims, self._world, each.target, each.pick, while_applying=each.while_applying)
        deed = Deed(each, 0.0, pids, outcome="done" if pids else _NOBODY)
        if pids and each.target in HOLDERS and each.target != "terraform":
            theirs = [one for one in await asyncio.to_thread(held, self._world) if one.pid in pids]
            deed.jobs = [one.job_id for one in theirs]
            self._recovery.struck(theirs, how=each.how, target=each.target)
        for pid in pids:
            _send(pid, signal.SIGKILL if each.how == KILL else signal.SIGSTOP)
        if each.how == PAUSE and pids:
            self._later(_continue(pids, each.seconds))
        return deed

    async def _outage(self, each: Disturbance) -> None:
        """The queue away for a while, in one of three ways."""
        queue = self._world.queue
        if each.how == REFUSE:
            await asyncio.to_thread(queue.refuse)
        elif each.how == CUT:
            queue.cut()
        elif each.how == ERROR:
            queue.answer("ReceiveMessage", 403 if each.pick < 0.5 else 500)
            queue.answer("SendMessage", 500)
        try:
            await asyncio.sleep(each.seconds)
        finally:
            queue.heal()

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._sleepers.add(task)
        task.add_done_callback(self._sleepers.discard)

    async def _awaken(self) -> None:
        """End every pause and outage now."""
        sleepers = list(self._sleepers)
        for task in sleepers:
            task.cancel()
        await asyncio.gather(*sleepers, return_exceptions=True)


async def _continue(pids: Sequence[int], seconds: float) -> None:
    try:
        await asyncio.sleep(seconds)
    finally:
        for pid in pids:
            _send(pid, signal.SIGCONT)


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _said(deed: Deed) -> str:
    if deed.outcome != "done" or not deed.pids:
        return deed.outcome
    holding = f", holding {', '.join(job[:8] for job in deed.jobs)}" if deed.jobs else ""
    return f"process {', '.join(map(str, deed.pids))}{holding}"
