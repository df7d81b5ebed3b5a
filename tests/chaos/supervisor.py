"""Keeps processes running as an init system does: what ends is started again, same command, same port."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from chatbot_project.devstack.processes import Part
from tests.servers.processes import PROJECT, start

RESTART_SECONDS = 0.5
"""From an end to the new start; doubled while a process ends within its first seconds, up to four seconds."""
_EARLY_SECONDS = 5.0
_LONGEST_PAUSE = 4.0


class Supervised:
    """One part and its present process."""

    def __init__(self, part: Part, logs: Path) -> None:
        self.part, self.starts = part, 0
        self._log = logs / f"{part.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._pause, self._began, self._due = RESTART_SECONDS, 0.0, 0.0

    @property
    def pid(self) -> int | None:
        """Of the living process; None while there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def has_failed(self) -> bool:
        """Whether it should have ended with success, and has not."""
        return self.part.ends and self._process is not None and self._process.poll() not in {None, 0}

    def start(self) -> int:
        self._process = start(self.part.command, log=self._log, env=self.part.environment, cwd=PROJECT)
        self._began, self._due, self.starts = time.monotonic(), 0.0, self.starts + 1
        return self._process.pid

    def keep(self) -> int | None:
        """Start it again when that is due; the number of the new process."""
        now = time.monotonic()
        if self.pid is not None or self.part.ends:
            return None
        if not self._due:
            is_early = now - self._began < _EARLY_SECONDS and self.starts > 1
            self._pause = min(self._pause * 2, _LONGEST_PAUSE) if is_early else RESTART_SECONDS
            self._due = now + self._pause
        return self.start() if now >= self._due else None


class Supervisor:
    """All of them. Everything happens on the thread that made it: the kernel ends the children when it ends."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._all: dict[str, Supervised] = {}
        self._sessions: set[int] = set()
        """Of every process ever started: the children of a killed one are in its session still."""

    def start(self, part: Part) -> None:
        entry = self._all[part.name] = Supervised(part, self._logs)
        self._sessions.add(entry.start())

    def pid(self, name: str) -> int | None:
        return self._all[name].pid

    def failed(self) -> list[str]:
        """Parts that ended badly and are not started again; their last words are in their logs."""
        return [name for name, entry in self._all.items() if entry.has_failed]

    def restarts(self) -> dict[str, int]:
        return {name: entry.starts - 1 for name, entry in self._all.items() if entry.starts > 1}

    async def keep(self) -> None:
        """Until it is cancelled."""
        while True:
            for entry in self._all.values():
                if pid := entry.keep():
                    self._sessions.add(pid)
            await asyncio.sleep(0.1)

    def end(self, names: Iterable[str], seconds: float) -> None:
        """Ask all of `names` to end, wait, kill; whoever was stopped goes on for that."""
        here = [entry for name in names if (entry := self._all.get(name)) is not None]
        for entry in here:
            _signal(entry.pid, signal.SIGCONT)
            _signal(entry.pid, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        for entry in here:
            while entry.pid is not None and time.monotonic() < deadline:
                time.sleep(0.05)
            _signal(entry.pid, signal.SIGKILL)

    def names(self, *, servers: bool) -> list[str]:
        return [name for name, entry in self._all.items() if entry.part.is_server is servers]

    def sweep(self) -> None:
        """End what is left of any session started here."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                if os.getsid(process.pid) in self._sessions:
                    process.kill()


def _signal(pid: int | None, number: int) -> None:
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
