"""The real Celery application with a few tasks whose effect a test can see: `celery -A tests.servers.broker_app`."""

import os
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


def _add(path: str, line: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
    finally:
        os.close(descriptor)
