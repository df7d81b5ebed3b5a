"""Risk and environment decide who must approve."""

from dataclasses import replace

import pytest

from orchestrator.policy.approvals import effective_risk, policy_version, rule_for
from orchestrator.states import Risk
from orchestrator.types import EnvironmentView

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
