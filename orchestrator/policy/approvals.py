"""Who must approve what: the one place where risk, environment, policy and all else become a rule. Pure.

The risk sets the floor:

risk       rule    who
---------  ------  -----------------------------------------------------------------
read       none    nobody
low        self    the requester confirms
high       other   one approver of the environment who is not the requester
critical   two     two such approvers

The rows of the environment's table, and whatever a plan's policies ask for, are demands: the strongest rule among
them and the floor holds, and where they name groups, an approver must be in one of each demand's groups.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from orchestrator.states import Risk
from orchestrator.types import ApprovalRow, Demand, EnvironmentView


@dataclass(frozen=True)
class Rule:
    name: str
    needed: int
    groups: tuple[tuple[str, ...], ...] = ()
    why: tuple[str, ...] = ()
    """The sentences of the demands that ask for more than the floor."""


RULES: dict[Risk, Rule] = {
    Risk.READ: Rule("none", 0),
    Risk.LOW: Rule("self", 1),
    Risk.HIGH: Rule("other", 1),
    Risk.CRITICAL: Rule("two", 2),
}

_ORDER = ("none", "self", "other", "two")
_NEEDED = {rule.name: rule.needed for rule in RULES.values()}


def effective_risk(risk: Risk, minimum: Risk) -> Risk:
    """The environment may raise the risk of a change, never lower it. Reading changes nothing and is not raised."""
    return risk if risk is Risk.READ else max(risk, minimum, key=lambda each: each.rank)


def rule_for(risk: Risk, environment: EnvironmentView, demands: Iterable[Demand] = ()) -> Rule:
    """The rule for a change of this risk there. `demands` are those of the plan; the environment's own are found."""
    effective = effective_risk(risk, environment.minimum_risk)
    floor = RULES[effective]
    asked = [*_of_table(environment, effective), *demands]
    groups = tuple(dict.fromkeys(each.groups for each in asked if each.groups))
    names = [floor.name, *(each.rule for each in asked), *(["other"] if groups else [])]
    strongest = max(names, key=strength)
    why = dict.fromkeys(each.why for each in asked if each.why and _adds(each, floor))
    # A rule of a name that nobody knows was meant to be more, not less.
    name = strongest if strongest in _NEEDED else "two"
    return Rule(name, _NEEDED[name], groups, tuple(why))


def strength(rule: str) -> int:
    """The place of a rule among all, the weakest first."""
    return _ORDER.index(rule) if rule in _ORDER else len(_ORDER)


def policy_version(environment: EnvironmentView, rules: str = "") -> str:
    """A digest of everything that decided who must approve, and of where: part of the approval digest, so that a plan
    approved under an older policy is not applied under a newer one, nor in another account. `rules` is the digest of
    the rules that judged it."""
    policy: dict[str, Any] = {
        "rules": {risk.value: {"name": rule.name, "needed": rule.needed} for risk, rule in RULES.items()},
        "environment": environment.name,
        "minimum_risk": environment.minimum_risk.value,
        "target": environment.target,
        **({"judged_by": rules} if rules else {}),
    }
    if environment.approval_rows:
        policy["table"] = sorted(_row(each) for each in environment.approval_rows)
    return hashlib.sha256(json.dumps(policy, sort_keys=True).encode()).hexdigest()


def _of_table(environment: EnvironmentView, risk: Risk) -> list[Demand]:
    """A row holds from its risk on: what is riskier never needs less."""
    if risk is Risk.READ:
        return []
    return [each.demand for each in environment.approval_rows if each.risk.rank <= risk.rank]


def _adds(demand: Demand, floor: Rule) -> bool:
    return bool(demand.groups) or strength(demand.rule) > strength(floor.name)


def _row(row: ApprovalRow) -> list[str]:
    return [row.risk.value, row.demand.rule, *sorted(row.demand.groups)]
