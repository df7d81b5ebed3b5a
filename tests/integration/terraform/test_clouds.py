"""Environments in other clouds, as far as the real Terraform goes without their providers: what arrives at its
processes, where the state is, what is said where a provider cannot be had. And AWS's roles, at the emulator's STS."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.executors.base import CloudAccess, ExecutorError
from orchestrator.executors.clients import cloud_client
from orchestrator.executors.credentials.base import Place
from orchestrator.executors.credentials.registry import adapter_of
from tests.integration.terraform.door import Door, door
from tests.integration.terraform.interrupting import Interrupted
from tests.integration.terraform.running import KEYS, Site, module_of

pytestmark = pytest.mark.terraform

ROLE = "arn:aws:iam::123456789012:role/infrachat-staging"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
STORE_KEYS = {"AWS_ACCESS_KEY_ID": "STOREKEY", "AWS_SECRET_ACCESS_KEY": "store-secret-of-some-length"}
ID = "00000000-0000-4000-8000-000000000000"
ASKING = """
resource "terraform_data" "this" {
  provisioner "local-exec" {
    command = "env > seen; echo $WHAT"
    environment = { WHAT = "the secret is azure-secret-of-some-length" }
  }
}
"""


@pytest.fixture
def gate(cloud_endpoint: str) -> Iterator[Door]:
    with door(cloud_endpoint) as made:
        yield made


def azure(environ: dict[str, str]) -> CloudAccess:
    place = Place("azure-test", "westeurope", prefix="TEST", tenant_id=ID, subscription_id=ID, client_id=ID)
    return adapter_of("azure").access(place, environ)


def test_azures_variables_arrive_and_no_other_clouds(
    site: Site, gate: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_ARM_CLIENT_SECRET", "azure-secret-of-some-length")
    monkeypatch.setenv("GOOGLE_CREDENTIALS", "secret of another cloud")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret of another cloud")
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    cloud = azure({"TEST_ARM_CLIENT_SECRET": "azure-secret-of-some-length"})
    store = dataclasses.replace(site.store, endpoint_url=gate.endpoint, secrets=STORE_KEYS)
    job = site.job(module_of(tmp_path / "module", ASKING), {}, cloud=cloud, store=store)

    plan = job.plan()
    assert job.apply(plan.plan_hash).status == "succeeded"

    lines = (job.context.run_dir / "seen").read_text().splitlines()
    seen = dict(line.split("=", 1) for line in lines if line.startswith(("ARM_", "AWS_", "GOOGLE_")))
    assert seen == {
        "ARM_TENANT_ID": ID,
        "ARM_SUBSCRIPTION_ID": ID,
        "ARM_CLIENT_ID": ID,
        "ARM_CLIENT_SECRET": "azure-secret-of-some-length",
        "ARM_USE_CLI": "false",
        "ARM_USE_OIDC": "false",
        "ARM_USE_MSI": "false",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SDK_UA_APP_ID": "infrachat",
    }
    assert "secret of another cloud" not in (job.context.run_dir / "seen").read_text()
    assert gate.signed_by == {"STOREKEY"}, "the state is in S3, with the store's keys"
    said = "\n".join(line.text for line in job.lines)
    assert "the secret is (sensitive)" in said
    assert "azure-secret" not in said


def test_a_provider_that_cannot_be_had_is_told_in_a_sentence(site: Site, tmp_path: Path) -> None:
    module = module_of(tmp_path / "module", 'resource "azurerm_resource_group" "this" {\n  name = "x"\n}\n')
    job = site.job(module, {}, cloud=azure({"TEST_ARM_CLIENT_SECRET": "x"}))

    with pytest.raises(ExecutorError) as failed:
        job.plan()

    assert failed.value.code == "provider_missing"
    assert "is not in the mirror, and the registry did not give it" in failed.value.detail
    assert "hashicorp/azurerm" in failed.value.detail


def test_a_blueprint_for_aws_is_not_started_elsewhere(site: Site, tmp_path: Path) -> None:
    module = module_of(tmp_path / "module", 'resource "aws_s3_bucket" "this" {}\n')

    with pytest.raises(ExecutorError, match="makes things in AWS, and staging is in Azure"):
        site.job(module, {}, cloud=azure({"TEST_ARM_CLIENT_SECRET": "x"})).plan()


def test_after_an_interruption_nobody_asks_aws_what_exists_in_azure(site: Site, gate: Door, tmp_path: Path) -> None:
    text = 'resource "terraform_data" "quick" {}\nresource "terraform_data" "slow" {\n  provisioner "local-exec" {\n'
    text += '    command = "sleep 60"\n  }\n}\n'
    store = dataclasses.replace(site.store, endpoint_url=gate.endpoint, secrets=STORE_KEYS)
    cloud = azure({"TEST_ARM_CLIENT_SECRET": "x"})
    killed = Interrupted(site, site.job(module_of(tmp_path / "module", text), {}, cloud=cloud, store=store))
    killed.kill_after(1)

    found = killed.reconcile()

    assert (found.status, found.unknown) == ("partially_applied", ("terraform_data.slow",)), found.sentence
    assert gate.signed_by == {"STOREKEY"}


def test_calls_are_made_in_the_role_with_its_sessions_policy(gate: Door) -> None:
    cloud = CloudAccess("us-east-1", KEYS, ROLE, gate.endpoint, session_policy=POLICY)

    assert cloud_client(cloud, "s3", session_name="infrachat-1").list_buckets()["ResponseMetadata"]

    asked = gate.roles.pop()
    assert (asked["RoleArn"], asked["Policy"], asked["RoleSessionName"]) == ([ROLE], [POLICY], ["infrachat-1"])
    assert len(gate.signed_by) == 2, "the worker asked for the role, and the role for the buckets"


@pytest.mark.full
def test_the_provider_assumes_the_role_with_its_sessions_policy(site: Site, gate: Door, tmp_path: Path) -> None:
    text = 'data "aws_caller_identity" "me" {}\noutput "arn" {\n  value = data.aws_caller_identity.me.arn\n}\n'
    job = site.job(module_of(tmp_path / "module", text, outputs=("arn",)), {})
    job.changed(cloud=CloudAccess("us-east-1", KEYS, ROLE, gate.endpoint, session_policy=POLICY))

    outcome = job.apply(job.plan().plan_hash)

    assert outcome.outputs["arn"].endswith(f"assumed-role/infrachat-staging/infrachat-{job.stack.id}")
    assert {each["Policy"][0] for each in gate.roles} == {POLICY}
