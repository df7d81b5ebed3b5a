"""A worker lets go of an apply, or dies; the next one follows the process that runs on, or reads how it ended."""

import dataclasses
import os
import pickle
import platform
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestrator.executors.base import Detached, Elsewhere, Gone, Started
from orchestrator.executors.terraform.marks import leader_find
from tests.integration.terraform.running import Job, Site, module_of
from tests.servers.processes import PROJECT, wait_until

pytestmark = pytest.mark.terraform

HERE = platform.node()
MODULE = """
variable "gate" { type = string }
resource "terraform_data" "first" { input = "one" }
resource "terraform_data" "second" {
  depends_on = [terraform_data.first]
  provisioner "local-exec" { command = "while [ ! -e ${var.gate} ]; do sleep 0.02; done; %s" }
}
resource "terraform_data" "third" { depends_on = [terraform_data.second] }
output "note" { value = terraform_data.first.output }
"""
ADDRESSES = {f"terraform_data.{name}" for name in ("first", "second", "third")}


class Lost:
    """An apply whose first holder is gone while `terraform_data.second` waits for the gate."""

    def __init__(self, site: Site, directory: Path, ending: str = "true") -> None:
        self.gate = directory / "gate"
        module = module_of(directory / "module", MODULE % ending, outputs=("note",))
        self.job = site.job(module, {"gate": str(self.gate)}, host=HERE)
        self.plan_hash = self.job.plan().plan_hash
        self.locks: list[str] = []
        self.job.changed(fence=2, on_lock=self.locks.append)
        self.began = datetime.now(UTC)

    def let_go(self, why: str = "handover") -> None:
        self.job.changed(should_stop=lambda: why if self.waits and self.locks else None)
        with pytest.raises(Detached, match=why):
            self.job.apply(self.plan_hash)
        self.job.changed(should_stop=lambda: None, fence=3)

    @property
    def waits(self) -> bool:
        return any(line.kind == "resource_start" and line.resource.endswith("second") for line in self.job.lines)

    @property
    def alive(self) -> bool:
        return leader_find(self.job.context.job_id, 1, "apply-apply") is not None

    def signal(self, number: int) -> None:
        leader = leader_find(self.job.context.job_id, 1, "apply-apply")
        if leader is not None:
            leader.send_signal(number)

    def started(self, **changed: object) -> Started:
        offsets = [line.offset for line in self.job.lines if line.offset is not None]
        fields = {"number": 1, "at": self.began, "host": HERE, "owner": "worker-1", "fence": 2}
        fields |= {"plan_hash": self.plan_hash, "log_offset": max(offsets, default=0), **changed}
        return Started(**fields)

    def end(self) -> None:
        self.gate.touch()
        wait_until(lambda: not self.alive, seconds=60, what="Terraform ends")


@pytest.fixture
def lost(site: Site, tmp_path: Path) -> Lost:
    return Lost(site, tmp_path)


@pytest.mark.parametrize("why", ["handover", "lease_lost"])
def test_the_next_worker_follows_what_runs_on(site: Site, lost: Lost, why: str) -> None:
    lost.let_go(why)
    assert lost.alive
    assert [lock.count("-") for lock in lost.locks] == [4]
    lost.job.changed(should_stop=lost.gate.touch)  # asked at every turn, so it follows already

    outcome = lost.job.attach(lost.started())

    assert (outcome.status, outcome.outputs) == ("succeeded", {"note": "one"})
    assert outcome.sentence == "Done: 3 created."
    is_told_once(lost.job)
    kept = site.keys(site.store.artefact_bucket)
    assert f"jobs/{lost.job.context.job_id}/logs/apply-1-3.jsonl" in kept


def test_what_was_told_up_to_anywhere_is_never_told_again(lost: Lost) -> None:
    lost.let_go()
    lost.end()
    told = [line for line in lost.job.lines if line.offset is not None]
    lost.job.lines.clear()
    lost.job.attach(lost.started(log_offset=0))
    every = lost.job.lines.copy()
    assert every[: len(told)] == told

    for number, last in enumerate(every, start=1):
        lost.job.lines.clear()
        assert lost.job.attach(lost.started(log_offset=last.offset)).status == "succeeded"
        assert lost.job.lines == every[number:]


def test_what_ended_with_an_error_meanwhile_is_told_as_it_was(site: Site, tmp_path: Path) -> None:
    lost = Lost(site, tmp_path, ending="exit 3")
    lost.let_go()
    lost.end()

    outcome = lost.job.attach(lost.started())

    assert (outcome.status, outcome.changed) == ("partially_applied", ("terraform_data.first", "terraform_data.second"))
    assert "local-exec" in outcome.sentence
    assert outcome.not_done == ("terraform_data.second", "terraform_data.third")


@pytest.mark.parametrize("why", ["cancel", "timeout"])
def test_a_process_of_somebody_else_is_stopped_as_ones_own(lost: Lost, why: str) -> None:
    lost.let_go()
    lost.job.changed(should_stop=lambda: why)

    outcome = lost.job.attach(lost.started())

    assert (outcome.status, outcome.error_code) == ("partially_applied", why)
    assert "terraform_data.third" in outcome.not_done
    assert not lost.alive


def test_a_process_that_hangs_is_killed_after_the_grace_time(lost: Lost) -> None:
    lost.let_go()
    lost.signal(signal.SIGSTOP)
    lost.job.changed(should_stop=lambda: "cancel", stop_grace_seconds=0.5)

    outcome = lost.job.attach(lost.started())

    # What it was at has to be found out.
    assert (outcome.status, outcome.error_code) == ("indeterminate", "cancel")
    assert not lost.alive


def test_what_was_interrupted_before_is_not_interrupted_again(lost: Lost) -> None:
    job, wishes = lost.job, iter(["cancel"])

    def first() -> str | None:
        if lost.waits:
            lost.signal(signal.SIGSTOP)  # so that it has no time to end between the two wishes
            return next(wishes, "handover")
        return None

    def second() -> str:
        lost.signal(signal.SIGCONT)
        return "cancel"

    job.changed(should_stop=first)
    with pytest.raises(Detached):
        job.apply(lost.plan_hash)
    job.changed(should_stop=second)

    outcome = job.attach(lost.started())

    assert (outcome.status, outcome.error_code) == ("partially_applied", "cancel")
    # Terraform had the time to save what it had.
    assert outcome.resource_count == 2


def test_a_killed_process_is_gone_and_so_is_one_that_never_was(lost: Lost) -> None:
    with pytest.raises(Gone):
        lost.job.attach(lost.started())
    lost.let_go()
    leader = leader_find(lost.job.context.job_id, 1, "apply-apply")
    assert leader is not None
    os.killpg(leader.pid, signal.SIGKILL)

    with pytest.raises(Gone):
        lost.job.attach(lost.started())


def test_only_its_own_machine_follows_a_process(lost: Lost) -> None:
    lost.let_go()
    lost.job.changed(host="another")
    with pytest.raises(Elsewhere, match=HERE) as refused:
        lost.job.attach(lost.started())
    assert refused.value.retryable
    with pytest.raises(Gone):
        lost.job.attach(lost.started(host_lost=True))

    lost.end()
    # Terraform gives its lock back last.
    with pytest.raises(Gone):
        lost.job.attach(lost.started())


def test_the_same_start_is_never_begun_twice(lost: Lost) -> None:
    lost.let_go()
    with pytest.raises(FileExistsError):
        lost.job.apply(lost.plan_hash)
    lost.end()


def test_a_killed_worker_leaves_terraform_to_the_next(site: Site, lost: Lost, tmp_path: Path) -> None:
    context = dataclasses.replace(lost.job.context, **dict.fromkeys(CALLABLES))
    (tmp_path / "apply.pickle").write_bytes(pickle.dumps((context, site.binary, lost.plan_hash)))
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path)], cwd=PROJECT)
    output = lost.job.context.run_dir / "apply-apply-1.log.jsonl"
    begun = '"type":"apply_start"'
    wait_until(lambda: output.exists() and output.read_text().count(begun) == 2, seconds=60, what="two are begun")
    worker.kill()
    worker.wait()
    assert not lost.locks
    lost.job.changed(should_stop=lambda: lost.gate.touch() if lost.locks else None)

    outcome = lost.job.attach(lost.started())

    assert (outcome.status, outcome.resource_count) == ("succeeded", 3)
    is_told_once(lost.job)


CALLABLES = ("emit", "should_stop", "on_process", "on_lock")
WORKER = """
import dataclasses, pathlib, pickle, sys
from orchestrator.executors.terraform.executor import TerraformExecutor
from orchestrator.executors.terraform.workspace import Tools

context, binary, plan_hash = pickle.loads((pathlib.Path(sys.argv[1]) / "apply.pickle").read_bytes())
deaf = {name: lambda *said: None for name in ("emit", "should_stop", "on_process", "on_lock")}
TerraformExecutor(Tools(binary=binary)).apply(dataclasses.replace(context, **deaf), plan_hash)
"""


def is_told_once(job: Job) -> None:
    """Nothing is told twice, nothing is missing, and the places grow."""
    for kind in ("resource_start", "resource_done"):
        addresses = [line.resource for line in job.lines if line.kind == kind]
        assert sorted(addresses) == sorted(ADDRESSES)
    offsets = [line.offset for line in job.lines if line.offset is not None]
    assert offsets == sorted(set(offsets))
    assert len(job.said("result")) == len(job.said("output")) == 1
