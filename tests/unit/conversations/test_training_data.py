"""Which values of a blueprint's variables can be found in a message."""

from dataclasses import replace
from typing import Any

import pytest

from conversations.training_data import training_data_build
from orchestrator.types import BlueprintView, Variable
from tests.unit.conversations.dialogue import catalogue


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("region", "region"),
        ("aws_region", "region"),
        ("vpc_cidr", "cidr"),
        ("instance_type", "instance_type"),
        ("db_instance_class", "instance_type"),
        ("kms_key_arn", "arn"),
        # A part of a word is no hint.
        ("warning_text", None),
    ],
)
def test_a_texts_name_tells_its_form(name: str, kind: str | None) -> None:
    assert _kinds(Variable(name, "string", required=False)).get(name) == kind


def test_secrets_are_not_looked_for() -> None:
    assert "key_arn" not in _kinds(Variable("key_arn", "string", required=False, sensitive=True))


def _kinds(variable: Variable) -> dict[str, Any]:
    blueprint: BlueprintView = replace(catalogue.blueprints()[0], variables=(variable,), ask=())
    data = training_data_build([blueprint], [], catalogue.environments())
    return {each.name: each.kind for each in data.entities}
