"""The life of a bucket: planned, made, looked after, deleted on another machine."""

import json
import shutil
import stat
from typing import Any

import pytest

from orchestrator.assessing.blast import blast_of
from orchestrator.assessing.causes import Asked, Baseline, causes_marked
from orchestrator.catalog.loader import BLUEPRINTS, blueprint_load
from orchestrator.executors.base import Module
from orchestrator.life.taking_over import taken_over
from tests.integration.terraform.running import Job, Site, blueprint, bucket_name

pytestmark = pytest.mark.terraform


@pytest.mark.full
def test_a_bucket_is_planned_and_made_as_planned(site: Site) -> None:
    name = bucket_name()
    job = site.job(blueprint("object-storage"), {"name": name, "versioning": True})

    outcome = job.plan()

    assert outcome.has_changes
    assert outcome.counts.create == 6
    assert outcome.sentence == "Creates 6 resources (1 bucket, 1 bucket policy, 1 bucket versioning and 3 more)."
    bucket = next(change for change in outcome.changes if change.resource_type == "aws_s3_bucket")
    assert bucket.address == "aws_s3_bucket.this"
    named = next(each for each in bucket.attributes if each["path"] == "bucket")
    assert (named["after"], named["sensitive"], named["variables"]) == (name, False, ["name"])
    asked = {change.address: change.variables for change in outcome.changes}
    assert "expire_days" in asked["aws_s3_bucket.this"]  # in a dynamic block
    assert asked["aws_s3_bucket_versioning.this"] == ("versioning",)
    assert "name" in asked["aws_s3_bucket_public_access_block.this"]  # through the bucket alone
    assert outcome.lock is not None
    assert "hashicorp/aws" in outcome.lock
    assert not site.keys(site.store.state_bucket)

    done = job.apply(outcome.plan_hash)

    assert done.status == "succeeded"
    assert done.sentence == "Done: 6 created."
    assert done.outputs["bucket_arn"] == f"arn:aws:s3:::{name}"
    assert done.outputs["versioning"] == "Enabled"
    assert done.resource_count == 6
    assert any(line.startswith("aws_s3_bucket.this: created in ") for line in job.said("resource_done"))
    _has_what_the_rules_demand(site, name, job)
    _keeps_its_traces_encrypted_and_private(site, job, outcome.plan_hash)


@pytest.mark.timeout(400)
def test_drift_is_told_and_deletion_works_where_the_plan_was_not_made(site: Site) -> None:
    name, module = bucket_name(), blueprint("object-storage")
    made = site.job(module, {"name": name})
    made.apply(made.plan().plan_hash)

    site.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    drift = site.job(module, {"name": name}, kind="drift", stack=made.stack).plan()
    assert drift.has_changes
    assert drift.sentence == "1 resource changed outside of Terraform: aws_s3_bucket_versioning.this was changed."
    found = taken_over(blueprint_load(BLUEPRINTS / "object-storage").view.variables, {"name": name}, drift.changes)
    assert (found.values, found.left) == ({"versioning": False}, ())
    destroy = site.job(module, {"name": name}, kind="destroy", stack=made.stack)
    planned = destroy.plan()
    assert planned.counts.delete == 6
    assert blast_of(planned.changes, planned.graph, planned.masked_plan["resource_changes"]).sentence == (
        "Deletes 1 bucket, 1 bucket ownership controls, 1 bucket policy and 3 other resources; "
        "no data is lost: a bucket with objects in it is not deleted."
    )
    shutil.rmtree(destroy.context.run_dir)
    done = destroy.apply(planned.plan_hash)

    assert (done.status, done.sentence, done.resource_count) == ("succeeded", "Done: 6 deleted.", 0)
    assert name not in [each["Name"] for each in site.s3.list_buckets()["Buckets"]]


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_change_is_undone_and_drift_is_restored_by_what_was_asked_before_or_adopted(site: Site) -> None:
    """What undoing and restoring ask for: the values of an earlier revision, applied once more."""
    name, module = bucket_name(), blueprint("object-storage")
    made = site.job(module, {"name": name, "versioning": True})
    made.apply(made.plan().plan_hash)

    def versioning() -> str | None:
        return site.s3.get_bucket_versioning(Bucket=name).get("Status")

    def once_more(*, versioned: bool) -> str:
        job = site.job(module, {"name": name, "versioning": versioned}, stack=made.stack)
        planned = job.plan()
        assert (planned.counts.create, planned.counts.delete, planned.counts.replace) == (0, 0, 0)
        assert job.apply(planned.plan_hash).status == "succeeded"
        return planned.sentence

    once_more(versioned=False)
    assert versioning() == "Suspended"
    once_more(versioned=True)  # undone
    assert versioning() == "Enabled"
    site.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    _a_change_marks_what_nobody_asked_for(site, module, {"name": name, "versioning": True}, made)
    once_more(versioned=True)  # restored
    assert versioning() == "Enabled"
    site.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
    _adopted_it_counts_as_asked_for(site, module, {"name": name, "versioning": False}, made)


def _adopted_it_counts_as_asked_for(site: Site, module: Module, values: dict[str, Any], made: Job) -> None:
    """The plan changes nothing, and applying it has the state know what is there."""
    job = site.job(module, values, stack=made.stack)
    planned = job.plan()
    assert planned.counts.changes == 0
    assert job.apply(planned.plan_hash).status == "succeeded"
    assert site.s3.get_bucket_versioning(Bucket=values["name"])["Status"] == "Suspended"
    checked = site.job(module, values, kind="drift", stack=made.stack).plan()
    assert checked.sentence == "Everything is as it was applied."


def _a_change_marks_what_nobody_asked_for(site: Site, module: Module, asked: dict[str, Any], made: Job) -> None:
    values = {**asked, "tags": {"team": "reports"}}
    found = site.job(module, values, stack=made.stack).plan()
    changes = causes_marked(
        found.changes,
        Asked(values, module.digest),
        Baseline(asked, module.digest),
        graph=found.graph,
        drifted=found.drifted,
        resources=found.masked_plan["resource_changes"],
    )
    assert {each.address: each.cause for each in changes if each.action != "read"} == {
        "aws_s3_bucket.this": "",
        "aws_s3_bucket_versioning.this": "drift",
    }
    assert blast_of(changes, found.graph, found.masked_plan["resource_changes"]).sentence == (
        "Changes 1 bucket and 1 bucket versioning in place; 4 resources depend on them."
    )


def _has_what_the_rules_demand(site: Site, name: str, job: Job) -> None:
    s3 = site.s3
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())
    rule = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=name)["Policy"]
    rules = {each["ID"] for each in s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]}
    assert rules == {"abort-unfinished-uploads", "delete-old-versions"}
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=name)["TagSet"]}
    assert tags == {"infrachat:stack": job.stack.id, "infrachat:environment": "staging"}


def _keeps_its_traces_encrypted_and_private(site: Site, job: Job, plan_hash: str) -> None:
    prefix = f"jobs/{job.context.job_id}"
    kept = site.keys(site.store.artefact_bucket)
    for name in ("plan.tfplan", "terraform.lock.hcl", "terraform.tfvars.json", "record.json"):
        assert f"{prefix}/plans/{plan_hash}/{name}" in kept
    assert {f"{prefix}/logs/plan-1-0.jsonl", f"{prefix}/logs/apply-1-0.jsonl"} <= set(kept)
    head = site.s3.head_object(Bucket=site.store.artefact_bucket, Key=f"{prefix}/plans/{plan_hash}/plan.tfplan")
    assert head["ServerSideEncryption"] == "AES256"
    state = json.loads(
        site.s3.get_object(Bucket=site.store.state_bucket, Key=f"stacks/{job.stack.id}/terraform.tfstate")[
            "Body"
        ].read()
    )
    assert state["serial"] >= 1
    assert stat.S_IMODE(job.context.run_dir.stat().st_mode) == 0o700
    assert all(not path.stat().st_mode & 0o077 for path in job.context.run_dir.glob("*.jsonl"))
