"""Terraform's expressions: what we evaluate is what Terraform would say, and the rest is left to it."""

from typing import Any

import pytest

from orchestrator.catalog.expressions import EvaluationError, Unsupported, evaluate

SCOPE = {
    "var": {
        "name": "acme-reports",
        "cidr": "10.20.0.0/16",
        "tags": {"b": "2", "a": "1"},
        "zones": ["a", "b"],
        "count": 3,
        "on": True,
        "nothing": None,
        "rules": [{"port": 80}, {"port": 443}],
    }
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-var.count", -3),
        ("10 / 4", 2.5),
        ("7 % 4", 3),
        ("!var.on || var.count > 2", True),
        ("var.nothing == null", True),
        ('"1" == 1', False),
        ("true == 1", False),
        ('var.on ? "yes" : "no"', "yes"),
        ('"a\\"b\\n$${x}\\u00e9"', 'a"b\n${x}é'),
        ("var.zones[1]", "b"),
        ("var.zones.0", "a"),
        ('var.tags["a"]', "1"),
        ("var.rules[*].port", [80, 443]),
        ("[for zone in var.zones : upper(zone)]", ["A", "B"]),
        ('[for i, zone in var.zones : i if zone == "b"]', [1]),
        ("{for k, v in var.tags : v => k}", {"1": "a", "2": "b"}),
        ('{ a = 1, "b" : 2 }', {"a": 1, "b": 2}),
        ("length(var.name)", 12),
        ('can(regex("^[a-z-]+$", var.name))', True),
        ('can(regex("^[a-z]+$", "line\\n"))', False),
        ('regex("([a-z]+)-([a-z]+)", var.name)', ["acme", "reports"]),
        ('length(regexall("[[:digit:]]", "a1b2")) == 2', True),
        ('contains(["standard", "fifo"], "fifo")', True),
        ('startswith(var.name, "acme") && endswith(var.name, "reports")', True),
        ("alltrue([for k, v in var.tags : length(k) <= 128])", True),
        ("anytrue([])", False),
        ("cidrhost(var.cidr, 5)", "10.20.0.5"),
        ("cidrnetmask(var.cidr)", "255.255.0.0"),
        ("cidrsubnet(var.cidr, 8, 3)", "10.20.3.0/24"),
        ('can(cidrhost("10.0.0.0/33", 0))', False),
        ('tonumber(split("/", var.cidr)[1]) <= 24', True),
        ('try(var.tags.missing, "default")', "default"),
        ('lower(replace("A B", " ", "-"))', "a-b"),
        ("/* a comment */ 1 # another", 1),
    ],
)
def test_values(source: str, expected: Any) -> None:
    assert evaluate(source, SCOPE) == expected


@pytest.mark.parametrize(
    "source",
    [
        "local.names",
        "filebase64(var.name)",
        '"hello ${var.name}"',
        "1 +",
        "var.",
        "@",
        '"no end',
        r'can(regex("\\pL+", var.name))',
        "(" * 5000,
    ],
)
def test_what_we_do_not_know_is_said(source: str) -> None:
    with pytest.raises(Unsupported):
        evaluate(source, SCOPE)


@pytest.mark.parametrize(
    "source", ['regex("^x", var.name)', "var.zones[9]", "1 / 0", '"a" > 1', "length(5)", "upper()", "var.on + 1", "!5"]
)
def test_what_terraform_would_refuse(source: str) -> None:
    with pytest.raises(EvaluationError):
        evaluate(source, SCOPE)
