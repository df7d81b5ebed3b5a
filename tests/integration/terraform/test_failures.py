"""What does not work, and what is said about it."""

import dataclasses
import uuid
from pathlib import Path

import pytest

from orchestrator.executors.base import ExecutorError
from orchestrator.executors.terraform.executor import TerraformExecutor
from orchestrator.executors.terraform.mirror import mirror_find
from orchestrator.executors.terraform.workspace import Tools
from tests.integration.terraform.running import Site, blueprint, bucket_name, module_of

pytestmark = pytest.mark.terraform


def mirror_found() -> Path:
    mirror = mirror_find()
    if mirror is None:
        pytest.skip("providers come from the registry here: there is no mirror")
    return mirror


def test_the_modules_own_validation_answers(site: Site) -> None:
    with pytest.raises(ExecutorError) as failed:
        site.job(blueprint("object-storage"), {"name": "Not A Bucket"}).plan()

    assert failed.value.code == "invalid_value"
    assert failed.value.detail.startswith("name: The bucket name must have 3 to 63 characters")


def test_a_broken_module_names_file_and_line(site: Site, tmp_path: Path) -> None:
    module = module_of(tmp_path / "module", 'resource "aws_s3_bucket" "this" {\n')

    with pytest.raises(ExecutorError) as failed:
        site.job(module, {}).plan()

    assert failed.value.code == "module_invalid"
    assert "main.tf, line 1: Unclosed configuration block" in failed.value.detail


def test_a_provider_nobody_has_is_named(site: Site, tmp_path: Path) -> None:
    source = "registry.terraform.io/infrachat-tests/nowhere"
    module = module_of(
        tmp_path / "module", f'terraform {{\n  required_providers {{\n    none = {{ source = "{source}" }}\n  }}\n}}\n'
    )

    with pytest.raises(ExecutorError) as failed:
        site.job(module, {}).plan()

    assert (failed.value.code, failed.value.retryable) == ("provider_missing", True)
    assert "infrachat-tests/nowhere" in failed.value.detail


def test_a_provider_with_other_files_than_the_locked_ones_is_refused(site: Site) -> None:
    module = blueprint("object-storage")
    version = next(mirror_found().glob("registry.terraform.io/hashicorp/aws/*")).name
    lock = f'provider "registry.terraform.io/hashicorp/aws" {{\n  version = "{version}"\n'
    module = dataclasses.replace(module, lock=lock + '  hashes = [\n    "h1:of-other-files=",\n  ]\n}\n')
    job = site.job(module, {"name": bucket_name()})

    with pytest.raises(ExecutorError) as failed:
        job.plan()

    assert failed.value.code == "provider_missing"
    assert "checksums" in failed.value.detail
    assert "of-other-files" in (job.context.run_dir / ".terraform.lock.hcl").read_text()


def test_a_missing_state_bucket_says_what_makes_it(site: Site) -> None:
    job = site.job(blueprint("object-storage"), {"name": bucket_name()})
    job.changed(store=dataclasses.replace(site.store, state_bucket=f"none-{uuid.uuid4().hex}"))

    with pytest.raises(ExecutorError) as failed:
        job.plan()

    assert failed.value.code == "state_bucket_missing"
    assert "manage.py provision" in failed.value.detail


def test_without_terraform_a_sentence_says_so(site: Site) -> None:
    job = site.job(blueprint("object-storage"), {"name": bucket_name()})

    with pytest.raises(ExecutorError) as failed:
        TerraformExecutor(Tools(binary="/nowhere/terraform")).plan(job.context)

    assert failed.value.code == "terraform_missing"


@pytest.mark.full
def test_a_taken_bucket_name_fails_and_changes_nothing(site: Site) -> None:
    name = bucket_name()
    site.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    job = site.job(blueprint("object-storage"), {"name": name})
    job.changed(cloud=dataclasses.replace(job.context.cloud, region="eu-west-1"))

    outcome = job.apply(job.plan().plan_hash)

    assert (outcome.status, outcome.error_code) == ("failed", "name_taken")
    assert outcome.sentence.endswith("Nothing was changed.")
    assert outcome.changed == ()
    assert len(outcome.not_done) == 6
    assert job.said("resource_failed") == ["aws_s3_bucket.this: creating failed"]
