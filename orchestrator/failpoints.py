"""Places at which a test can make this process die, stop or fail. Inert unless INFRACHAT_FAILPOINTS is set, which the
system check infrachat.E003 refuses outside of DEBUG. Plain Python: executors, which know no Django, have some too.

    INFRACHAT_FAILPOINTS = "<name>=<action>[@<n>][;...]"      several, separated by semicolons
                           "@<path>": what that file says at the moment, for processes that live on
    INFRACHAT_FAILPOINT_DIR = a directory that all processes of a test share

Actions: `kill` (SIGKILL to itself), `kill_group` (to its whole process group), `stop` (SIGSTOP, until somebody sends
SIGCONT), `raise` (FailpointError). `@n`: only the n-th time that any process comes there, which files in the directory
count; without it every time. A file `<name>.<count>` holds the pid of the process that came there.

Names                                where
-----------------------------------  ---------------------------------------------------------------------------------
transition.before:<from>-><to>       inside the transaction, all its writes made and none committed; <from> is `new`
                                     for a job that is being stored
transition.after:<from>-><to>        committed, before any handler has run
process.before_start:<command>       the run directory is ready, Terraform (init, plan, show, apply) does not run yet
process.after_start:<command>        it runs, nobody has been told
process.line:<command>:<n>           its n-th line of output is in the hands of the log
process.ended:<command>              it has ended, nothing was made of it yet
reconcile.<step>                     before that step of finding out what a lost start did
task.begun, task.before_ack          a worker has a message; it has done what the message says and not acknowledged it
"""

import os
import re
import signal
from pathlib import Path

VARIABLE = "INFRACHAT_FAILPOINTS"
DIRECTORY = "INFRACHAT_FAILPOINT_DIR"

_ACTION = re.compile(r"(?P<action>kill|kill_group|stop|raise)(@(?P<count>[1-9][0-9]*))?\Z")


class FailpointError(RuntimeError):
    """What `raise` raises."""


def failpoint(name: str) -> None:
    """Do what INFRACHAT_FAILPOINTS says about `name`; nothing when it is not set."""
    if VARIABLE in os.environ:
        _reached(name, wanted(os.environ[VARIABLE]))


def wanted(text: str) -> dict[str, tuple[str, int | None]]:
    """What the variable's value asks for: name -> (action, count or None). Raises ValueError."""
    if not text.startswith("@"):
        return parse(text)
    file = Path(text[1:])
    return parse(file.read_text()) if file.exists() else {}


def used(name: str, directory: Path, count: int = 1) -> int | None:
    """The pid of the process that came to `name` as the `count`-th, or None when none has yet; for tests."""
    path = _mark(directory, name, count)
    text = path.read_text() if path.exists() else ""
    return int(text) if text else None


def parse(text: str) -> dict[str, tuple[str, int | None]]:
    """Name -> (action, count or None). Raises ValueError."""
    found = {}
    for each in filter(None, (part.strip() for part in text.split(";"))):
        name, _, what = each.rpartition("=")
        match = _ACTION.match(what)
        if not name or match is None:
            raise ValueError(f"{VARIABLE}: {each!r} is not <name>=kill|kill_group|stop|raise[@<n>]")
        found[name] = (match["action"], int(match["count"]) if match["count"] else None)
    return found


def _reached(name: str, asked: dict[str, tuple[str, int | None]]) -> None:
    action, count = asked.get(name, (None, None))
    if action is None or (count is not None and _count(name, count) != count):
        return
    if action == "raise":
        raise FailpointError(name)
    if action == "kill_group":
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGSTOP if action == "stop" else signal.SIGKILL)


def _count(name: str, most: int) -> int | None:
    """As the how manyth this process came to `name`; None after `most`. One process gets each number."""
    directory = Path(os.environ[DIRECTORY])
    for number in range(1, most + 1):
        path = _mark(directory, name, number)
        # Whole under its name at once: whoever finds the file finds the pid in it.
        draft = path.with_suffix(f".{os.getpid()}.draft")
        draft.write_text(str(os.getpid()))
        try:
            os.link(draft, path)
        except FileExistsError:
            continue
        else:
            return number
        finally:
            draft.unlink()
    return None


def _mark(directory: Path, name: str, count: int) -> Path:
    return directory / f"{re.sub(r'[^A-Za-z0-9_.-]', '_', name)}.{count}"
