"""Where everything is: what the person named by environment variables, and free loopback ports for the rest."""

import contextlib
import itertools
import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chatbot_project.mongo import devserver

# Chosen to stay clear of a MongoDB or Redis that a developer may already run.
PORTS = {"web": 8000, "flower": 5555, "mongod": 27117, "redis": 6479, "emulator-broker": 9324, "emulator-cloud": 9325}
SERVERS = ("mongod", "redis", "emulator-broker", "emulator-cloud")
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Addresses:
    """Every address of one stack; `own` names the servers this stack starts itself."""

    web: str
    flower: str
    mongodb_uri: str
    redis_url: str
    sqs_endpoint: str
    cloud_endpoint: str
    own: frozenset[str]
    ports: Mapping[str, int] = field(default_factory=dict)

    @property
    def web_socket(self) -> str:
        return self.web.replace("http", "ws", 1)


def replaced(environ: Mapping[str, str]) -> dict[str, str]:
    """Which of our servers the person replaced: name of the server -> the variable that names another one."""
    variables = {
        "mongod": ("MONGODB_URI",),
        "redis": ("REDIS_URL",),
        "emulator-broker": ("CELERY_BROKER_URL", "SQS_ENDPOINT_URL", "SQS_ACCESS_KEY_ID"),
        "emulator-cloud": ("AWS_ENDPOINT_URL", "INFRACHAT_CLOUD"),
    }
    found = {server: next((name for name in names if environ.get(name)), "") for server, names in variables.items()}
    return {server: name for server, name in found.items() if name}


def choose(environ: Mapping[str, str], memory: Path, *, any_port: bool, say: Callable[[str], None]) -> Addresses:
    """Addresses for a stack about to start. The ports of the last start (in `memory`) are taken again when free."""
    other = replaced(environ)
    for server, variable in other.items():
        say(f"{server} is not started: {variable} names another one.")
    wanted = {name: port for name, port in PORTS.items() if name not in other}
    ports = _choose_ports(wanted, environ, _remembered(memory), any_port=any_port, say=say)
    memory.write_text(json.dumps(ports))
    return Addresses(
        web=f"http://{LOOPBACK}:{ports['web']}",
        flower=f"http://{LOOPBACK}:{ports['flower']}",
        mongodb_uri=environ.get("MONGODB_URI") or devserver.uri(ports["mongod"]),
        redis_url=environ.get("REDIS_URL") or f"redis://{LOOPBACK}:{ports['redis']}/0",
        sqs_endpoint=_endpoint(ports, "emulator-broker") or environ.get("SQS_ENDPOINT_URL", ""),
        cloud_endpoint=_endpoint(ports, "emulator-cloud") or environ.get("AWS_ENDPOINT_URL", ""),
        own=frozenset(SERVERS) - frozenset(other),
        ports=ports,
    )


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now."""
    with contextlib.closing(socket.socket()) as probe:
        # As servers do: a port whose last connection has just ended is free for a new listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind((LOOPBACK, port))
            return True
    return False


def variable(server: str) -> str:
    """The environment variable that asks for a port: WEB_PORT, EMULATOR_CLOUD_PORT, …"""
    return f"{server.upper().replace('-', '_')}_PORT"


def _choose_ports(
    wanted: Mapping[str, int],
    environ: Mapping[str, str],
    last: Mapping[str, int],
    *,
    any_port: bool,
    say: Callable[[str], None],
) -> dict[str, int]:
    chosen: dict[str, int] = {}
    for server, usual in wanted.items():
        first = _asked(environ, server) or last.get(server, 0) or (_any_free() if any_port else usual)
        port = _next_free(first, taken=set(chosen.values()))
        if port != first:
            say(f"Port {first} is busy: {server} listens on {port} instead.")
        chosen[server] = port
    return chosen


def _asked(environ: Mapping[str, str], server: str) -> int:
    raw = environ.get(variable(server), "")
    if not raw:
        return 0
    if not raw.isdecimal() or not 1 <= int(raw) <= 65_535:
        raise SystemExit(f"{variable(server)}={raw!r} is not a port. Use a number from 1 to 65535.")
    return int(raw)


def _next_free(first: int, *, taken: set[int]) -> int:
    for port in itertools.chain(range(first, min(first + 200, 65_536)), range(20_000, 30_000)):
        if port not in taken and is_free(port):
            return port
    raise SystemExit(f"No port from {first} upwards is free on {LOOPBACK}. Stop something that listens there.")


def _any_free() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _endpoint(ports: Mapping[str, int], server: str) -> str:
    return f"http://{LOOPBACK}:{ports[server]}" if server in ports else ""


def _remembered(memory: Path) -> dict[str, int]:
    try:
        stored = json.loads(memory.read_text())
        return {name: int(port) for name, port in stored.items() if name in PORTS}
    except (OSError, ValueError, AttributeError):
        return {}
