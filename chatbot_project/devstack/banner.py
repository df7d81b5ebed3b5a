"""What a person is told once the stack is up."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from .addresses import Addresses
from .state import PROJECT, Running

# For a stack that listens on loopback only; the preparation refuses demo accounts when DEBUG is off.
PASSWORD = "infrachat-demo"  # noqa: S105
ACCOUNTS = {
    "demo": "may ask for changes",
    "approver": "may approve other people's changes, everywhere",
    "admin": "may do everything, and has the admin pages",
}
_FORGETFUL = "The cloud is emulated, in memory: what you make in it is gone after a stop."


def running(addresses: Addresses, environ: Mapping[str, str], pid: int, identity: str) -> Running:
    """What other programs are told."""
    return Running(
        pid=pid,
        identity=identity,
        web=addresses.web,
        flower=addresses.flower,
        mongodb_uri=addresses.mongodb_uri,
        redis_url=addresses.redis_url,
        sqs_endpoint=addresses.sqs_endpoint,
        cloud_endpoint=addresses.cloud_endpoint,
        password=environ["DEMO_PASSWORD"],
        users=tuple(ACCOUNTS),
    )


def lines(addresses: Addresses, environ: Mapping[str, str], seconds: float, state: Path) -> list[str]:
    """The addresses and the accounts, a line each."""
    places = {
        "Chat": f"{addresses.web}/",
        "Terminal": f"{_found_by(state)}.venv/bin/python manage.py chat",
        "Admin": f"{addresses.web}/admin/",
        "API": f"{addresses.web}/api/v1/schema/",
        "Flower": f"{addresses.flower}/  (sign in as admin)",
        "MongoDB": _without_password(addresses.mongodb_uri),
        "Redis": _without_password(addresses.redis_url),
        "Cloud": addresses.cloud_endpoint or "the account that AWS_* names",
    }
    return [
        "",
        f"Infrachat is up after {seconds:.1f} seconds.",
        *(f"  {name:<9}{place}" for name, place in places.items()),
        f"Demo accounts, all with the password {environ['DEMO_PASSWORD']}",
        *(f"  {name:<9}{what}" for name, what in ACCOUNTS.items()),
        *([_FORGETFUL] if "emulator-cloud" in addresses.own else []),
        f"Logs are in {state / 'logs'}. Ctrl-C stops everything; `make demo` shows a whole request.",
        "",
    ]


def _found_by(state: Path) -> str:
    """What the terminal client must be told to find this stack: nothing, when it is in the usual place."""
    return "" if state == PROJECT / ".infrachat" else f"INFRACHAT_STATE={shlex.quote(str(state))} "


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://…@{rest.rpartition('@')[2]}" if "@" in rest else url
