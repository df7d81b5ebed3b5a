"""Finds the processes of a job on this machine, whoever started them: their environment says what they are.

Providers and whatever a module's provisioners start inherit the marks.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil

from orchestrator.executors.base import ExecutorError

START = "INFRACHAT_START"
"""`<job id>:<number of the start>`"""
STEP = "INFRACHAT_STEP"
"""`<phase>-<command>`: an apply may have to run `init` before it runs `apply`."""

_END_SECONDS = 10.0
_POLL_SECONDS = 0.02


def marks(job_id: str, start: int, step: str) -> dict[str, str]:
    """Environment variables for a child process."""
    return {START: f"{job_id}:{start}", STEP: step}


def leader_find(job_id: str, start: int, step: str) -> psutil.Process | None:
    """The Terraform process itself of one step, its session's leader; None when it does not run (any more)."""
    wanted = marks(job_id, start, step)
    for process, environment in _marked(job_id):
        with suppress(psutil.Error, ProcessLookupError):
            leads = os.getsid(process.pid) == process.pid and process.status() != psutil.STATUS_ZOMBIE
            if leads and wanted.items() <= environment.items():
                return process
    return None


def all_end(job_id: str) -> int:
    """Kill every process of the job on this machine and wait until it is gone; how many there were.

    Raises ExecutorError when one stays.
    """
    found = [process for process, _ in _marked(job_id)]
    for process in found:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    give_up = time.monotonic() + _END_SECONDS
    while left := [process.pid for process in found if _alive(process)]:
        if time.monotonic() >= give_up:
            detail = f"A process of this job does not end (pid {left[0]}). It is tried again."
            raise ExecutorError("process_left", detail, retryable=True)
        time.sleep(_POLL_SECONDS)
    return len(found)


def _marked(job_id: str) -> Iterator[tuple[psutil.Process, dict[str, str]]]:
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            environment = process.environ()
            if environment.get(START, "").rpartition(":")[0] == job_id and _alive(process):
                yield process, environment


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
