"""The real stack, every process on its own, with two infrastructure workers and a proxy in front of the queue."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from chatbot_project.devstack import banner, runs, state
from chatbot_project.devstack.addresses import Addresses, choose
from chatbot_project.devstack.health import Health
from chatbot_project.devstack.processes import Part, servers, services
from chatbot_project.devstack.terraform import terraform_provided
from tests.servers.fault_proxy import FaultProxy
from tests.servers.stack import stack_environment

from .options import STACK_SETTINGS
from .supervisor import Supervisor

HEALTH_SECONDS = 180.0
INFRASTRUCTURE = ("worker-infrastructure", "worker-infrastructure-2")
RECORDING = "cloud-requests.jsonl"
_LATEST_COPY_SECONDS = 12.0
DATABASE = "infrachat"


@dataclass(frozen=True)
class World:
    """A stack that is up."""

    directory: Path
    addresses: Addresses
    password: str
    supervisor: Supervisor
    queue: FaultProxy
    mongo: "MongoClient[dict[str, Any]]"

    @property
    def runs(self) -> Path:
        return self.directory / "runs"

    @property
    def recording(self) -> Path:
        """Every request that the emulated cloud got."""
        return self.directory / RECORDING

    def collection(self, name: str) -> Any:
        return self.mongo[DATABASE][name]


@contextlib.asynccontextmanager
async def world(directory: Path, *, seed: int, machines: int = 1, say: Callable[[str], None]) -> AsyncIterator[World]:
    """Start everything, keep it running, end everything."""
    state.make(directory)
    environ = {**stack_environment(**STACK_SETTINGS), "DEMO_PASSWORD": banner.PASSWORD}
    environ |= terraform_provided(directory, environ, say=say)
    addresses = choose(environ, directory / "ports.json", any_port=True, say=say)
    queue = FaultProxy(addresses.sqs_endpoint, copies=_copies(seed))
    queue.start()
    supervisor = Supervisor(directory / "logs")
    mongo: MongoClient[dict[str, Any]] = MongoClient(
        addresses.mongodb_uri, tz_aware=True, serverSelectionTimeoutMS=1_500, socketTimeoutMS=10_000
    )
    keeper: asyncio.Task[None] | None = None
    try:
        parts = _parts(replace(addresses, sqs_endpoint=queue.endpoint), directory, environ, machines)
        await _start(parts, supervisor, addresses, say)
        keeper = asyncio.create_task(supervisor.keep(), name="supervisor")
        yield World(directory, addresses, environ["DEMO_PASSWORD"], supervisor, queue, mongo)
    finally:
        if keeper is not None:
            keeper.cancel()
        mongo.close()
        _end(supervisor, directory)
        queue.stop()


def _parts(addresses: Addresses, directory: Path, environ: dict[str, str], machines: int) -> list[Part]:
    """The development stack's table, without Flower, with a second worker and a cloud that writes its requests down."""
    parts = [*servers(addresses, directory, environ), *services(addresses, directory, environ)]
    wanted: list[Part] = []
    for part in parts:
        if part.name == "flower":
            continue
        if part.name == "emulator-cloud":
            recording = {"MOTO_ENABLE_RECORDING": "1", "MOTO_RECORDER_FILEPATH": str(directory / RECORDING)}
            wanted.append(replace(part, environment={**part.environment, **recording}))
        elif part.name == INFRASTRUCTURE[0]:
            wanted += [_worker(part, number, machines, directory) for number in range(len(INFRASTRUCTURE))]
        else:
            wanted.append(part)
    return wanted


def _worker(part: Part, number: int, machines: int, directory: Path) -> Part:
    """With a name of its own; where there are several machines, one of them: another host, other run directories."""
    name = INFRASTRUCTURE[number]
    machine = f"machine-{number % machines + 1}"
    theirs = {"WORKER_HOST": machine, "TERRAFORM_RUN_DIR": str(directory / "runs" / machine)}
    command = (*part.command, "--name", f"{name}@%h")
    return replace(part, name=name, command=command, environment={**part.environment, **theirs})


async def _start(
    parts: Sequence[Part], supervisor: Supervisor, addresses: Addresses, say: Callable[[str], None]
) -> None:
    """Servers, then the preparation, then the rest. Raises TimeoutError."""
    began = time.monotonic()
    health = Health(addresses.mongodb_uri, DATABASE)
    try:
        for group in (
            [part for part in parts if part.is_server],
            [part for part in parts if part.ends],
            [part for part in parts if not part.is_server and not part.ends],
        ):
            for part in group:
                supervisor.start(part)
            for part in group:
                await _healthy(part, health, supervisor)
    finally:
        health.close()
    say(f"The stack is up after {time.monotonic() - began:.1f} s at {addresses.web}")


async def _healthy(part: Part, health: Health, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + HEALTH_SECONDS
    while not await asyncio.to_thread(health.is_met, part.healthy):
        if time.monotonic() > deadline or supervisor.failed():
            raise TimeoutError(f"{part.name} did not become healthy; its log says why")
        await asyncio.sleep(0.1)


def _end(supervisor: Supervisor, directory: Path) -> None:
    supervisor.end(supervisor.names(servers=False), 20.0)
    runs.end(directory / "runs")
    supervisor.end(supervisor.names(servers=True), 10.0)
    supervisor.sweep()


def _copies(seed: int) -> Callable[[str], Sequence[float]]:
    """How many seconds later a sent message is sent again, and again: none to two copies."""
    chosen = random.Random(f"copies {seed}")

    def copies(operation: str) -> Sequence[float]:
        if not operation.startswith("SendMessage"):
            return ()
        return [chosen.uniform(0.0, _LATEST_COPY_SECONDS) for _ in range(chosen.randrange(3))]

    return copies
