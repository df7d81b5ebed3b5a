"""What is applied is what was approved, byte for byte, wherever it runs."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from orchestrator.executors.base import Module, PlanVoid
from tests.integration.terraform.running import Job, Site, module_of

pytestmark = pytest.mark.terraform

MODULE = """
variable "note" { type = string }
resource "terraform_data" "this" { input = var.note }
output "note" { value = terraform_data.this.output }
"""


@pytest.fixture
def module(tmp_path: Path) -> Module:
    return module_of(tmp_path / "module", MODULE, outputs=("note",))


def test_another_machine_restores_the_plan(site: Site, module: Module) -> None:
    job = site.job(module, {"note": "kept"})
    approved = job.plan().plan_hash
    shutil.rmtree(job.context.run_dir)

    outcome = job.apply(approved)

    assert (outcome.status, outcome.outputs) == ("succeeded", {"note": "kept"})


def test_a_spoiled_run_directory_is_restored(site: Site, module: Module) -> None:
    job = site.job(module, {"note": "kept"})
    approved = job.plan().plan_hash
    (job.context.run_dir / "plan.tfplan").write_bytes(b"another plan")
    (job.context.run_dir / "record.json").write_text("{}")

    assert job.apply(approved).status == "succeeded"


def test_a_plan_is_applied_once(site: Site, module: Module) -> None:
    job = site.job(module, {"note": "kept"})
    approved = job.plan().plan_hash
    assert job.apply(approved).status == "succeeded"

    _is_void(job, approved, "the stack's state is not as approved")


def test_deleting_twice_changes_nothing_the_second_time(site: Site, module: Module) -> None:
    made = site.job(module, {"note": "kept"})
    made.apply(made.plan().plan_hash)
    destroy = site.job(module, {"note": "kept"}, kind="destroy", stack=made.stack)
    planned = destroy.plan()
    assert (planned.sentence, planned.counts.delete) == ("Deletes 1 data record.", 1)
    assert destroy.apply(planned.plan_hash).resource_count == 0

    again = site.job(module, {"note": "kept"}, kind="destroy", stack=made.stack).plan()

    assert (again.has_changes, again.sentence) == (False, "Nothing has to change.")


def test_what_is_not_as_approved_is_never_started(site: Site, module: Module) -> None:
    job = site.job(module, {"note": "kept"})
    approved, context = job.plan().plan_hash, job.context

    for changes, named in (
        ({"policy_version": "2"}, "the approval policy is not as approved"),
        ({"values": {"note": "other"}}, "the values asked for are not as approved"),
        ({"stack": dataclasses.replace(job.stack, environment="production")}, "the stack is not as approved"),
        ({"module": dataclasses.replace(module, digest="1" * 64)}, "the blueprint's module is not as approved"),
    ):
        job.context = dataclasses.replace(context, **changes)
        _is_void(job, approved, named)
    job.context = context
    _is_void(job, "0" * 64, "not the one that was approved")
    assert not [line for line in job.lines if line.kind.startswith("resource_")]


def test_a_state_that_somebody_else_wrote_voids_the_plan(site: Site, module: Module) -> None:
    job = site.job(module, {"note": "kept"})
    approved = job.plan().plan_hash
    state = {"version": 4, "serial": 7, "lineage": "somebody-else", "resources": []}
    key = f"stacks/{job.stack.id}/terraform.tfstate"
    site.s3.put_object(Bucket=site.store.state_bucket, Key=key, Body=json.dumps(state))

    _is_void(job, approved, "the stack's state is not as approved")


def test_a_plan_tampered_with_everywhere_is_void(site: Site, module: Module) -> None:
    job = site.job(module, {"note": "kept"})
    approved = job.plan().plan_hash
    plan = job.context.run_dir / "plan.tfplan"
    plan.write_bytes(plan.read_bytes() + b"tampered")
    key = f"jobs/{job.context.job_id}/plans/{approved}/plan.tfplan"
    site.s3.put_object(Bucket=site.store.artefact_bucket, Key=key, Body=plan.read_bytes())

    _is_void(job, approved, "the stored plan file is not what was approved")


def test_a_plan_that_is_not_stored_any_more_is_void(site: Site, module: Module) -> None:
    job = site.job(module, {"note": "kept"})
    approved = job.plan().plan_hash
    shutil.rmtree(job.context.run_dir)
    site.s3.delete_object(
        Bucket=site.store.artefact_bucket, Key=f"jobs/{job.context.job_id}/plans/{approved}/plan.tfplan"
    )

    _is_void(job, approved, "the approved plan file is no longer stored")


def _is_void(job: Job, plan_hash: str, named: str) -> None:
    with pytest.raises(PlanVoid, match=named):
        job.apply(plan_hash)
