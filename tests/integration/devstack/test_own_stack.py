"""Stacks that a test may break: they go down whole, whatever ends them, and come up again."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import pytest

from chatbot_project.devstack import runs
from tests.servers.processes import wait_until
from tests.servers.stack import PROJECT, described, stack_command, stack_environment


class OwnStack:
    """A stack that a test may break."""

    def __init__(self, state: Path) -> None:
        self.state, self.log = state, state / "stack.log"
        self.members: list[psutil.Process] = []
        state.mkdir(exist_ok=True)
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                stack_command(state), cwd=PROJECT, env=stack_environment(), stdout=output, stderr=subprocess.STDOUT
            )

    def up(self) -> None:
        """Wait until it is."""
        wait_until(self._up, seconds=420, what=f"the stack is up; see {self.log}")
        self.running = described(self.state)
        self.members = psutil.Process(self.running.pid).children(recursive=True)

    def _up(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        # A killed one leaves its announcement behind.
        return (self.state / "stack.json").exists() and described(self.state).pid == self.process.pid

    def part(self, role: str) -> psutil.Process:
        """The process of the product with this role."""
        return next(each for each in self.members if _role(each) == role)

    def ended(self, *, seconds: float = 60) -> int:
        """Its exit code; every process that belonged to it is gone."""
        code = self.process.wait(seconds)
        _, alive = psutil.wait_procs(self.members, timeout=seconds)
        assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
        return code


def _role(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("INFRACHAT_PROCESS")
    except psutil.Error:  # it ended meanwhile, as the preparation does
        return None


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], OwnStack]]:
    """Starts a stack, always in the same directory, and returns when it is up; what a failed test leaves is ended."""
    # A short name: sockets lie in it, whose paths may not be long.
    state = tmp_path_factory.mktemp("own")
    started: list[OwnStack] = []

    def begin() -> OwnStack:
        started.append(OwnStack(state))
        started[-1].up()
        return started[-1]

    yield begin
    for each in started:
        each.process.kill()
        each.ended()


@pytest.mark.terraform
@pytest.mark.timeout(900)
def test_it_stops_as_a_whole_and_comes_up_clean(start: Callable[[], OwnStack], terraform_binary: str) -> None:
    """Two starts in one directory: it is asked to stop while Terraform runs, then one of its parts dies."""
    own = start()
    second = subprocess.run(stack_command(own.state), cwd=PROJECT, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"A stack is already running in {own.state} at {own.running.base_url}" in second.stderr
    _ends_with_its_terraform(own)

    again = start()
    said = again.log.read_text()
    for step in ("schema: unchanged", "language model: unchanged", "queues and buckets: checked", "accounts: checked"):
        assert step in said
    assert "The emulated cloud is new; what was in it is gone. Retired with it: 1 stacks" in said
    with again.running.http("demo") as http:
        jobs = http.get("/api/v1/jobs/").json()["results"]
    assert {job["state"] for job in jobs} <= {"canceled", "failed"}
    os.kill(again.part("scheduler").pid, signal.SIGKILL)
    assert again.ended() == 1
    said = again.log.read_text()
    assert "scheduler ended with signal SIGKILL" in said
    assert "Stopping everything." in said
    assert not (again.state / "stack.json").exists()


@pytest.mark.full
@pytest.mark.timeout(900)
def test_nothing_outlives_its_manager_and_the_next_start_clears_up(start: Callable[[], OwnStack]) -> None:
    own = start()
    left = set((own.state / "tmp").iterdir())
    assert left
    own.process.kill()
    assert own.ended() == -signal.SIGKILL

    again = start()
    assert left.isdisjoint((again.state / "tmp").iterdir())
    again.process.send_signal(signal.SIGINT)
    assert again.ended(seconds=90) == 0


def _ends_with_its_terraform(own: OwnStack) -> None:
    """Terraform has a session of its own, so that no worker's death ends it; the end of the stack must. Until then
    nothing warns in vain."""
    httpx.get(f"{own.running.base_url}/static/web/js/dom.js").raise_for_status()
    httpx.post(f"{own.running.base_url}/api/v1/auth/token/", json={"username": "demo", "password": "wrong"})
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
    said = own.log.read_text()
    assert "Asked to stop. Stopping everything." in said
    for noise in ("superuser privileges", "StreamingHttpResponse", "Inspect method"):
        assert noise not in said
    assert said.count("Unauthorized: /api/v1/auth/token/") == 1
