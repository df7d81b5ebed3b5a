"""The real Celery application with a few tasks whose effect a test can see: `celery -A tests.servers.broker_app`."""

import os
import signal
import time
from pathlib import Path

from chatbot_project.celery import app


@app.task(name="tests.note", ignore_result=True)
def note(path: str, text: str) -> None:
    """Add a line to a file."""
    _add(path, text)


@app.task(name="tests.hold", ignore_result=True)
def hold(path: str, gate: str) -> None:
    """Say which process runs it, then go on until the file `gate` exists."""
    _add(path, str(os.getpid()))
    while not Path(gate).exists():
        time.sleep(0.02)
    _add(path, "end")


@app.task(name="tests.fail", ignore_result=True)
def fail(path: str) -> None:
    """Say that it has begun, then fail."""
    _add(path, "fail")
    raise RuntimeError("this task always fails")


@app.task(name="tests.die", ignore_result=True)
def die(path: str) -> None:
    """Say that it has begun, then take its process with it."""
    _add(path, "die")
    os.kill(os.getpid(), signal.SIGKILL)


def _add(path: str, line: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
    finally:
        os.close(descriptor)
