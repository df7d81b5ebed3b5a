"""Runs one Terraform process and follows its output. The only place in the orchestrator that starts processes.

The process gets a session of its own and writes into a file, so it outlives a worker that dies: a killed apply leaves
resources that no state knows of. It is stopped by an interrupt, upon which Terraform lets running operations end and
saves its state; only after the grace time is the whole group killed.
"""

import logging
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from orchestrator.executors.base import Detached, ExecutorError
from orchestrator.failpoints import failpoint

from .follower import Follower, Line
from .handles import Child, Handle, Interrupt

logger = logging.getLogger(__name__)

OnLine = Callable[[str, int], None]
"""Told each line of output, and where it ends in the output, in bytes."""

_LEASE_LOST = "lease_lost"
_LET_GO = frozenset({_LEASE_LOST, "handover"})
_POLL_SECONDS = 0.025


@dataclass(frozen=True)
class Control:
    """When to stop, how patiently, and who wants to know of the process."""

    should_stop: Callable[[], str | None]
    deadline: float
    """On the monotonic clock."""
    grace_seconds: float
    on_process: Callable[[int, float], None] = lambda pid, started: None
    detaches: bool = False
    """Whether the process goes on without this worker when another one takes the job over."""

    def why_stop(self) -> str | None:
        return self.should_stop() or ("timeout" if time.monotonic() >= self.deadline else None)


@dataclass(frozen=True)
class Stop:
    """How following a process ended."""

    stopped: str | None = None
    """Why it was interrupted; None when it ended by itself."""
    killed: bool = False
    """It did not end within the grace time, so its state may not be saved."""


@dataclass(frozen=True)
class Ended:
    returncode: int
    stopped: str | None = None
    killed: bool = False

    @property
    def died(self) -> bool:
        """It was ended by a signal, ours or another's, and had no time to save anything."""
        return self.killed or self.returncode < 0


def run(
    command: Sequence[str],
    *,
    directory: Path,
    environment: Mapping[str, str],
    output: Path,
    control: Control,
    on_line: OnLine | None = None,
    once: bool = False,
    name: str = "",
) -> Ended:
    """Run `command` to its end, handing each line of its output on as it appears.

    Standard output goes to `output`, standard error beside it (`errors_of`). What `on_line` raises interrupts the
    process and is raised again when that has ended. When the worker itself is ended, Terraform goes on. `once` refuses
    (FileExistsError) where the output is there already. `name` is the command's, for failpoints. Raises ExecutorError,
    and Detached where the control says so.
    """
    failpoint(f"process.before_start:{name}")
    if not once:
        Interrupt(output).forget()
    with _private(output, once=once) as out, _private(_errors_path(output), once=once) as errors:
        child = Child(_start(command, directory, environment, out, errors))
    failpoint(f"process.after_start:{name}")
    _tell(control, child.pid)
    stop = follow(child, output, control, on_line, name=name)
    if child.returncode < 0:
        # Killed by somebody else, it could not end its providers.
        child.kill()
    return Ended(child.returncode, stop.stopped, stop.killed)


def follow(handle: Handle, output: Path, control: Control, on_line: OnLine | None, *, name: str = "") -> Stop:
    """Hand on every line of the output, from its beginning, until the process has ended. Raises as `run` does."""
    lines = Follower(output)
    try:
        stop = _follow(handle, Interrupt(output), control, _LinesOf(lines, on_line, name))
        failpoint(f"process.ended:{name}")
        return stop
    except Detached:
        handle.let_go()
        raise
    except Exception:
        _stop(handle, Interrupt(output), control.grace_seconds)
        raise
    finally:
        lines.close()


def errors_of(output: Path) -> str:
    """What the process wrote to standard error; of much the first and the last, for a crash says first what it is."""
    path = _errors_path(output)
    text = path.read_text(encoding="utf-8", errors="replace").strip() if path.exists() else ""
    return text if len(text) <= 4000 else f"{text[:2000]}\n{text[-2000:]}"


def started_at(pid: int) -> float:
    """When a process began, in seconds of the epoch: with the pid, it names a process for good."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return time.time()


class _LinesOf:
    """Hands lines on, counting them."""

    def __init__(self, lines: Follower, on_line: OnLine | None, name: str) -> None:
        self._lines, self._on_line, self._name = lines, on_line, name
        self._count = 0

    def hand_on(self) -> None:
        self._each(self._lines.lines())

    def hand_on_last(self) -> None:
        self._each(self._lines.last())

    def _each(self, lines: Iterator[Line]) -> None:
        if self._on_line is None:
            return
        for line, end in lines:
            self._on_line(line, end)
            self._count += 1
            failpoint(f"process.line:{self._name}:{self._count}")


def _follow(handle: Handle, interrupt: Interrupt, control: Control, lines: _LinesOf) -> Stop:
    why: str | None = None
    give_up = float("inf")
    killed = False
    while handle.running():
        lines.hand_on()
        said = control.why_stop()
        if said is not None and said in _LET_GO and control.detaches:
            raise Detached(said)
        if why is None and said is not None:
            why = said
            if why == _LEASE_LOST:
                # Somebody does it anew by now. An interrupted plan would still write an empty state under their feet.
                killed = handle.kill()
            else:
                interrupt.send(handle, why)
            give_up = time.monotonic() + control.grace_seconds
        if time.monotonic() >= give_up and not killed:
            killed = handle.kill()
        time.sleep(_POLL_SECONDS)
    lines.hand_on_last()
    return Stop(why or interrupt.reason, killed)


def _tell(control: Control, pid: int) -> None:
    """What cannot be recorded is found by its marks; a process that runs is no reason to fail."""
    try:
        control.on_process(pid, started_at(pid))
    except Exception:
        logger.warning("a process was started and could not be recorded", exc_info=True)


def _start(
    command: Sequence[str], directory: Path, environment: Mapping[str, str], out: int, errors: int
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - a list, never a shell; the program is the configured one
            list(command),
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
            start_new_session=True,
        )
    except OSError as error:
        detail = f"{command[0]} cannot be started: {error.strerror or error}."
        raise ExecutorError("terraform_missing", detail) from error


def _stop(handle: Handle, interrupt: Interrupt, grace_seconds: float) -> None:
    interrupt.send(handle, "failure")
    give_up = time.monotonic() + grace_seconds
    while handle.running():
        if time.monotonic() >= give_up:
            handle.kill()
        time.sleep(_POLL_SECONDS)


def _errors_path(output: Path) -> Path:
    return output.with_name(output.name + ".stderr")


@contextmanager
def _private(path: Path, *, once: bool) -> Iterator[int]:
    """A file for a child to append to, readable by nobody else."""
    how = os.O_EXCL if once else os.O_TRUNC
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | how, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
