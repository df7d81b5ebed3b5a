"""The stack's directory (`.infrachat/`): data, logs, ports, who is running. One stack at a time in each."""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

PROJECT = Path(__file__).resolve().parents[2]
# Programs make sockets below their temporary directory, whose whole path may have 107 characters.
_LONGEST_TEMPORARY = 60


class AlreadyRunning(RuntimeError):
    """Another stack lives in this directory; the message says where."""


@dataclass(frozen=True)
class Running:
    """What a stack that is up tells others about itself. `identity` stays when its ports change."""

    pid: int
    identity: str
    web: str
    flower: str
    mongodb_uri: str
    redis_url: str
    sqs_endpoint: str
    cloud_endpoint: str
    password: str
    users: tuple[str, ...]


def directory() -> Path:
    """`INFRACHAT_STATE`, else `.infrachat` beside manage.py."""
    return Path(os.environ.get("INFRACHAT_STATE") or PROJECT / ".infrachat").resolve()


def make(state: Path) -> None:
    """Make the directory and what belongs into it, for nobody else's eyes."""
    for each in (state, *(state / name for name in ("mongo", "logs", "runs", "home"))):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)


def temporary(state: Path) -> Path:
    """Where the stack's processes put temporary files: in its directory, unless its path is too long for sockets."""
    inside = state / "tmp"
    return inside if len(str(inside)) <= _LONGEST_TEMPORARY else Path(tempfile.gettempdir())


def use_temporary(state: Path) -> None:
    """Have this process and all it starts use `temporary`, after what killed ones left there is removed."""
    if (place := temporary(state)) == state / "tmp":
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)
    os.environ["TMPDIR"] = str(place)
    tempfile.tempdir = None


@contextlib.contextmanager
def held(state: Path) -> Iterator[None]:
    """Be the one stack of this directory. Raises AlreadyRunning."""
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            found = running(state)
            where = f" at {found.web} (process {found.pid})" if found else ""
            raise AlreadyRunning(f"A stack is already running in {state}{where}. Stop it with Ctrl-C there.") from None
        try:
            forget(state)
            yield
        finally:
            forget(state)


def identity(state: Path) -> str:
    """A name for the accounts and tokens that live in this directory, made once and gone with them."""
    path = state / "identity"
    if not path.exists():
        path.write_text(str(uuid4()))
    return path.read_text().strip()


def announce(state: Path, what: Running) -> None:
    """Let `running` find this stack."""
    path = state / "stack.json"
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(what), indent=2))
    draft.replace(path)


def running(state: Path) -> Running | None:
    """The stack that is up in this directory, or None."""
    try:
        stored = json.loads((state / "stack.json").read_text())
        found = Running(**{**stored, "users": tuple(stored["users"])})
        os.kill(found.pid, 0)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return found


def found() -> Running | None:
    """The stack of this checkout, when it is up (the setting DEVELOPMENT_STACK names this function)."""
    return running(directory())


def forget(state: Path) -> None:
    for name in ("stack.json", "prepared"):
        (state / name).unlink(missing_ok=True)
