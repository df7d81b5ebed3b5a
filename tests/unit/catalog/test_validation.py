"""Values against variables: each sentence names the variable and says what would be right."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.catalog.validation import values_clean
from orchestrator.errors import InvalidValues
from orchestrator.types import Variable

NAME = Variable(
    name="name",
    type="string",
    description="Name of the bucket.",
    validations=(
        {
            "condition": 'can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))',
            "error_message": "3 to 63 lower-case letters, digits and hyphens.",
        },
    ),
)
VERSIONING = Variable(name="versioning", type="bool", default=True, required=False)
DAYS = Variable(
    name="days",
    type="number",
    default=30,
    required=False,
    validations=({"condition": "var.days >= 1 && var.days <= 365", "error_message": "1 to 365 days."},),
)
KIND = Variable(name="kind", type="string", default="a", required=False, choices=("a", "b"))
ZONES = Variable(name="zones", type="list(string)", default=[], required=False)
TAGS = Variable(name="tags", type="map(string)", default={}, required=False)
RULE = Variable(name="rule", type="object({port = number, note = optional(string)})", default=None, required=False)
ODD = Variable(
    name="odd",
    type="string",
    default="",
    required=False,
    validations=({"condition": "filesha1(var.odd) != local.x", "error_message": "never said"},),
)
ALL = (NAME, VERSIONING, DAYS, KIND, ZONES, TAGS, RULE, ODD)


def errors(values: dict[str, Any], *, partial: bool = False) -> dict[str, str]:
    with pytest.raises(InvalidValues) as caught:
        values_clean(ALL, values, partial)
    return caught.value.errors


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ({"versioning": "yes"}, {"versioning": True}),
        ({"versioning": "off"}, {"versioning": False}),
        ({"days": "7"}, {"days": 7}),
        ({"days": 7.5}, {"days": 7.5}),
        ({"zones": "a, b"}, {"zones": ["a", "b"]}),
        ({"zones": ["a", 1]}, {"zones": ["a", "1"]}),
        ({"tags": {"a": 1}}, {"tags": {"a": "1"}}),
        ({"rule": {"port": "80"}}, {"rule": {"port": 80}}),
        ({"versioning": None}, {}),
        ({"days": ""}, {}),
        ({"odd": "left to terraform"}, {"odd": "left to terraform"}),
    ],
)
def test_values_in_the_types_of_their_variables(given_value: dict[str, Any], expected: dict[str, Any]) -> None:
    assert values_clean(ALL, {"name": "acme", **given_value}, False) == {"name": "acme", **expected}


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({}, "name", "name is needed. Name of the bucket."),
        ({"name": "Acme_"}, "name", "name: 3 to 63 lower-case letters, digits and hyphens."),
        ({"name": "acme\n"}, "name", "name: 3 to 63 lower-case letters, digits and hyphens."),
        ({"name": ["acme"]}, "name", "name must be a text."),
        ({"name": "a\0b"}, "name", "name must be a text without null characters."),
        ({"name": "x" * 10_001}, "name", "name must be at most 10000 characters long."),
        ({"name": "\ud800"}, "name", "name must be a text of valid characters."),
        ({"days": 2**64}, "days", f"days must be between -{2**53} and {2**53}."),
        ({"days": 10**400}, "days", "days must be a number."),
        ({"tags": {"a": "\0"}}, "tags", "tags must be a text without null characters."),
        ({"versioning": "maybe"}, "versioning", "versioning must be true or false."),
        ({"days": "many"}, "days", "days must be a number."),
        ({"days": True}, "days", "days must be a number."),
        ({"days": "nan"}, "days", "days must be a number."),
        ({"days": 400}, "days", "days: 1 to 365 days."),
        ({"kind": "c"}, "kind", "kind must be one of: a, b."),
        ({"zones": {"a": 1}}, "zones", "zones must be a list, each a text."),
        ({"tags": "a"}, "tags", "tags must be a map of names to values, each a text."),
        ({"rule": {}}, "rule", "rule must be an object with port, note; port is missing."),
        ({"rule": {"port": 1, "x": 2}}, "rule", "rule must be an object with port, note; x is not one of them."),
        ({"versionin": True}, "versionin", "There is no variable versionin. Did you mean versioning?"),
    ],
)
def test_what_is_wrong_is_said(values: dict[str, Any], field: str, sentence: str) -> None:
    assert errors({"name": "acme", **values} if values else {})[field] == sentence


def test_all_mistakes_at_once() -> None:
    assert set(errors({"days": 0, "kind": "x", "nobody": 1})) == {"days", "kind", "nobody", "name"}


def test_partial_asks_for_nothing_and_checks_what_is_given() -> None:
    assert values_clean(ALL, {"days": "3"}, True) == {"days": 3}
    assert set(errors({"days": 0}, partial=True)) == {"days"}


def test_a_condition_over_a_value_that_is_not_known_yet_waits() -> None:
    both = Variable(
        name="high",
        type="number",
        validations=({"condition": "var.high > var.low", "error_message": "high must be above low."},),
    )
    low = Variable(name="low", type="number")
    assert values_clean((both, low), {"high": 1}, True) == {"high": 1}
    with pytest.raises(InvalidValues):
        values_clean((both, low), {"high": 1, "low": 2}, False)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_any_json_value_is_cleaned_or_refused(value: Any) -> None:
    for variable in ALL:
        try:
            values_clean(ALL, {"name": "acme", variable.name: value}, True)
        except InvalidValues as error:
            assert variable.name in error.errors


def test_what_is_left_out_of_an_object_is_there_with_its_default() -> None:
    """`can(...)` would otherwise take what is merely not given for wrong."""
    tag = "optional(object({ k = optional(string) }), {})"
    type_ = f"list(object({{ id = string, days = optional(number, 30), tag = {tag} }}))"
    rule = {
        "condition": "alltrue([for each in var.rules : can(each.tag.k) && each.days > 0])",
        "error_message": "Days must be more than nothing.",
    }
    rules = Variable(name="rules", type=type_, required=False, validations=(rule,))
    assert values_clean([rules], {"rules": [{"id": "a"}]}, False) == {"rules": [{"id": "a"}]}
    with pytest.raises(InvalidValues, match="rules: Days must be more than nothing"):
        values_clean([rules], {"rules": [{"id": "a"}, {"id": "b", "days": 0}]}, False)


def test_what_is_wrong_deep_inside_is_found() -> None:
    type_ = "list(object({ id = string, days = optional(number) }))"
    rules = Variable(name="rules", type=type_, required=False)
    with pytest.raises(InvalidValues, match="number 2 must be an object whose days is a number"):
        values_clean([rules], {"rules": [{"id": "a"}, {"id": "b", "days": "soon"}]}, False)


def test_truth_is_a_text_where_a_text_is_wanted() -> None:
    """terraform-aws-s3-bucket has `versioning = { enabled = true }` in a map of texts."""
    versioning = Variable(name="versioning", type="map(string)", required=False)
    assert values_clean([versioning], {"versioning": {"enabled": True}}, False) == {"versioning": {"enabled": "true"}}
