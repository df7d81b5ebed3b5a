"""Terraform processes of this stack. Each has a session of its own, so nobody's death ends them: they are found by
the directory they run in."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

GRACE_SECONDS = 20.0


def processes(directory: Path) -> Iterator[psutil.Process]:
    """Every process whose working directory lies in `directory`."""
    inside = str(directory.resolve()) + "/"
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if (process.cwd() + "/").startswith(inside):
                yield process


def interrupt(directory: Path) -> int:
    """Ask Terraform (not its plugins, which it ends itself) to save its state and end; how many were asked."""
    asked = 0
    for process in processes(directory):
        with contextlib.suppress(psutil.Error):
            parent = process.parent()
            if parent is None or not _is_in(parent, directory):
                process.send_signal(2)
                asked += 1
    return asked


def kill(directory: Path) -> int:
    """End what is left; how many were killed."""
    left = list(processes(directory))
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    return len(left)


def end(directory: Path) -> int:
    """Interrupt, wait, kill: for what a killed stack left behind; how many there were."""
    asked = interrupt(directory)
    deadline = time.monotonic() + GRACE_SECONDS
    while asked and any(processes(directory)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return max(asked, kill(directory))


def _is_in(process: psutil.Process, directory: Path) -> bool:
    with contextlib.suppress(psutil.Error):
        return (process.cwd() + "/").startswith(str(directory.resolve()) + "/")
    return False
