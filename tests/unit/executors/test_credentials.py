"""Each cloud's adapter, by the names of its providers' documentation. No provider and no account is at hand here: that
a provider signs in with these variables is its documentation's word, not ours."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestrator.executors.base import CloudAccess, ExecutorError
from orchestrator.executors.clients import cloud_client
from orchestrator.executors.credentials.base import Place
from orchestrator.executors.credentials.names import SECRET_NAMES
from orchestrator.executors.credentials.registry import ADAPTERS, adapter_of, require_fitting
from orchestrator.executors.terraform.checking import Subject, _write
from orchestrator.executors.terraform.environment import backend_identity, child_environment
from orchestrator.executors.terraform.planning import refuse_foreign
from orchestrator.executors.terraform.root import root_configuration
from orchestrator.executors.terraform.rundir import RunDir
from orchestrator.executors.terraform.workspace import Tools, _secrets
from tests.unit.executors.contexts import STORE, archive, context

TENANT, SUBSCRIPTION, CLIENT = (f"{each}0000000-0000-4000-8000-000000000000" for each in "123")
AWS = Place("staging", "eu-central-1")
AZURE = Place("staging", "westeurope", tenant_id=TENANT, subscription_id=SUBSCRIPTION, client_id=CLIENT)
GOOGLE = Place("staging", "europe-west1", project_id="acme-staging")
KEY = json.dumps(
    {
        "type": "service_account",
        "project_id": "acme-staging",
        "private_key_id": "0123456789abcdef0123",
        "private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END PRIVATE KEY-----\n",
        "client_email": "infrachat@acme-staging.iam.gserviceaccount.com",
    }
)
FEDERATION = json.dumps(
    {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": {"file": "/var/run/token"},
    }
)
# A worker that serves environments in all three clouds, with and without prefixes.
EVERYTHING = {
    f"{prefix}{name}": f"secret of {prefix}{name}"
    for prefix in ("", "OTHER_")
    for name in SECRET_NAMES
    if "USE_" not in name and "PATH" not in name
} | {
    "PATH": "/bin",
    "SECRET_KEY": "secret of Django",
    "MONGODB_URI": "mongodb://secret",
    "SQS_SECRET_ACCESS_KEY": "secret of the queue",
    "STORE_AWS_SECRET_ACCESS_KEY": "secret of the store",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/secret",
}


def access(place: Place, environ: dict[str, str], kind: str) -> CloudAccess:
    return adapter_of(kind).access(place, environ)


def refused(place: Place, environ: dict[str, str], kind: str) -> str:
    with pytest.raises(ExecutorError) as error:
        access(place, environ, kind)
    assert error.value.detail.startswith("Nothing was planned in staging. The infrastructure worker is not set up")
    assert not any(value in error.value.detail for value in environ.values() if len(value) > 8)
    return error.value.detail


def child(cloud: CloudAccess, tmp_path: Path, environ: dict[str, str]) -> dict[str, str]:
    """What it is given beside what every Terraform process is."""
    made = child_environment(RunDir(tmp_path), cloud, STORE, environ)
    nobody = CloudAccess("r", {}, kind="azure")
    always = child_environment(RunDir(tmp_path), nobody, STORE, {"PATH": environ.get("PATH", "")})
    assert always["AWS_EC2_METADATA_DISABLED"] == "true"
    return {name: value for name, value in made.items() if name not in always}


def file(tmp_path: Path, content: str) -> str:
    path = tmp_path / "given"
    path.write_text(content)
    return str(path)


@pytest.mark.parametrize(
    ("kind", "place", "only"),
    [
        ("aws", replace(AWS, prefix="STAGING"), {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "mine"}),
        ("azure", replace(AZURE, prefix="STAGING"), {"ARM_CLIENT_SECRET": "mine"}),
        ("google", replace(GOOGLE, prefix="STAGING"), {"GOOGLE_OAUTH_ACCESS_TOKEN": "mine"}),
    ],
)
def test_terraform_is_given_its_own_environments_variables_and_nothing_else_of_the_worker(
    kind: str, place: Place, only: dict[str, str], tmp_path: Path
) -> None:
    environ = EVERYTHING | {f"STAGING_{name}": value for name, value in only.items()}
    cloud = access(place, environ, kind)

    given = child(cloud, tmp_path, environ)

    assert given == {**only, **cloud.named}
    assert given.keys() <= adapter_of(kind).variables
    assert "secret" not in " ".join(child_environment(RunDir(tmp_path), cloud, STORE, environ).values())


def test_whatever_stands_in_an_access_another_clouds_variables_are_not_handed_on(tmp_path: Path) -> None:
    for kind, adapter in ADAPTERS.items():
        foreign = {name for other in ADAPTERS.values() if other is not adapter for name in other.variables}
        cloud = CloudAccess("r", dict.fromkeys(foreign | {"LD_PRELOAD", "PATH"}, "x"), kind=kind, named={})
        assert child_environment(RunDir(tmp_path), cloud, STORE, {}).keys() & (foreign | {"LD_PRELOAD"}) == set()


def test_every_variable_that_lets_somebody_in_is_one_that_others_must_not_see() -> None:
    plain = {"ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID", "ARM_USE_CLI", "ARM_MSI_ENDPOINT"}
    plain |= {"GOOGLE_PROJECT", "GOOGLE_REGION", "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT"}
    own = {name for name in adapter_of("aws").variables if name not in SECRET_NAMES}
    given = {name for adapter in ADAPTERS.values() for name in adapter.variables}

    assert given - plain - own <= SECRET_NAMES


class TestAws:
    def test_a_role_is_assumed_with_a_policy_for_its_session(self) -> None:
        place = replace(AWS, role_arn="arn:aws:iam::123456789012:role/x", session_policy='{"Statement": "${x}"}')

        made = root_configuration(
            context(cloud=access(place, {}, "aws")), source=Path("module"), mentions=lambda text: text == "aws"
        )

        role = made["provider"]["aws"]["assume_role"]
        assert role["role_arn"] == "arn:aws:iam::123456789012:role/x"
        assert role["policy"] == '{"Statement": "$${x}"}', "JSON, and no template"

    def test_half_a_key_is_told(self) -> None:
        assert "AWS_SECRET_ACCESS_KEY is missing" in refused(AWS, {"AWS_ACCESS_KEY_ID": "id"}, "aws")

    def test_a_prefix_without_keys_is_told(self) -> None:
        detail = refused(replace(AWS, prefix="STAGING"), {"AWS_ACCESS_KEY_ID": "id"}, "aws")
        assert "STAGING_AWS_ACCESS_KEY_ID" in detail

    def test_calls_of_aws_are_not_made_elsewhere(self) -> None:
        with pytest.raises(ExecutorError, match="another cloud"):
            cloud_client(CloudAccess("westeurope", {}, kind="azure"), "s3", session_name="x")


class TestAzure:
    BASE = {"ARM_TENANT_ID": TENANT, "ARM_SUBSCRIPTION_ID": SUBSCRIPTION, "ARM_CLIENT_ID": CLIENT}
    OFF = {"ARM_USE_CLI": "false", "ARM_USE_OIDC": "false", "ARM_USE_MSI": "false"}

    def test_by_a_clients_secret(self, tmp_path: Path) -> None:
        environ = {"ARM_CLIENT_SECRET": "a-secret"}
        assert child(access(AZURE, environ, "azure"), tmp_path, environ) == {**self.BASE, **self.OFF, **environ}

    def test_by_a_clients_certificate(self, tmp_path: Path) -> None:
        environ = {
            "ARM_CLIENT_CERTIFICATE_PATH": file(tmp_path, "MIIKcQIBAzCCCi0GCSqGSIb3"),
            "ARM_CLIENT_CERTIFICATE_PASSWORD": "p",
        }
        assert child(access(AZURE, environ, "azure"), tmp_path, environ) == {**self.BASE, **self.OFF, **environ}

    @pytest.mark.parametrize("name", ["ARM_OIDC_TOKEN", "ARM_OIDC_TOKEN_FILE_PATH"])
    def test_by_a_token_of_another_identity(self, name: str, tmp_path: Path) -> None:
        token = {name: file(tmp_path, "eyJhbGciOiJSUzI1NiJ9.e30.sig") if "PATH" in name else "eyJhbGciOiJSUzI1NiJ9"}
        environ = {"ARM_USE_OIDC": "true", **token}

        given = child(access(AZURE, environ, "azure"), tmp_path, environ)

        assert given == {**self.BASE, **self.OFF, "ARM_USE_OIDC": "true", **token}

    def test_by_the_machines_own_identity(self, tmp_path: Path) -> None:
        environ = {"ARM_USE_MSI": "1"}
        given = child(access(replace(AZURE, client_id=""), environ, "azure"), tmp_path, environ)
        assert "ARM_CLIENT_ID" not in given
        assert given["ARM_USE_MSI"] == "true"

    @pytest.mark.parametrize(
        ("place", "environ", "told"),
        [
            (AZURE, {}, "It needs one of: ARM_CLIENT_SECRET or ARM_CLIENT_SECRET_FILE_PATH; ARM_CLIENT_CERTIFICATE"),
            (AZURE, {"ARM_USE_OIDC": "true"}, "neither ARM_OIDC_TOKEN nor ARM_OIDC_TOKEN_FILE_PATH"),
            (AZURE, {"ARM_USE_MSI": "perhaps"}, "ARM_USE_MSI is neither true nor false"),
            (AZURE, {"ARM_USE_MSI": "true", "ARM_CLIENT_SECRET": "a-secret"}, "more than one way"),
            (replace(AZURE, client_id=""), {"ARM_CLIENT_SECRET": "a-secret"}, "the worker ARM_CLIENT_ID"),
            (replace(AZURE, tenant_id=""), {"ARM_CLIENT_SECRET": "a-secret"}, "does not name its ARM_TENANT_ID"),
            (replace(AZURE, prefix="P"), {"ARM_CLIENT_SECRET": "a-secret"}, "cannot sign in to Azure"),
            (AZURE, {"ARM_CLIENT_CERTIFICATE_PATH": "/nowhere.pfx"}, "CERTIFICATE_PATH names no readable file"),
            (AZURE, {"ARM_CLIENT_SECRET_FILE_PATH": "given"}, "by its whole path"),
        ],
    )
    def test_what_is_missing_is_told_by_name(self, place: Place, environ: dict[str, str], told: str) -> None:
        assert told in refused(place, environ, "azure")


class TestGoogle:
    BASE = {"GOOGLE_PROJECT": "acme-staging", "GOOGLE_REGION": "europe-west1"}

    @pytest.mark.parametrize("content", [KEY, FEDERATION])
    def test_by_a_key_or_a_federation_given_or_in_a_file(self, content: str, tmp_path: Path) -> None:
        path = file(tmp_path, content)
        for environ in (
            {"GOOGLE_CREDENTIALS": content},
            {"GOOGLE_CREDENTIALS": path},
            {"GOOGLE_APPLICATION_CREDENTIALS": path},
        ):
            assert child(access(GOOGLE, environ, "google"), tmp_path, environ) == {**self.BASE, **environ}

    def test_for_a_service_account_to_impersonate(self, tmp_path: Path) -> None:
        place = replace(GOOGLE, service_account="infrachat@acme-staging.iam.gserviceaccount.com")
        environ = {"GOOGLE_OAUTH_ACCESS_TOKEN": "ya29.token"}

        given = child(access(place, environ, "google"), tmp_path, environ)

        assert given == {**self.BASE, **environ, "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT": place.service_account}

    @pytest.mark.parametrize(
        ("place", "environ", "told"),
        [
            (GOOGLE, {}, "It needs one of: GOOGLE_CREDENTIALS"),
            (GOOGLE, {"GOOGLE_CREDENTIALS": "{"}, "GOOGLE_CREDENTIALS is no JSON of one of the types service_account"),
            (GOOGLE, {"GOOGLE_CREDENTIALS": '{"type": "authorized_user"}'}, "service_account, external_account"),
            (GOOGLE, {"GOOGLE_CREDENTIALS": "/nowhere.json"}, "names no readable file"),
            (GOOGLE, {"GOOGLE_CREDENTIALS": KEY, "GOOGLE_OAUTH_ACCESS_TOKEN": "ya29.token"}, "more than one way"),
            (replace(GOOGLE, project_id=""), {"GOOGLE_OAUTH_ACCESS_TOKEN": "ya29.token"}, "does not name its project"),
        ],
    )
    def test_what_is_missing_is_told_by_name(self, place: Place, environ: dict[str, str], told: str) -> None:
        assert told in refused(place, environ, "google")


def test_secrets_are_masked_by_value_wherever_they_come_from(tmp_path: Path) -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.e30.a-token-in-a-file"
    environs: list[tuple[str, Place, dict[str, str], str]] = [
        ("azure", AZURE, {"ARM_CLIENT_SECRET": "a-clients-long-secret"}, "a-clients-long-secret"),
        ("azure", AZURE, {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": file(tmp_path, token)}, token),
        ("google", GOOGLE, {"GOOGLE_CREDENTIALS": KEY}, "MIIEvQIBADANBgkqhkiG9w0B"),
        ("google", GOOGLE, {"GOOGLE_CREDENTIALS": KEY}, "0123456789abcdef0123"),
        ("google", GOOGLE, {"GOOGLE_OAUTH_ACCESS_TOKEN": "ya29.a-longer-token"}, "ya29.a-longer-token"),
        ("aws", AWS, {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "s" * 40}, "s" * 40),
    ]
    for kind, place, environ, secret in environs:
        masked = _secrets(context(cloud=access(place, environ, kind))).scrub(f"refused: {secret}!")
        assert masked == "refused: (sensitive)!", (kind, environ)


def test_the_state_stays_in_s3_with_the_stores_own_keys() -> None:
    cloud = access(AZURE, {"ARM_CLIENT_SECRET": "a-secret"}, "azure")

    made = root_configuration(context(cloud=cloud), source=Path("module"), mentions=lambda text: False)

    assert made["terraform"]["backend"]["s3"]["profile"] == "infrachat-store"
    assert backend_identity(cloud, STORE)["shared_credentials_files"] == ["store-credentials"]
    assert "a-secret" not in json.dumps(made)


class TestProviders:
    STACK = {"infrachat:environment": "staging", "infrachat:stack": "6e0c8d0e-8d0e-4a55-9d6e-111111111111"}
    LABELS = {name.replace(":", "-"): value for name, value in STACK.items()}

    def made(self, kind: str, text: str) -> dict[str, Any]:
        cloud = CloudAccess("r", {}, kind=kind)
        return root_configuration(context(cloud=cloud), source=Path("module"), mentions=containing(text))

    def test_azurerm_has_its_features_and_no_tags_of_ours(self) -> None:
        made = self.made("azure", 'resource "azurerm_resource_group" "this" {}')
        assert made["provider"] == {"azurerm": {"features": {}}}

    @pytest.mark.parametrize(
        ("text", "demanded"),
        [
            (b'resource "azurerm_resource_group" "this" {}', {"azurerm": {"features": {}}}),
            (b'resource "aws_vpc" "this" {} # not azurerm', None),
        ],
    )
    def test_a_module_is_looked_over_with_what_its_provider_demands(
        self, text: bytes, demanded: dict[str, Any] | None, tmp_path: Path
    ) -> None:
        run = RunDir(tmp_path)
        run.make()
        _write(run, Subject(archive({"main.tf": text}), ("name",), ()), Tools())
        assert json.loads(run.root.read_text()).get("provider") == demanded

    def test_azapi_is_not_looked_for_below_hashicorp(self) -> None:
        made = self.made("azure", 'resource "azapi_resource" "this" {}')
        assert made["provider"] == {"azapi": {"default_tags": self.STACK}}
        assert made["terraform"]["required_providers"] == {"azapi": {"source": "Azure/azapi"}}

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ('resource "google_storage_bucket" "this" {}', ["google"]),
            ('resource "google_x" "this" { provider = google-beta }', ["google-beta"]),
            ('source = "hashicorp/google"\nsource = "hashicorp/google-beta"', ["google", "google-beta"]),
            ('source = "terraform-google-modules/network/google"', ["google"]),
        ],
    )
    def test_google_labels_all_that_it_makes(self, text: str, names: list[str]) -> None:
        made = self.made("google", text)
        assert made["provider"] == {name: {"default_labels": self.LABELS} for name in names}

    def test_a_module_for_another_cloud_is_refused_before_anything_is_started(self) -> None:
        cloud = CloudAccess("westeurope", {}, kind="azure")
        with pytest.raises(ExecutorError) as error:
            require_fitting(cloud, "object-storage", "azure-test", containing('resource "aws_s3_bucket" "this" {}'))
        assert error.value.code == "wrong_cloud"
        assert "object-storage makes things in AWS, and azure-test is in Azure." in error.value.detail

        for text in ('resource "azurerm_x" "a" {}\nresource "aws_x" "b" {}', 'resource "terraform_data" "x" {}'):
            require_fitting(cloud, "mixed", "azure-test", containing(text))


def containing(text: str) -> Callable[[str], bool]:
    return lambda searched: searched in text


def _importing(before: dict[str, Any]) -> dict[str, Any]:
    change = {"actions": ["no-op"], "importing": {"id": "the-one"}, "before": before}
    return {"resource_changes": [{"address": "module.stack.google_storage_bucket.this", "change": change}]}


@pytest.mark.parametrize(
    "before",
    [
        {"tags_all": {"infrachat:stack": "other"}},
        {"labels": {"infrachat-stack": "other"}},
        # As the provider has the labels that it adds by itself.
        {"labels": {}, "effective_labels": {"infrachat-stack": "other"}},
    ],
)
def test_what_another_stack_has_marked_is_not_taken_over_in_any_cloud(before: dict[str, Any]) -> None:
    with pytest.raises(ExecutorError, match="managed by another stack here already, other"):
        refuse_foreign(_importing(before), "mine")
    refuse_foreign(_importing(before), "other")


def test_tags_that_are_a_list_stop_no_plan() -> None:
    """Those of a machine in Google Cloud, and the labels of a metric."""
    refuse_foreign(_importing({"tags": ["web"], "labels": [{"key": "zone"}]}), "mine")
    with pytest.raises(ExecutorError, match="managed by another stack"):
        refuse_foreign(_importing({"tags": ["web"], "effective_labels": {"infrachat-stack": "other"}}), "mine")


def test_what_a_federated_identity_sends_along_is_masked_by_itself() -> None:
    source = {"url": "https://sts.example/token", "headers": {"Authorization": "Bearer a-standing-token"}}
    key = {"type": "external_account", "credential_source": source, "more": [{"token": "another-standing-token"}]}
    place = Place(environment="staging", region="europe-west1", project_id="acme-staging")
    masked = adapter_of("google").access(place, {"GOOGLE_CREDENTIALS": json.dumps(key)}).masked
    assert {"Bearer a-standing-token", "another-standing-token"} <= set(masked)
    assert "https://sts.example/token" not in masked
