"""How long a struck job lies still: from the end (or the pause) of its holder until somebody has its lease again."""

import asyncio
import contextlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pymongo.errors import PyMongoError

from orchestrator.states import TERMINAL

from .victims import Held
from .world import World

_POLL_SECONDS = 0.1
_OVER = {state.value for state in TERMINAL} | {"awaiting_approval"}


@dataclass
class Strike:
    job_id: str
    fence: int
    state: str
    target: str
    how: str
    at: float
    seconds: float | None = None
    """Until the job had a holder with a higher fence; None while it has none."""
    ended: bool = False
    """It came to an end, or to people, before that: its holder had done with it, or lived on."""


class Recovery:
    def __init__(self, world: World) -> None:
        self.strikes: list[Strike] = []
        self._world = world

    def struck(self, theirs: Sequence[Held], *, how: str, target: str) -> None:
        """Just before the blow."""
        now = time.monotonic()
        self.strikes += [Strike(each.job_id, each.fence, each.state, target, how, now) for each in theirs]

    def seconds(self, how: str, *, first: bool = False) -> list[float]:
        return lengths([asdict(each) for each in self.strikes], how, first=first)

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            if open_ones := [each for each in self.strikes if each.seconds is None and not each.ended]:
                with contextlib.suppress(PyMongoError):
                    await asyncio.to_thread(self._look, open_ones)
            await asyncio.sleep(_POLL_SECONDS)

    def _look(self, strikes: Sequence[Strike]) -> None:
        ids = list({each.job_id for each in strikes})
        rows = self._world.collection("orchestrator_job").find({"_id": {"$in": ids}}, {"lease_fence": 1, "state": 1})
        found = {row["_id"]: row for row in rows}
        now = time.monotonic()
        for each in strikes:
            job = found.get(each.job_id)
            if job is None:
                continue
            if job["lease_fence"] > each.fence:
                each.seconds = now - each.at
            elif job["state"] in _OVER:
                each.ended = True


def lengths(strikes: Iterable[Mapping[str, Any]], how: str, *, first: bool = False) -> list[float]:
    """How long the jobs lay still, the shortest first. `first`: of each job its first loss alone, for those who lose
    it again and again wait longer on purpose."""
    jobs: set[str] = set()
    found: list[float] = []
    for each in strikes:
        if each["how"] == how and each["seconds"] is not None and not (first and each["job_id"] in jobs):
            found.append(each["seconds"])
        jobs.add(each["job_id"])
    return sorted(found)
