"""The running stack: healthy, each process with its own environment, and nothing left behind when it ends."""

import os
import signal
import subprocess
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import pytest

from chatbot_project import checks
from chatbot_project.devstack import runs
from chatbot_project.devstack.environment import GRANTS, ROLES, Grant
from tests.servers.processes import wait_until
from tests.servers.stack import PROJECT, RunningStack, described, stack_command, stack_environment


def parts(stack: RunningStack) -> dict[str, psutil.Process]:
    """The processes of the product by their role, as the operating system knows them."""
    found = {}
    for process in psutil.Process(stack.pid).children(recursive=True):
        try:
            role = process.environ().get("INFRACHAT_PROCESS")
        except psutil.Error:
            continue
        if role and role not in found:
            found[role] = process
    return found


def test_every_address_answers(stack: RunningStack) -> None:
    assert httpx.get(f"{stack.base_url}/healthz").status_code == 200
    assert httpx.get(f"{stack.base_url}/readyz").status_code == 200
    assert httpx.get(f"{stack.flower_url}/healthcheck").status_code == 200
    assert httpx.get(f"{stack.flower_url}/workers").status_code == 401
    assert set(stack.users) == {"demo", "approver", "admin"}


def test_the_worker_alone_can_see_the_cloud(stack: RunningStack) -> None:
    """Asked of the real processes, not of the table that made them."""
    found = parts(stack)
    assert set(found) == {role for process, role in ROLES.items() if process != "prepare"}
    for process, role in ROLES.items():
        if process != "prepare":
            env = found[role].environ()
            assert bool(checks.cloud_credentials(env)) == (Grant.CLOUD in GRANTS[process]), role
            assert bool(checks.queue_credentials(env)) == (Grant.QUEUE in GRANTS[process]), role


def test_each_demo_account_is_what_it_says(stack: RunningStack) -> None:
    for user in stack.users:
        with stack.http(user) as http:
            assert http.get("/api/v1/environments/").status_code == 200


class OwnStack:
    """A stack that a test may break."""

    def __init__(self, state: Path) -> None:
        self.state, self.log = state, state / "stack.log"
        state.mkdir(exist_ok=True)
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                stack_command(state), cwd=PROJECT, env=stack_environment(), stdout=output, stderr=subprocess.STDOUT
            )
        wait_until(self._up, seconds=180, what=f"the stack is up; see {self.log}")
        self.running = described(state)
        self.members = psutil.Process(self.running.pid).children(recursive=True)

    def _up(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        return (self.state / "stack.json").exists()

    def ended(self, *, seconds: float = 60) -> int:
        """Its exit code; every process that belonged to it is gone."""
        code = self.process.wait(seconds)
        _, alive = psutil.wait_procs(self.members, timeout=seconds)
        assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
        return code


@pytest.fixture
def own(tmp_path: Path) -> OwnStack:
    return OwnStack(tmp_path / "own")


@pytest.mark.timeout(400)
def test_it_stops_as_a_whole(own: OwnStack) -> None:
    """Once by a second start beside it (refused), once by a dying part, once by Ctrl-C."""
    second = subprocess.run(stack_command(own.state), cwd=PROJECT, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"A stack is already running in {own.state} at {own.running.base_url}" in second.stderr

    os.kill(parts(own.running)["scheduler"].pid, signal.SIGKILL)
    assert own.ended() == 1
    said = own.log.read_text()
    assert "scheduler ended with signal SIGKILL" in said
    assert "Stopping everything." in said
    assert not (own.state / "stack.json").exists()

    again = OwnStack(own.state)
    again.process.send_signal(signal.SIGINT)
    assert again.ended() == 0
    assert "Asked to stop. Stopping everything." in again.log.read_text()

    killed = OwnStack(own.state)
    killed.process.kill()
    assert killed.ended() == -signal.SIGKILL


@pytest.mark.terraform
@pytest.mark.timeout(400)
def test_terraform_ends_with_the_stack_and_the_next_one_retires_its_job(own: OwnStack, terraform_binary: str) -> None:
    """Terraform has a session of its own, so that no worker's death ends it; the end of the stack must."""
    with own.running.http("demo") as http:
        conversation = http.post("/api/v1/conversations/", json={}).json()["id"]
        message = {"client_id": str(uuid4()), "text": "create a sandbox bucket called stops-with-the-stack"}
        http.post(f"/api/v1/conversations/{conversation}/messages/", json=message).raise_for_status()
    directory = own.state / "runs"
    wait_until(lambda: any(runs.processes(directory)), seconds=60, what="Terraform runs")
    own.members += list(runs.processes(directory))
    own.process.send_signal(signal.SIGINT)
    assert own.ended(seconds=90) == 0
    assert list(runs.processes(directory)) == []

    again = OwnStack(own.state)
    try:
        assert "The emulated cloud is new; what was in it is gone. Retired with it: 1 stacks" in again.log.read_text()
        with again.running.http("demo") as http:
            jobs = http.get("/api/v1/jobs/").json()["results"]
        assert {job["state"] for job in jobs} <= {"canceled", "failed"}
    finally:
        again.process.send_signal(signal.SIGINT)
        assert again.ended() == 0
