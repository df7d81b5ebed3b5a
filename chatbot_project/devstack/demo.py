"""`demo`: one whole request, on the stack that is running or on one started for it. Exit code 0 only if all of it
came true."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from conversations.terminal.frames import ChatError

from . import state
from .scenario import NotTrue, Scenario

START_SECONDS = 180.0


def demo(directory: Path) -> int:
    """Run the demonstration; the exit code."""
    began = time.monotonic()
    try:
        with _stack(directory) as stack:
            asyncio.run(Scenario(stack, _say).run())
    except (NotTrue, ChatError, TimeoutError) as error:
        _say(f"\nThe demonstration failed: {error or type(error).__name__}")
        return 1
    _say(f"\nAll of it came true, in {time.monotonic() - began:.1f} seconds.")
    return 0


@contextlib.contextmanager
def _stack(directory: Path) -> Iterator[state.Running]:
    found = state.running(directory)
    if found:
        _say(f"Using the stack that is running at {found.web}")
        yield found
    else:
        with _own_stack(directory / "demo") as started:
            yield started


@contextlib.contextmanager
def _own_stack(directory: Path) -> Iterator[state.Running]:
    state.make(directory)
    log = directory / "demo.log"
    _say(f"No stack is running, so the demonstration starts its own (log: {log}) ...")
    command = [sys.executable, "-m", "chatbot_project.devstack", "--state", str(directory), "up", "--any-port"]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 (our own words)
            command, cwd=state.PROJECT, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
    try:
        yield _await_start(process, directory, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _await_start(process: "subprocess.Popen[bytes]", directory: Path, log: Path) -> state.Running:
    began = time.monotonic()
    while time.monotonic() < began + START_SECONDS:
        started = state.running(directory)
        if started and started.pid == process.pid:
            _say(f"It is up at {started.web} after {time.monotonic() - began:.1f} seconds.")
            return started
        if process.poll() is not None:
            raise NotTrue("the stack did not start:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:]))
        time.sleep(0.05)
    raise NotTrue(f"the stack was not up after {START_SECONDS:g} seconds; see {log}.")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
