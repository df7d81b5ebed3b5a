"""Which processes a target is at this moment, and which jobs they hold."""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import psutil
from pymongo.errors import PyMongoError

from chatbot_project.devstack import runs

from .world import INFRASTRUCTURE, World

_PARTS = {"web": "web", "scheduler": "scheduler", "background": "worker-background", "redis": "redis"}
_PARTS["mongod"] = "mongod"
_CHANGING = {"applying", "canceling", "reconciling"}
_OWNERS_PID = re.compile(r":(\d+)$")


@dataclass(frozen=True)
class Held:
    """A job in somebody's hands."""

    job_id: str
    fence: int
    owner: str
    pid: int
    state: str


def victims(world: World, target: str, pick: float, *, while_applying: bool = False) -> list[int]:
    """The process numbers of `target`; with several to choose from, `pick` (0 to 1) says which. Empty: nobody there.

    Those that hold a job are taken first, and `while_applying` before them those that change something.
    """
    if target in _PARTS:
        pid = world.supervisor.pid(_PARTS[target])
        return [] if pid is None else [pid]
    if target == "terraform":
        return _chosen(_terraform(world), pick)
    workers = {pid: children(pid) for name in INFRASTRUCTURE if (pid := world.supervisor.pid(name)) is not None}
    busy = _busy(held(world), while_applying)
    if target == "pool-child":
        pool = [child for pool in workers.values() for child in pool]
        return _chosen([each for each in pool if each in busy] or pool, pick)
    parents = [pid for pid, pool in workers.items() if busy & set(pool)] or list(workers)
    return [each for pid in _chosen(parents, pick) for each in _with(target, pid, workers[pid], world)]


def held(world: World) -> list[Held]:
    """The jobs whose lease is good; none when MongoDB does not say."""
    wanted = {"lease_owner": {"$ne": None}, "lease_expires_at": {"$gt": datetime.now(UTC)}}
    with contextlib.suppress(PyMongoError):
        found = world.collection("orchestrator_job").find(wanted, {"lease_owner": 1, "lease_fence": 1, "state": 1})
        return [
            Held(job["_id"], job["lease_fence"], job["lease_owner"], int(pid.group(1)), job["state"])
            for job in found
            if (pid := _OWNERS_PID.search(job["lease_owner"]))
        ]
    return []


def _busy(theirs: Sequence[Held], while_applying: bool) -> set[int]:
    changing = {each.pid for each in theirs if each.state in _CHANGING}
    return changing if while_applying and changing else {each.pid for each in theirs}


def is_applying(world: World) -> bool:
    """Whether a Terraform is at work on a saved plan right now."""
    for process in runs.processes(world.runs):
        with contextlib.suppress(psutil.Error):
            if "apply" in process.cmdline()[1:3]:
                return True
    return False


def children(pid: int) -> list[int]:
    """The processes of a worker's pool, oldest first."""
    with contextlib.suppress(psutil.Error):
        found = [each for each in psutil.Process(pid).children() if "terraform" not in each.name()]
        return sorted(each.pid for each in found)
    return []


def _terraform(world: World) -> list[int]:
    """Terraform itself, those that apply first; its plugins live and die with it."""
    found: list[tuple[bool, int]] = []
    for process in runs.processes(world.runs):
        with contextlib.suppress(psutil.Error):
            if not process.name().startswith("terraform-provider"):
                found.append(("apply" not in process.cmdline()[1:3], process.pid))
    best = min((rank for rank, _ in found), default=False)
    return sorted(pid for rank, pid in found if rank == best)


def _with(target: str, parent: int, pool: Sequence[int], world: World) -> list[int]:
    """The parent first, so that it starts no child anew meanwhile."""
    if target == "worker":
        return [parent]
    if target == "worker-group":
        return [parent, *pool]
    # A machine's end takes along what the other worker's machine would keep: only this pool's Terraform.
    mine = {each.job_id for each in held(world) if each.pid in pool}
    terraform = [each.pid for place in world.runs.glob("*/*") if place.name in mine for each in runs.processes(place)]
    return [parent, *pool, *terraform]


def _chosen(pids: Sequence[int], pick: float) -> list[int]:
    return [pids[min(int(pick * len(pids)), len(pids) - 1)]] if pids else []
