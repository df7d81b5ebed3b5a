import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from orchestrator.executors.base import ExecutorError
from orchestrator.executors.terraform.root import root_configuration, shown_address
from tests.unit.executors.contexts import CLOUD, STACK, STORE, context, module

HOSTILE = '${file("/etc/passwd")}'


def root(**changed: Any) -> dict[str, Any]:
    return root_configuration(context(**changed), source=Path("module"), mentions=lambda text: text == "aws")


def test_values_are_only_named_never_written() -> None:
    made = root(values={"name": HOSTILE, "note": "%{ for x in y }"})

    assert made["module"] == {"stack": {"source": "./module", "name": "${var.name}", "note": "${var.note}"}}
    assert "passwd" not in json.dumps(made)
    assert "for x" not in json.dumps(made)


@pytest.mark.parametrize("name", ["source", "providers", "count", "for_each", 'a" b', "a.b", "", "1a", "a\n"])
def test_names_that_are_no_variables_are_refused(name: str) -> None:
    with pytest.raises(ExecutorError, match="cannot be a variable"):
        root(values={name: "x"})


def test_what_administrators_name_is_no_template() -> None:
    stack = dataclasses.replace(STACK, environment=HOSTILE)

    made = root(stack=stack, cloud=dataclasses.replace(CLOUD, role_arn="arn:%{if}"))

    assert made["provider"]["aws"]["default_tags"]["tags"]["infrachat:environment"] == "$" + HOSTILE
    assert made["provider"]["aws"]["assume_role"]["role_arn"] == "arn:%%{if}"


def test_tags_are_the_same_for_every_job_of_a_stack() -> None:
    first, second = root(job_id="1", start=1), root(job_id="2", start=3, kind="destroy")

    assert first == second
    assert set(first["provider"]["aws"]["default_tags"]["tags"]) == {"infrachat:stack", "infrachat:environment"}


def test_sensitive_variables_and_outputs_are_declared_so() -> None:
    secretive = module(
        outputs=("arn", "token", "found"), sensitive_variables=("password",), sensitive_outputs=("token",)
    )
    values = {"password": "x", "name": "y"}

    made = root_configuration(
        context(module=secretive, values=values),
        source=Path("module"),
        mentions=lambda text: False,
        sensitive_outputs=["found"],
    )

    assert made["variable"] == {"name": {}, "password": {"sensitive": True}}
    assert [made["output"][name]["sensitive"] for name in ("arn", "token", "found")] == [False, True, True]
    assert "provider" not in made


def test_the_state_is_encrypted_locked_and_of_the_stack() -> None:
    backend = root()["terraform"]["backend"]["s3"]

    assert backend == {
        "bucket": "state",
        "key": f"stacks/{STACK.id}/terraform.tfstate",
        "region": "us-east-1",
        "encrypt": True,
        "use_lockfile": True,
    }


def test_an_emulator_is_reached_by_path_and_not_asked_who_one_is() -> None:
    store = dataclasses.replace(STORE, endpoint_url="http://127.0.0.1:5000")

    backend = root(store=store)["terraform"]["backend"]["s3"]

    assert backend["endpoints"] == {"s3": "http://127.0.0.1:5000"}
    assert backend["use_path_style"] is True
    assert backend["skip_credentials_validation"] is True


def test_the_state_does_not_follow_the_clouds_endpoint() -> None:
    cloud = dataclasses.replace(CLOUD, endpoint_url="http://127.0.0.1:5000")

    assert root(cloud=cloud)["terraform"]["backend"]["s3"]["endpoints"] == {"s3": "https://s3.us-east-1.amazonaws.com"}


def test_no_secret_is_written_into_configuration() -> None:
    store = dataclasses.replace(
        STORE, secrets={"AWS_ACCESS_KEY_ID": "store-key", "AWS_SECRET_ACCESS_KEY": "store-secret"}
    )

    text = json.dumps(root(store=store))

    assert "secret" not in text.replace('"shared_credentials_files": ["store-credentials"]', "")
    assert "store-key" not in text
    assert '"profile": "infrachat-store"' in text


def test_addresses_are_shown_as_the_module_has_them() -> None:
    assert shown_address('module.stack.aws_subnet.public["eu-1a"]') == 'aws_subnet.public["eu-1a"]'
    assert shown_address("module.stack.module.inner.aws_vpc.this") == "module.inner.aws_vpc.this"
