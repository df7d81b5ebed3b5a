"""`up`: start the whole stack, say where it is, keep it until it is told to end or a part of it dies."""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from chatbot_project.mongo.devserver import MongodMissing

from . import banner, runs, state
from .addresses import Addresses, choose
from .encoder import encoder_provided
from .health import Health
from .manager import Manager
from .processes import Part, ServerMissing, servers, services
from .terraform import terraform_provided

HEALTH_SECONDS = 600.0
"""The first start of all trains a model, which takes a slow or busy machine minutes; it says so while it does."""


def up(directory: Path, *, any_port: bool) -> int:
    """Run the stack of `directory` in the foreground; the exit code."""
    state.make(directory)
    try:
        with state.held(directory):
            return _run(directory, any_port=any_port)
    except (state.AlreadyRunning, MongodMissing, ServerMissing) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:  # before anything was started
        return 130


def _run(directory: Path, *, any_port: bool) -> int:
    began = time.monotonic()
    if left := runs.end(directory / "runs"):
        _say(f"{left} Terraform process(es) of a former stack were still there and have been ended.")
    state.use_temporary(directory)
    environ = dict(os.environ)
    environ.setdefault("DEMO_PASSWORD", banner.PASSWORD)
    environ.update(terraform_provided(directory, environ, say=_say))
    encoder_provided(environ, say=_say)
    stack = Stack(directory, choose(environ, directory / "ports.json", any_port=any_port, say=_say), environ, began)
    try:
        return stack.run()
    finally:
        runs.kill(directory / "runs")


class Stack:
    """The parts while they run."""

    def __init__(self, directory: Path, addresses: Addresses, environ: Mapping[str, str], began: float) -> None:
        self._directory, self._addresses, self._environ, self._began = directory, addresses, environ, began
        self._parts = [*servers(addresses, directory, environ), *services(addresses, directory, environ)]
        self._health = Health(addresses.mongodb_uri, environ.get("MONGODB_DATABASE", "infrachat"))
        self._manager = Manager(self._parts, state=directory, project=state.PROJECT, on_started=self._watch)

    def run(self) -> int:
        self._manager.loop()
        self._manager.say("Everything has ended.")
        return int(self._manager.returncode or 0)

    def _watch(self) -> None:
        """On a thread: wait for each part, then tell the world."""
        try:
            is_up = all(self._await_health(part) for part in self._parts)
        finally:
            self._health.close()
        if is_up:
            self._announce()

    def _announce(self) -> None:
        seconds = time.monotonic() - self._began
        identity = state.identity(self._directory)
        state.announce(self._directory, banner.running(self._addresses, self._environ, os.getpid(), identity))
        for line in banner.lines(self._addresses, self._environ, seconds, self._directory):
            self._manager.say(line)

    def _await_health(self, part: Part) -> bool:
        deadline = time.monotonic() + HEALTH_SECONDS
        while not self._health.is_met(part.healthy):
            if self._manager.reason:
                return False
            if time.monotonic() > deadline:
                log = self._directory / "logs" / f"{part.name}.log"
                self._manager.stop(f"{part.name} was not healthy after {HEALTH_SECONDS:g} seconds; see {log}.", 1)
                return False
            time.sleep(0.05)
        return not self._manager.reason


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
