"""JSON Schema and forms from variables: every type expression, and a large module as a form that can be used."""

import jsonschema
import pytest

from orchestrator.catalog.configuration import configuration_read
from orchestrator.catalog.kinds import Misfit, fit
from orchestrator.catalog.schema import form_of, schema_of, type_schema
from orchestrator.catalog.variables import module_variables
from orchestrator.states import Risk
from orchestrator.types import BlueprintView, Variable
from tests.unit.catalog.large_module import VARIABLES, large_module


def view_of(variables: tuple[Variable, ...], ask: tuple[str, ...] = ("name",)) -> BlueprintView:
    return BlueprintView(
        "platform", "Platform", "Many parts.", "v1", {"apply": Risk.LOW}, (), ask, (), variables, "platform"
    )


@pytest.fixture(scope="module")
def large() -> BlueprintView:
    return view_of(module_variables(configuration_read(large_module())))


@pytest.mark.parametrize(
    ("expression", "right", "wrong"),
    [
        ("string", ["a", ""], [None, []]),
        ("number", [1, 2.5], ["x", None]),
        ("bool", [True], ["maybe", 7]),
        ("any", [1, "a", {}, [None]], []),
        ("list(string)", [[], ["a"]], [[{}], 7]),
        ("set(number)", [[1, 2]], [["x"]]),
        ("map(bool)", [{"a": True}], [{"a": "x"}, []]),
        ("tuple([string, number])", [["a", 1]], [["a"], ["a", 1, 2]]),
        (
            "object({ a = string, b = optional(number, 3) })",
            [{"a": "x"}, {"a": "x", "b": None}],
            [{}, {"a": "x", "c": 1}],
        ),
        (
            "list(object({ a = optional(map(list(string)), {}) }))",
            [[{}, {"a": {"k": ["v"]}}]],
            [[{"a": {"k": "v"}, "z": 1}]],
        ),
    ],
)
def test_a_type_s_schema_agrees_with_the_type(expression: str, right: list[object], wrong: list[object]) -> None:
    validator = jsonschema.Draft202012Validator(type_schema(expression))
    for value in right:
        validator.validate(value)
        fit(expression, value)
    for value in wrong:
        assert not validator.is_valid(value), value
        with pytest.raises(Misfit):
            fit(expression, value)


def test_the_defaults_of_a_large_module_are_right_by_its_schema(large: BlueprintView) -> None:
    schema = schema_of(large)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert len(schema["properties"]) == VARIABLES
    jsonschema.validate({name: each.get("default") for name, each in schema["properties"].items()}, schema)
    assert schema["properties"]["timeout_seconds"]["x-validation"] == [
        "The timeout must be between 0 and 43200 seconds."
    ]
    assert schema["properties"]["admin_password"]["writeOnly"]
    assert "default" not in schema["properties"]["admin_password"]


def test_a_large_module_s_form_asks_little_and_folds_the_rest_away(large: BlueprintView) -> None:
    form = form_of(large)
    first, *others = form["sections"]
    assert [each["name"] for each in first["fields"]] == ["name"]
    assert not first["advanced"]
    assert all(each["advanced"] for each in others)
    names = [field["name"] for section in form["sections"] for field in section["fields"]]
    assert sorted(names) == sorted(each.name for each in large.variables)
    (timeout,) = [each for section in others for each in section["fields"] if each["name"] == "timeout_seconds"]
    assert (timeout["label"], timeout["default"], timeout["help"]) == (
        "Timeout seconds",
        30,
        "How long a message stays hidden.",
    )
    assert timeout["errors"] == ["The timeout must be between 0 and 43200 seconds."]


def test_sections_are_what_begins_alike() -> None:
    names = (
        "name",
        "public_subnets",
        "public_subnet_tags",
        "public_subnet_names",
        "nat_gateway",
        "nat_ip",
        "nat_tags",
        "cidr",
    )
    variables = tuple(Variable(name, "string", required=name == "cidr", default="") for name in names)
    form = form_of(view_of(variables))
    assert [(each["title"], [field["name"] for field in each["fields"]]) for each in form["sections"]] == [
        ("Platform", ["name", "cidr"]),
        ("Public", ["public_subnets", "public_subnet_tags", "public_subnet_names"]),
        ("Nat", ["nat_gateway", "nat_ip", "nat_tags"]),
    ]
