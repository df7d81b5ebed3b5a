"""Processes of a job are found by what their environment says, and ended with everything they started."""

import os
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from orchestrator.executors.terraform.marks import all_end, leader_find, marks
from tests.servers.processes import wait_until


@contextmanager
def process(directory: Path, job_id: str, start: int, step: str) -> Iterator[subprocess.Popen[bytes]]:
    """A shell in a session of its own, with a child."""
    begun = directory / "begun"
    environment = {"PATH": os.environ["PATH"], **marks(job_id, start, step)}
    script = f"sleep 600 & touch {begun}; wait"
    child = subprocess.Popen(["/bin/sh", "-c", script], env=environment, start_new_session=True)
    try:
        wait_until(begun.exists, seconds=10, what="the process runs")
        yield child
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def test_the_leader_of_a_step_is_found(tmp_path: Path) -> None:
    job = str(uuid.uuid4())
    with process(tmp_path, job, 2, "apply-apply") as running:
        found = leader_find(job, 2, "apply-apply")
        assert found is not None
        assert found.pid == running.pid
        assert leader_find(job, 1, "apply-apply") is None
        assert leader_find(job, 2, "apply-init") is None
        assert leader_find(str(uuid.uuid4()), 2, "apply-apply") is None
        all_end(job)
        assert leader_find(job, 2, "apply-apply") is None


def test_all_processes_of_a_job_are_ended_with_their_children(tmp_path: Path) -> None:
    job = str(uuid.uuid4())
    with process(tmp_path, job, 1, "apply-init") as running:
        children = psutil.Process(running.pid).children()
        assert all_end(str(uuid.uuid4())) == 0

        assert all_end(job) == 2

        assert all(not child.is_running() or child.status() == psutil.STATUS_ZOMBIE for child in children)
        assert running.wait() < 0
    assert all_end(job) == 0
