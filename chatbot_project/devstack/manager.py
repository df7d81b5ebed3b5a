"""honcho's manager with an order: services stop before the servers they use, each told alone, and for a reason.

honcho signals whole process groups (a Celery worker's children would die in the middle of a job) and kills after five
seconds (Terraform needs longer to save its state); both are replaced here.
"""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import honcho.manager
from honcho.printer import Message, Printer
from honcho.process import Process

from . import gate, runs
from .processes import Part

# How long services may take to end what they are doing, and servers to close.
SERVICE_SECONDS = 60.0
SERVER_SECONDS = 20.0


class LogPrinter(Printer):
    """Prints lines with the name in front, and keeps each process's lines in a file of its own."""

    def __init__(self, logs: Path, **options: Any) -> None:
        super().__init__(**options)
        self._logs, self._files = logs, dict[str, Any]()

    def write(self, message: Message) -> None:
        with contextlib.suppress(BrokenPipeError):  # whoever read along has gone; the files go on
            super().write(message)
        name = message.name or "stack"
        if name not in self._files:
            self._files[name] = (self._logs / f"{name}.log").open("wb", buffering=0)
        data = message.data if isinstance(message.data, bytes) else message.data.encode()
        self._files[name].write(data)


class Relay(Process):
    """honcho's process that reads one part's output; it does not outlive the manager."""

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        gate.end_with_parent(signal.SIGKILL)
        super().run(events, ignore_signals)


class Manager(honcho.manager.Manager):
    def __init__(self, parts: Iterable[Part], *, state: Path, project: Path, on_started: Callable[[], None]) -> None:
        super().__init__(LogPrinter(state / "logs"))
        self._process_ctor = Relay
        self._parts = {part.name: part for part in parts}
        self._state, self._on_started = state, on_started
        self.reason = ""
        for part in self._parts.values():
            self.add_process(part.name, part.shell_command(), env=dict(part.environment), cwd=str(project))

    def say(self, sentence: str) -> None:
        """Print a sentence of the stack's own among the logs."""
        self._printer.write(Message("line", sentence + "\n", self._clock.now(), "stack", None))

    def stop(self, reason: str, returncode: int) -> None:
        """Stop everything because of `reason`; safe to call from any thread, and again."""
        if not self.reason:
            self.reason, self.returncode = reason, returncode
            self.say(f"{reason} Stopping everything.")
            threading.Thread(target=self._stop_in_order, name="stopper").start()

    def is_running(self, name: str) -> bool:
        entry = self._processes[name]
        return "pid" in entry and "returncode" not in entry

    # -- what honcho's loop calls --------------------------------------------------------------------------------

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._on_started, name="watcher", daemon=True).start()

    def _any_stopped(self) -> bool:
        return any(self._has_failed(name) for name in self._parts)

    def terminate(self) -> None:
        """A signal came, or a part ended."""
        ended = [name for name in self._parts if self._has_failed(name)]
        if ended:
            self.stop(self._ended_sentence(ended[0]), 1)
        else:
            self.stop("Asked to stop.", 0)

    def kill(self) -> None:
        """honcho calls this at every turn five seconds after the first end; the order below decides instead."""

    def _system_print(self, data: str) -> None:
        """honcho's own chatter goes to the stack's log file alone."""
        with (self._state / "logs" / "honcho.log").open("a") as log:
            log.write(data)

    # -- stopping ------------------------------------------------------------------------------------------------

    def _stop_in_order(self) -> None:
        services = [name for name, part in self._parts.items() if not part.is_server]
        servers = [name for name, part in self._parts.items() if part.is_server]
        self._await_pids()
        self._tell(services)
        runs.interrupt(self._state / "runs")
        self._await_end(services, SERVICE_SECONDS)
        runs.kill(self._state / "runs")
        self._tell(servers)
        self._await_end(servers, SERVER_SECONDS)

    def _await_pids(self) -> None:
        """A stop in the first moments must not miss those whose number is still under way to us."""
        deadline = time.monotonic() + 5.0
        while not self._all_started() and time.monotonic() < deadline:
            time.sleep(0.02)

    def _tell(self, names: Iterable[str]) -> None:
        for name in names:
            if self.is_running(name):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._processes[name]["pid"], signal.SIGTERM)

    def _await_end(self, names: Iterable[str], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for name in names:
            while self.is_running(name) and time.monotonic() < deadline:
                time.sleep(0.05)
            if self.is_running(name):
                self.say(f"{name} does not end by itself and is killed.")
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._processes[name]["pid"], signal.SIGKILL)

    def _has_failed(self, name: str) -> bool:
        """Whether it ended although it should not have, or not with success."""
        code = self._processes[name].get("returncode")
        return code is not None and not (self._parts[name].ends and code == 0)

    def _ended_sentence(self, name: str) -> str:
        code = self._processes[name]["returncode"]
        how = f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
        return f"{name} ended with {how}; its last words are in {self._state / 'logs' / name}.log."
