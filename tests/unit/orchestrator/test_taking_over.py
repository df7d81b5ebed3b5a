"""Which values would ask for what somebody changed outside, and what no variable can say."""

from typing import Any

import pytest

from orchestrator.life.taking_over import taken_over
from orchestrator.types import PlannedChange, Variable


def variable(name: str, type_: str, default: Any = None, **more: Any) -> Variable:
    return Variable(name, type_, default=default, required=False, **more)


VARIABLES = (
    variable("versioning", "bool", True),
    variable("days", "number", 90),
    variable("size", "string", "small"),
    variable("key", "string", None, nullable=True),
    variable("tags", "map(string)", {}),
    variable("ports", "set(number)", [80]),
    variable("zones", "list(string)", ["a", "b"]),
    variable("password", "string", "", sensitive=True),
)


def line(path: str, before: Any, after: Any, *variables: str, **more: Any) -> dict[str, Any]:
    asked = {"variables": list(variables)} if variables else {}
    return {"path": path, "before": before, "after": after, "unknown": False, "sensitive": False, **asked, **more}


def changed(*lines: dict[str, Any], action: str = "update") -> PlannedChange:
    return PlannedChange("aws_thing.this", "aws_thing", action, lines)


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        ([line("status", "Enabled", "Suspended", "versioning")], {"versioning": False}),
        ([line("rule[0].on", True, False, "versioning")], {"versioning": False}),
        ([line("days", 90, 30, "days")], {"days": 30}),
        ([line("days", "90", "30", "days")], {"days": "30"}),
        ([line("size", "small", "large", "size", "versioning")], {"size": "large"}),
        ([line("tags.Team", None, "x", "tags"), line("tags_all.Team", None, "x", "tags")], {"tags": {"Team": "x"}}),
        ([line("ports[0]", 80, 443, "ports"), line("ports[1]", None, 80, "ports")], {"ports": [80, 443]}),
        ([line("zones[1]", "b", None, "zones")], {"zones": ["a"]}),
        ([line("name", "n-90", "n-30", "days")], {}),
        ([line("days", 90, 30, "days", sensitive=True)], {}),
        ([line("size", "small", None, "size")], {}),
        ([line("count", 1, 2, "versioning")], {}),
        ([line("status", "Enabled", "Suspended", "versioning", "days")], {}),
        ([line("secret", "", "new", "password")], {}),
        ([line("acl", "private", "public-read")], {}),
    ],
)
def test_what_leads_to_what_is_there(lines: list[dict[str, Any]], values: dict[str, Any]):
    found = taken_over(VARIABLES, {}, [changed(*lines)])
    assert found.values == values
    assert bool(found.left) is not bool(values)


def test_an_entry_is_changed_and_taken_out_of_what_was_asked():
    asked = {"tags": {"a.b": "1", "team": "x", "stays": "y"}}
    lines = [line("tags.a.b", "1", "2", "tags"), line("tags.team", "x", None, "tags")]
    assert taken_over(VARIABLES, asked, [changed(*lines)]).values == {"tags": {"a.b": "2", "stays": "y"}}


def test_what_is_gone_and_what_has_no_variable_is_named():
    gone = PlannedChange("aws_policy.this", "aws_policy", "delete")
    found = taken_over(VARIABLES, {}, [gone, changed(line("acl", "private", "public"), line("days", 90, 7, "days"))])
    assert (found.values, found.left) == ({"days": 7}, ("aws_policy.this", "aws_thing.this: acl"))
