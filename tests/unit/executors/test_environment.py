import dataclasses
import stat
from pathlib import Path

from orchestrator.executors.terraform.environment import (
    child_environment,
    forget_identity,
    write_identity,
)
from orchestrator.executors.terraform.rundir import RunDir
from tests.unit.executors.contexts import CLOUD, STORE

WORKER = {
    "PATH": "/bin",
    "MONGODB_URI": "mongodb://user:password@host",
    "SECRET_KEY": "x",
    "SQS_SECRET_ACCESS_KEY": "x",
    "STAGING_AWS_SECRET_ACCESS_KEY": "x",
    "AWS_SECRET_ACCESS_KEY": "the worker's",
    "AWS_PROFILE": "the worker's",
    "LD_PRELOAD": "/tmp/x.so",
    "TF_CLI_ARGS": "-destroy",
    "TF_VAR_name": "x",
    "TF_LOG": "TRACE",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/token",
    "https_proxy": "http://proxy:3128",
}


def test_only_what_is_on_the_list_reaches_terraform(tmp_path: Path) -> None:
    child = child_environment(RunDir(tmp_path), CLOUD, STORE, WORKER)

    assert child == {
        "PATH": "/bin",
        "https_proxy": "http://proxy:3128",
        "AWS_ACCESS_KEY_ID": "cloud-key",
        "AWS_SECRET_ACCESS_KEY": "cloud-secret",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SDK_UA_APP_ID": "infrachat",
        "GOGC": "400",
        "HOME": str(tmp_path),
        "TF_CLI_CONFIG_FILE": str(tmp_path / "cli.tfrc"),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
    }


def test_how_often_terraform_looks_through_its_memory_can_be_said(tmp_path: Path) -> None:
    child = child_environment(RunDir(tmp_path), CLOUD, STORE, {"GOGC": "100", "GOMEMLIMIT": "512MiB"})

    assert (child["GOGC"], child["GOMEMLIMIT"]) == ("100", "512MiB")


def test_given_secrets_cannot_change_how_programs_are_found(tmp_path: Path) -> None:
    cloud = dataclasses.replace(CLOUD, secrets={**CLOUD.secrets, "PATH": "/tmp", "LD_PRELOAD": "x"})

    child = child_environment(RunDir(tmp_path), cloud, STORE, WORKER)

    assert (child["PATH"], "LD_PRELOAD" in child) == ("/bin", False)


def test_a_worker_without_keys_lends_its_own_identity(tmp_path: Path) -> None:
    bare = dataclasses.replace(CLOUD, secrets={})

    child = child_environment(RunDir(tmp_path), bare, dataclasses.replace(STORE, secrets={}), WORKER)

    assert child["AWS_WEB_IDENTITY_TOKEN_FILE"] == "/var/run/token"
    assert "AWS_SECRET_ACCESS_KEY" not in child
    assert "AWS_EC2_METADATA_DISABLED" not in child


def test_an_emulators_address_is_passed_on(tmp_path: Path) -> None:
    cloud = dataclasses.replace(CLOUD, endpoint_url="http://127.0.0.1:5000")

    assert child_environment(RunDir(tmp_path), cloud, STORE, {})["AWS_ENDPOINT_URL"] == "http://127.0.0.1:5000"


def test_the_stores_own_keys_stand_in_a_private_file_for_a_while(tmp_path: Path) -> None:
    run = RunDir(tmp_path)
    write_identity(run, CLOUD, STORE)
    assert not run.store_credentials.exists()

    keys = {"AWS_ACCESS_KEY_ID": "store-key", "AWS_SECRET_ACCESS_KEY": "store-secret"}
    write_identity(run, CLOUD, dataclasses.replace(STORE, secrets=keys))
    assert run.store_credentials.read_text() == (
        "[infrachat-store]\naws_access_key_id = store-key\naws_secret_access_key = store-secret\n"
    )
    assert stat.S_IMODE(run.store_credentials.stat().st_mode) == 0o600
    forget_identity(run)
    assert not run.store_credentials.exists()
