"""Regular expressions of modules on values that people choose: Terraform's never run away, nor must ours."""

import contextlib
import time

import pytest

from orchestrator.catalog.expressions import Unsupported, evaluate
from orchestrator.catalog.validation import values_clean
from orchestrator.types import Variable

# Linear in Terraform's engine, exponential or worse in one that goes back.
RUNAWAYS = [
    ("^([a-z0-9]+-?)+$", "a" * 60 + "!"),
    ("^(a|a)*$", "a" * 60 + "!"),
    ("^((a+)+b?)+c$", "a" * 5_000),
    ("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 60),
    ("(.*)(.*)(.*)(.*)(.*)x$", "a" * 10_000),
    ("^([^@]+@?)+$", "b" * 5_000 + "\n@@"),
]
DEEP = ["(" * 2_000 + "true" + ")" * 2_000, "!" * 5_000 + "true", "var.a" + ".b" * 5_000]


@pytest.mark.parametrize(("pattern", "text"), RUNAWAYS)
@pytest.mark.parametrize("call", ["regex", "regexall", "replace"])
def test_a_pattern_that_runs_away_is_left_to_terraform(pattern: str, text: str, call: str) -> None:
    arguments = f'"/{pattern}/", ""' if call == "replace" else "var.text"
    source = f"replace(var.text, {arguments})" if call == "replace" else f'{call}("{pattern}", {arguments})'
    began = time.process_time()
    with contextlib.suppress(Unsupported):
        evaluate(f"can({source})", {"var": {"text": text}})
    assert time.process_time() - began < 2.0


def test_all_searches_of_a_condition_have_one_patience() -> None:
    """A list of a thousand values must not take a thousand times as long."""
    source = 'alltrue([for each in var.texts : can(regex("(.*)(.*)(.*)(.*)(.*)x$", each))])'
    began = time.process_time()
    with contextlib.suppress(Unsupported):
        evaluate(source, {"var": {"texts": ["a" * 10_000] * 1_000}})
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize("condition", DEEP, ids=["parentheses", "negations", "members"])
def test_a_condition_as_deep_as_a_well_is_left_to_terraform(condition: str) -> None:
    name = Variable("name", "string", validations=({"condition": condition, "error_message": "no"},))
    assert values_clean([name], {"name": "acme"}, False) == {"name": "acme"}
