"""Risk and environment decide who must approve."""

from dataclasses import replace

import pytest

from orchestrator.policy.approvals import effective_risk, policy_version, rule_for
from orchestrator.states import Risk
from orchestrator.types import ApprovalRow, Demand, EnvironmentView

STAGING = EnvironmentView("staging", "Staging", "us-east-1", Risk.LOW)


@pytest.mark.parametrize(
    ("risk", "minimum", "effective"),
    [
        (Risk.READ, Risk.CRITICAL, Risk.READ),
        (Risk.LOW, Risk.READ, Risk.LOW),
        (Risk.LOW, Risk.HIGH, Risk.HIGH),
        (Risk.HIGH, Risk.LOW, Risk.HIGH),
        (Risk.CRITICAL, Risk.READ, Risk.CRITICAL),
    ],
)
def test_the_environment_raises_and_never_lowers(risk: Risk, minimum: Risk, effective: Risk) -> None:
    assert effective_risk(risk, minimum) is effective


@pytest.mark.parametrize(
    ("risk", "name", "needed"),
    [(Risk.READ, "none", 0), (Risk.LOW, "self", 1), (Risk.HIGH, "other", 1), (Risk.CRITICAL, "two", 2)],
)
def test_each_risk_has_its_rule(risk: Risk, name: str, needed: int) -> None:
    rule = rule_for(risk, STAGING)
    assert (rule.name, rule.needed) == (name, needed)


def test_the_version_changes_with_what_decides_and_with_nothing_else() -> None:
    version = policy_version(STAGING)
    assert version == policy_version(replace(STAGING, title="Other", synonyms=("stage",), region="eu-west-1"))
    assert version != policy_version(replace(STAGING, minimum_risk=Risk.HIGH))
    assert version != policy_version(replace(STAGING, name="sandbox"))
    assert len(version) == 64


def table(*rows: tuple[Risk, str, tuple[str, ...]]) -> EnvironmentView:
    return replace(
        STAGING, approval_rows=tuple(ApprovalRow(risk, Demand(rule, groups, f"{rule}!")) for risk, rule, groups in rows)
    )


def test_a_row_holds_from_its_risk_on_and_lowers_nothing() -> None:
    there = table((Risk.LOW, "other", ()))
    assert [rule_for(risk, there).name for risk in Risk] == ["none", "other", "other", "two"]
    assert [rule_for(risk, table((Risk.LOW, "two", ()))).name for risk in Risk] == ["none", "two", "two", "two"]
    assert [rule_for(risk, table((Risk.LOW, "self", ()))) for risk in Risk] == [
        rule_for(risk, STAGING) for risk in Risk
    ]
    assert rule_for(Risk.LOW, table((Risk.CRITICAL, "two", ()))).name == "self"


@pytest.mark.parametrize("rule", ["none", "self", "other"])
def test_no_demand_lowers_what_the_risk_asks_for(rule: str) -> None:
    asked = rule_for(Risk.CRITICAL, table((Risk.CRITICAL, rule, ())), [Demand(rule)])
    assert (asked.name, asked.needed) == ("two", 2)


def test_demands_add_up() -> None:
    there = table((Risk.LOW, "self", ()), (Risk.HIGH, "other", ("dba",)))
    asked = rule_for(Risk.HIGH, there, [Demand("two", ("security", "dba"), "No destroying here without two.")])
    assert (asked.name, asked.needed) == ("two", 2)
    assert asked.groups == (("dba",), ("security", "dba"))
    assert asked.why == ("other!", "No destroying here without two.")


def test_naming_groups_means_somebody_else() -> None:
    assert rule_for(Risk.LOW, STAGING, [Demand("self", ("dba",))]).name == "other"
    assert rule_for(Risk.READ, STAGING, [Demand("other")]).needed == 1


def test_a_rule_that_nobody_knows_is_the_strictest() -> None:
    asked = rule_for(Risk.LOW, STAGING, [Demand("three", why="Three of them.")])
    assert (asked.name, asked.needed, asked.why) == ("two", 2, ("Three of them.",))


def test_the_table_is_a_part_of_the_version() -> None:
    one = table((Risk.LOW, "other", ("dba",)))
    versions = {
        policy_version(each)
        for each in (
            STAGING,
            one,
            table((Risk.HIGH, "other", ("dba",))),
            table((Risk.LOW, "two", ("dba",))),
            table((Risk.LOW, "other", ("dba", "ops"))),
        )
    }
    assert len(versions) == 5
    assert policy_version(one) == policy_version(table((Risk.LOW, "other", ("dba",))))
