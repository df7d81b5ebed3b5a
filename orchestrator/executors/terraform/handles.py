"""A Terraform process in this worker's hands: its own child, or one that outlived the worker that started it."""

import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import Protocol

import psutil


class Handle(Protocol):
    pid: int

    def running(self) -> bool:
        """Whether it has not ended yet. Reaps it where that is ours to do."""

    def interrupt(self) -> None:
        """SIGINT, upon which Terraform lets running operations end and saves its state."""

    def kill(self) -> bool:
        """SIGKILL to it and its providers; False when there is nothing left to kill."""

    def let_go(self) -> None:
        """Nobody here follows it any more; it goes on."""


class Child:
    """Started by this process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def returncode(self) -> int:
        """When it has ended; negative when a signal ended it."""
        return self._process.wait()

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> bool:
        return _kill_group(self.pid)

    def let_go(self) -> None:
        # Whoever looks whether it runs must not see the remains of one that nobody waited for.
        threading.Thread(target=self._process.wait, daemon=True, name="terraform-let-go").start()


class Adopted:
    """Started by a worker that is gone. How it ended is known to its parent only, and is told by its output."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self.pid = process.pid

    def running(self) -> bool:
        try:
            return self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def interrupt(self) -> None:
        try:
            self._process.send_signal(signal.SIGINT)
        except psutil.NoSuchProcess:
            return

    def kill(self) -> bool:
        return self.running() and _kill_group(self.pid)

    def let_go(self) -> None:
        """Nothing: it was never ours."""


class Over:
    """One that has ended: only its output is left."""

    pid = 0

    def running(self) -> bool:
        return False

    def interrupt(self) -> None:
        """Nothing: it has ended."""

    def kill(self) -> bool:
        return False

    def let_go(self) -> None:
        """Nothing: it has ended."""


class Interrupt:
    """Sent once in a process's life, whoever follows it: at a second one Terraform exits without saving its state.

    A file beside the output remembers it, with the reason, for whoever follows the process next.
    """

    def __init__(self, output: Path) -> None:
        self._mark = output.with_name(output.name + ".interrupted")

    @property
    def reason(self) -> str | None:
        """Why it was interrupted, or None when it was not."""
        return self._mark.read_text() or "shutdown" if self._mark.exists() else None

    def send(self, handle: Handle, why: str) -> None:
        try:
            descriptor = os.open(self._mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(descriptor, "w") as mark:
            mark.write(why)
        handle.interrupt()

    def forget(self) -> None:
        self._mark.unlink(missing_ok=True)


def _kill_group(leader: int) -> bool:
    """Terraform and its providers: the session's leader is also its group's."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
