"""Who must approve what. Pure: risk and environment in, rule out.

risk       rule    who
---------  ------  -----------------------------------------------------------------
read       none    nobody
low        self    the requester confirms
high       other   one approver of the environment who is not the requester
critical   two     two such approvers
"""

import hashlib
import json
from dataclasses import asdict, dataclass

from orchestrator.states import Risk
from orchestrator.types import EnvironmentView


@dataclass(frozen=True)
class Rule:
    name: str
    needed: int


RULES: dict[Risk, Rule] = {
    Risk.READ: Rule("none", 0),
    Risk.LOW: Rule("self", 1),
    Risk.HIGH: Rule("other", 1),
    Risk.CRITICAL: Rule("two", 2),
}


def effective_risk(risk: Risk, minimum: Risk) -> Risk:
    """The environment may raise the risk of a change, never lower it. Reading changes nothing and is not raised."""
    return risk if risk is Risk.READ else max(risk, minimum, key=lambda each: each.rank)


def rule_for(risk: Risk, environment: EnvironmentView) -> Rule:
    return RULES[effective_risk(risk, environment.minimum_risk)]


def policy_version(environment: EnvironmentView) -> str:
    """A digest of everything that decided who must approve, and of where: part of the approval digest, so that a plan
    approved under an older policy is not applied under a newer one, nor in another account."""
    policy = {
        "rules": {risk.value: asdict(rule) for risk, rule in RULES.items()},
        "environment": environment.name,
        "minimum_risk": environment.minimum_risk.value,
        "target": environment.target,
    }
    return hashlib.sha256(json.dumps(policy, sort_keys=True).encode()).hexdigest()
