"""Applies that end early, and what is said about them. No provider is needed for that, so these are quick."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from orchestrator.executors.base import ExecutorError, LogLine, Module, Stopped
from orchestrator.executors.terraform.marks import marks
from tests.integration.terraform.running import Job, Site, module_of

pytestmark = pytest.mark.terraform

STEPS = """
resource "terraform_data" "first" { input = "one" }
resource "terraform_data" "second" {
  depends_on = [terraform_data.first]
  provisioner "local-exec" { command = "exec sleep 600" }
}
resource "terraform_data" "third" { depends_on = [terraform_data.second] }
"""


@pytest.fixture
def steps(tmp_path: Path) -> Module:
    return module_of(tmp_path / "module", STEPS)


@pytest.mark.parametrize(
    ("why", "sentence"),
    [("cancel", "The apply was canceled."), ("timeout", "The apply was stopped at its time limit.")],
)
def test_a_stopped_apply_says_what_is_there_and_what_is_not(site: Site, steps: Module, why: str, sentence: str) -> None:
    job = site.job(steps, {})
    plan = job.plan()
    job.changed(should_stop=lambda: why if _begun(job, "terraform_data.second") else None)

    outcome = job.apply(plan.plan_hash)

    assert (outcome.status, outcome.error_code) == ("partially_applied", why)
    assert outcome.sentence.startswith(sentence)
    assert outcome.changed[0] == "terraform_data.first"
    assert outcome.not_done == ("terraform_data.second", "terraform_data.third")
    # The interrupted one is in the state too, tainted, because Terraform was given the time to save it.
    assert outcome.resource_count == 2


def test_a_killed_terraform_leaves_an_honest_doubt(site: Site, steps: Module) -> None:
    job, processes = site.job(steps, {}), list[int]()
    plan = job.plan()

    def kill(line: LogLine) -> None:
        job.lines.append(line)
        if line.kind == "resource_start" and line.resource == "terraform_data.second":
            os.killpg(processes[-1], signal.SIGKILL)

    job.changed(emit=kill, on_process=lambda pid, started: processes.append(pid))

    outcome = job.apply(plan.plan_hash)

    assert (outcome.status, outcome.error_code) == ("indeterminate", "terraform_killed")
    assert "terraform_data.second is not known" in outcome.sentence


def test_an_apply_stopped_before_it_began_changed_nothing(site: Site, steps: Module) -> None:
    job = site.job(steps, {})
    plan = job.plan()
    job.changed(should_stop=lambda: "cancel")
    with pytest.raises(Stopped, match="cancel"):
        job.apply(plan.plan_hash)

    # Interrupted while it starts: before any resource.
    job.changed(should_stop=lambda: "cancel" if _runs(job) else None)
    outcome = job.apply(plan.plan_hash)

    assert (outcome.status, outcome.error_code) == ("canceled", "cancel")
    assert outcome.sentence.endswith("Nothing was changed.")
    assert not outcome.changed


def test_a_stopped_plan_is_no_plan(site: Site, steps: Module) -> None:
    job = site.job(steps, {})
    job.changed(should_stop=lambda: "cancel" if "Planning" in job.said("phase") else None)

    with pytest.raises(Stopped, match="cancel"):
        job.plan()


def test_a_plan_whose_terraform_was_killed_may_be_asked_for_again(site: Site, steps: Module) -> None:
    job = site.job(steps, {})
    job.changed(on_process=lambda pid, started: os.kill(pid, signal.SIGKILL) if job.said("phase")[1:] else None)

    with pytest.raises(ExecutorError, match=r"signal 9.*only looked.*tried again") as raised:
        job.plan()

    assert (raised.value.code, raised.value.retryable) == ("terraform_killed", True)


def test_a_plan_made_anew_ends_what_the_lost_one_left(site: Site, steps: Module) -> None:
    job = site.job(steps, {})
    lost = subprocess.Popen(["/bin/sleep", "600"], env=marks(job.context.job_id, 1, "plan-plan"))
    try:
        assert job.plan().has_changes
        assert lost.poll() == -signal.SIGKILL
    finally:
        lost.kill()
        lost.wait()


def test_what_the_log_cannot_take_ends_the_apply(site: Site, steps: Module) -> None:
    job = site.job(steps, {})
    plan = job.plan()

    def refuse(line: LogLine) -> None:
        if line.kind == "resource_start" and line.resource == "terraform_data.second":
            raise RuntimeError("the log is somebody else's")

    job.changed(emit=refuse)
    with pytest.raises(RuntimeError, match="somebody else's"):
        job.apply(plan.plan_hash)
    assert site.keys(site.store.state_bucket) == [f"stacks/{job.stack.id}/terraform.tfstate"]


def _begun(job: Job, address: str) -> bool:
    return any(line.kind == "resource_start" and line.resource == address for line in job.lines)


def _runs(job: Job) -> bool:
    return bool(list(job.context.run_dir.glob("apply-apply-*.jsonl")))
