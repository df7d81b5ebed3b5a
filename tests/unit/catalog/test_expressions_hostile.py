"""Regular expressions of modules against values that people choose: Terraform's never run away, ours must not either."""

import time

import pytest

from orchestrator.catalog.expressions import Unsupported, evaluate
from orchestrator.catalog.validation import values_clean
from orchestrator.errors import InvalidValues
from orchestrator.types import Variable

# Linear in Terraform's engine, exponential or worse in one that goes back.
RUNAWAYS = [
    ("^([a-z0-9]+-?)+$", "a" * 60 + "!"),
    ("^(a|a)*$", "a" * 60 + "!"),
    ("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 60),
    ("(.*)(.*)(.*)(.*)(.*)x$", "a" * 10_000),
    ("^([^@]+@?)+$", "b" * 5_000 + "\n@@"),
]


@pytest.mark.parametrize(("pattern", "text"), RUNAWAYS)
@pytest.mark.parametrize("call", ["regex", "regexall", "replace"])
def test_a_pattern_that_runs_away_is_left_to_terraform(pattern: str, text: str, call: str) -> None:
    arguments = f'"/{pattern}/", ""' if call == "replace" else "var.text"
    source = f"replace(var.text, {arguments})" if call == "replace" else f'{call}("{pattern}", {arguments})'
    began = time.monotonic()
    try:
        evaluate(f"can({source})", {"var": {"text": text}})
    except Unsupported:
        pass
    assert time.monotonic() - began < 2.0


def test_a_value_is_not_refused_because_checking_it_took_too_long() -> None:
    condition = {"condition": 'can(regex("^(([a-z0-9]+-?)+)$", var.name))', "error_message": "no"}
    name = Variable("name", "string", validations=(condition,))
    value = "a" * 60 + "!"
    assert values_clean([name], {"name": value}, False) == {"name": value}
    with pytest.raises(InvalidValues):
        values_clean([name], {"name": "!"}, False)


@pytest.mark.parametrize(
    "condition", ["(" * 2_000 + "true" + ")" * 2_000, "!" * 5_000 + "true", "var.a" + ".b" * 5_000]
)
def test_a_condition_as_deep_as_a_well_is_left_to_terraform(condition: str) -> None:
    name = Variable("name", "string", validations=({"condition": condition, "error_message": "no"},))
    assert values_clean([name], {"name": "acme"}, False) == {"name": "acme"}
