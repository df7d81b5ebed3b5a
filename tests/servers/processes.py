"""Starting and stopping one server process."""

import contextlib
import ctypes
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
# Below the range from which the kernel takes the ports of outgoing connections.
_PORTS = range(20_000, 32_000)
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def free_port() -> int:
    """A loopback port nobody listens on."""
    choose = random.SystemRandom()
    for _ in range(200):
        port = choose.choice(_PORTS)
        with contextlib.closing(socket.socket()) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port on 127.0.0.1")


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
        return True
    return False


def wait_until(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait for `condition`; fails naming `what`. It is looked at often at first, then more seldom: looking costs."""
    deadline, pause = time.monotonic() + seconds, 0.01
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(pause)
        pause = min(pause * 1.3, 0.1)


@contextlib.contextmanager
def running(
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    healthy: Callable[[], bool],
    seconds: float = 60.0,
    stop_signal: int = signal.SIGTERM,
    stop_seconds: float = 15.0,
    cwd: Path | None = None,
) -> Iterator[Any]:
    """The process `command` while inside, healthy; its output is in `log`. Ended by `stop_signal`, else killed."""
    from .forks import begin

    process: Any = begin(command, log=log, env=env, cwd=cwd)
    try:
        _await_health(process, healthy, seconds, log)
        yield process
    finally:
        stop(process, stop_signal, seconds=stop_seconds)


def start(
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, its output added to `log`; it dies with the thread that started it."""
    with log.open("ab") as output:
        return subprocess.Popen(
            list(command),
            stdout=output,
            stderr=output,
            stdin=stdin,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 (one system call, no lock)
        )


def stop(process: Any, stop_signal: int = signal.SIGTERM, *, seconds: float = 15.0) -> None:
    """End `process` and whatever is left of its group."""
    if process.poll() is None:
        process.send_signal(stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def _await_health(process: Any, healthy: Callable[[], bool], seconds: float, log: Path) -> None:
    deadline = time.monotonic() + seconds
    while not healthy():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{process.args!r} is not healthy (exit code {process.poll()}):\n{tail}")
        time.sleep(0.02)


def die_with_parent() -> None:
    """Of the calling process: it is killed when the thread that started it ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
