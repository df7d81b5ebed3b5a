"""Nothing of a lost start can write once it is reconciled; and only its own lock is taken away. No provider is needed
for that, so these are quick."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from orchestrator.executors.base import Elsewhere, ExecutorError, LogLine, PlanVoid, Reconciled
from orchestrator.executors.terraform.marks import leader_find
from orchestrator.executors.terraform.state import state_document
from orchestrator.executors.terraform.statelock import APPLY, StateLock, lock_read, lock_take
from tests.integration.terraform.interrupting import HERE, Interrupted
from tests.integration.terraform.running import KEYS, REGION, Site, module_of

pytestmark = pytest.mark.terraform

MODULE = """
variable "note" { type = string }
variable "gate" { type = string }
resource "terraform_data" "first" { input = file(var.note) }
resource "terraform_data" "second" {
  depends_on = [terraform_data.first]
  provisioner "local-exec" { command = "while [ ! -e ${var.gate} ]; do sleep 0.02; done" }
}
output "note" { value = terraform_data.first.output }
"""


@pytest.fixture
def killed(site: Site, tmp_path: Path) -> Interrupted:
    note = tmp_path / "note"
    note.write_text("one")
    module = module_of(tmp_path / "module", MODULE, outputs=("note",), continue_after_interruption=True)
    return Interrupted(site, site.job(module, {"note": str(note), "gate": str(tmp_path / "gate")}))


def lost_at_once(killed: Interrupted) -> None:
    """Its worker died when the start was committed."""
    killed.job.verify(killed.plan_hash)


def lost_early(killed: Interrupted) -> None:
    """Before anything was done."""
    killed.kill_when(lambda: True)


def lost_midway(killed: Interrupted) -> None:
    """When the lock was taken and seen, `first` was made and `second` begun."""
    killed.kill_when(lambda: bool(killed.locks) and _begun(killed, "terraform_data.second"))


def test_what_was_begun_and_cannot_be_told_is_named_and_nothing_is_repeated(killed: Interrupted) -> None:
    lost_midway(killed)

    found = killed.reconcile()

    assert (found.status, found.unknown) == ("partially_applied", ("terraform_data.second",))
    assert found.remainder is None
    assert "terraform_data.second" in found.sentence
    assert _lock(killed) is None


def test_what_was_never_begun_is_planned_anew(killed: Interrupted) -> None:
    lost_early(killed)

    found = killed.reconcile()

    assert (found.status, found.exists, found.may_continue) == ("remainder", (), True)
    assert found.sentence.startswith("Nothing was done before the interruption.")
    Path(killed.job.context.values["gate"]).touch()
    killed.finish(found)


def test_without_the_blueprints_word_people_are_asked(killed: Interrupted) -> None:
    module = dataclasses.replace(killed.job.context.module, continue_after_interruption=False)
    killed.job.changed(module=module)
    lost_early(killed)

    found = killed.reconcile()

    assert (found.status, found.may_continue) == ("remainder", False)


def test_what_is_not_what_was_approved_any_more_is_not_done(killed: Interrupted) -> None:
    lost_early(killed)
    Path(killed.job.context.values["note"]).write_text("two")

    found = killed.reconcile()

    assert (found.status, found.remainder) == ("failed", None)
    assert "not what was approved: terraform_data.first" in found.sentence


def test_a_running_terraform_is_ended_before_anything_else(killed: Interrupted) -> None:
    """Its worker is gone, and nobody could attach to it."""
    job = killed.job
    job.changed(should_stop=lambda: "lease_lost" if killed.locks and _begun(killed, "terraform_data.second") else None)
    with pytest.raises(Exception, match="lease_lost"):
        job.apply(killed.plan_hash)
    job.changed(should_stop=lambda: None)
    assert leader_find(job.context.job_id, 1, "apply-apply")

    found = killed.reconcile()

    assert found.status == "partially_applied"
    assert leader_find(job.context.job_id, 1, "apply-apply") is None


def test_a_worker_that_wakes_up_late_is_refused_by_terraform(killed: Interrupted) -> None:
    """It was paused after it had verified its plan, and before it started Terraform."""
    found: list[Reconciled] = []
    job = killed.job

    def emit(line: LogLine) -> None:
        if line.text == "Applying":
            other = killed.site.job(job.context.module, dict(job.context.values), stack=job.stack)
            other.context = dataclasses.replace(job.context, fence=3, emit=other.lines.append)
            found.append(other.reconcile(killed.started(), killed.plan_hash))
        else:
            job.lines.append(line)

    Path(job.context.values["gate"]).touch()
    job.changed(emit=emit)
    with pytest.raises(PlanVoid, match="Nothing was started"):
        job.apply(killed.plan_hash)
    assert not job.said("resource_start")

    job.changed(emit=job.lines.append)
    killed.finish(found[0])
    assert len(job.said("resource_done")) == 2


def test_somebody_elses_lock_stays_and_is_waited_for(killed: Interrupted) -> None:
    lost_early(killed)
    foreign = _put_lock(killed, who="ann@laptop", operation=APPLY)

    with pytest.raises(ExecutorError, match="locked by ann@laptop") as refused:
        killed.reconcile()

    assert (refused.value.code, refused.value.retryable) == ("state_locked", True)
    assert _lock(killed) == foreign
    assert _serial(killed) == 0


@pytest.mark.parametrize(
    ("recorded", "who", "operation", "age_seconds", "ours"),
    [
        ("its own id", "ann@laptop", APPLY, 0, True),
        ("another id", f"root@{HERE}", APPLY, 0, False),
        (None, f"root@{HERE}", APPLY, 0, True),
        (None, "root@another", APPLY, 0, False),
        (None, f"root@{HERE}", "OperationTypePlan", 0, False),
        (None, f"root@{HERE}", APPLY, 3600, False),
    ],
)
def test_whose_lock_it_is(
    killed: Interrupted, recorded: str | None, who: str, operation: str, age_seconds: int, ours: bool
) -> None:
    lost_at_once(killed)
    lock = _put_lock(killed, who=who, operation=operation, age_seconds=age_seconds)
    recorded = lock.id if recorded == "its own id" else recorded

    if ours:
        assert killed.reconcile(lock_id=recorded).status == "remainder"
        assert _lock(killed) is None
    else:
        with pytest.raises(ExecutorError, match="is locked by"):
            killed.reconcile(lock_id=recorded)
        assert _lock(killed) == lock


@pytest.mark.parametrize(
    ("job_id", "fence", "host", "age_seconds", "ours"),
    [
        ("this", 2, HERE, 0, True),
        ("this", 9, HERE, 0, False),
        ("another", 2, HERE, 0, False),
        ("this", 2, "another", 0, False),
        ("this", 2, "another", 3600, True),
    ],
)
def test_a_reconciler_that_died_leaves_its_lock_to_the_next(
    killed: Interrupted, job_id: str, fence: int, host: str, age_seconds: int, ours: bool
) -> None:
    job = killed.job.context.job_id if job_id == "this" else job_id
    lost_at_once(killed)
    _put_lock(killed, who=f"infrachat@{host}", operation="reconcile", info=f"{job}:{fence}", age_seconds=age_seconds)

    if ours:
        assert killed.reconcile().status == "remainder"
    else:
        with pytest.raises(ExecutorError, match="is locked by"):
            killed.reconcile()


def test_a_state_that_could_not_be_saved_is_saved_first(killed: Interrupted) -> None:
    first = Interrupted(killed.site, killed.job)
    Path(killed.job.context.values["gate"]).touch()
    first.job.apply(first.plan_hash)
    saved, _ = state_document(killed.site.store, killed.job.stack)
    killed.site.s3.delete_object(Bucket=killed.site.store.state_bucket, Key=_key(killed))
    (killed.job.context.run_dir / "errored.tfstate").write_text(json.dumps(saved))

    found = first.reconcile()

    assert (found.status, found.resource_count, found.outputs) == ("succeeded", 2, {"note": "one"})
    assert not (killed.job.context.run_dir / "errored.tfstate").exists()
    first.is_settled()


def test_only_its_own_machine_tells_unless_that_is_lost(killed: Interrupted) -> None:
    lost_midway(killed)
    killed.job.changed(host="another")
    with pytest.raises(Elsewhere, match=HERE):
        killed.reconcile()
    assert _lock(killed) is not None

    found = killed.reconcile(host_lost=True)

    assert (found.status, found.unknown) == ("partially_applied", ("terraform_data.second",))


def test_what_carries_the_tag_and_was_not_planned_is_reported(killed: Interrupted) -> None:
    """Somebody made it by hand; whether it belongs here nobody can tell."""
    lost_early(killed)
    keys = {name.lower(): value for name, value in KEYS.items()}
    sns = boto3.client("sns", endpoint_url=killed.site.endpoint, region_name=REGION, **keys)
    tags = [{"Key": "infrachat:stack", "Value": killed.job.stack.id}]
    arn = sns.create_topic(Name="by-hand", Tags=tags)["TopicArn"]

    found = killed.reconcile()

    assert (found.status, found.unknown, found.remainder) == ("partially_applied", (arn,), None)
    assert arn in found.sentence


def _begun(killed: Interrupted, address: str) -> bool:
    return any(line.kind == "resource_start" and line.resource == address for line in killed.job.lines)


def _lock(killed: Interrupted) -> StateLock | None:
    return lock_read(killed.site.store, killed.job.stack)


def _put_lock(killed: Interrupted, *, who: str, operation: str, info: str = "", age_seconds: int = 0) -> StateLock:
    store, stack = killed.site.store, killed.job.stack
    lock = lock_take(store, stack, who=who, info=info, operation=operation)
    assert lock is not None
    created = (datetime.now(UTC) - timedelta(seconds=age_seconds)).isoformat().replace("+00:00", "Z")
    content: dict[str, Any] = {"ID": lock.id, "Operation": operation, "Info": info, "Who": who, "Created": created}
    killed.site.s3.put_object(Bucket=store.state_bucket, Key=f"{_key(killed)}.tflock", Body=json.dumps(content))
    placed = _lock(killed)
    assert placed is not None
    return placed


def _serial(killed: Interrupted) -> int:
    return int(state_document(killed.site.store, killed.job.stack)[0].get("serial", 0))


def _key(killed: Interrupted) -> str:
    return f"stacks/{killed.job.stack.id}/terraform.tfstate"
