"""What to ask for instead of what the rules deny: the smallest change of the request that was planned and passes them.

Proven, not guessed: each candidate is planned by the same executor and held against the same rules. Nothing of it is
kept but what it would do; whoever wants it asks for it, and it is planned, judged and approved like any request.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any

from orchestrator.catalog.validation import values_clean
from orchestrator.catalog_documents import blueprint_version_load
from orchestrator.documents import encode, unmasked_values
from orchestrator.errors import OrchestratorError
from orchestrator.executors.base import Context, Executor, ExecutorError, PlanOutcome
from orchestrator.plan_types import NearestRequest, PlanPolicy, PolicyFinding
from orchestrator.planned_risk import planned_rule
from orchestrator.sentences import joined, stated
from orchestrator.states import JobKind
from orchestrator.types import PlanSummary, Variable

from .assessment import Assessor

# Each costs a whole plan.
MOST_TRIES = 3
_MOST_CANDIDATES = 200
_MOST_CHOICES = 4

Values = dict[str, Any]


@dataclass(frozen=True)
class Replanner:
    """Plans the same job with other values."""

    executor: Executor
    context: Context
    say: Callable[[str], None]

    def plan(self, values: Values, changed: Values) -> PlanOutcome | None:
        """None when it cannot be planned. Raises Stopped."""
        told = ", ".join(f"{name}={value}" for name, value in changed.items())
        self.say(f"Denied by policy; trying what would pass: {told}")
        try:
            return self.executor.plan(replace(self.context, values=values))
        except ExecutorError:
            return None


def denied_explained(assessor: Assessor, plan: PlanSummary, replanner: Replanner) -> PlanSummary:
    """The summary of a denied plan with the nearest request that would pass, if one is found; others as they are."""
    policy = plan.policy
    if policy is None or not policy.denials or assessor.job["kind"] != JobKind.APPLY:
        return plan
    variables = blueprint_version_load(assessor.job["blueprint_version"]).variables
    has = unmasked_values(assessor.job)
    for changed in islice(candidates(policy, variables, has), MOST_TRIES):
        found = _proven(assessor, replanner, has, changed, variables)
        if found is not None:
            return replace(plan, policy=replace(policy, nearest=found))
    return plan


def candidates(policy: PlanPolicy, variables: tuple[Variable, ...], has: Mapping[str, Any]) -> Iterator[Values]:
    """Changes of the request that might satisfy every denial, those of fewest values first."""
    known = {each.name: each for each in variables if not each.sensitive}
    options = [_options(each, known, has) for each in policy.denials]
    if not all(options):
        return
    seen: list[Values] = []
    for chosen in islice(product(*options), _MOST_CANDIDATES):
        merged: Values = {}
        for each in chosen:
            merged |= each
        if merged not in seen:
            seen.append(merged)
    yield from sorted(seen, key=len)


def denied_text(plan: PlanSummary) -> str:
    """Why, in full sentences: each denial with its rule."""
    denials = plan.policy.denials if plan.policy else ()
    return joined(stated("%(message)s (rule %(rule)s)", message=each.message, rule=each.rule) for each in denials)


def _options(finding: PolicyFinding, known: Mapping[str, Variable], has: Mapping[str, Any]) -> list[Values]:
    """What might satisfy one denial: what the rule suggests, or else another value of a slot that decides about it."""
    if finding.error:
        return []
    suggested = {name: value for name, value in finding.suggest.items() if name in known and has.get(name) != value}
    found = [suggested] if suggested else []
    for slot in finding.slots:
        variable = known.get(slot)
        if variable is not None and slot not in suggested:
            found += [{slot: each} for each in _others(variable, has.get(slot, variable.default))]
    return found


def _others(variable: Variable, value: Any) -> list[Any]:
    if variable.type == "bool" and isinstance(value, bool):
        return [not value]
    return [each for each in variable.choices if each != value][:_MOST_CHOICES]


def _proven(
    assessor: Assessor, replanner: Replanner, has: Mapping[str, Any], changed: Values, variables: tuple[Variable, ...]
) -> NearestRequest | None:
    try:
        values = values_clean(variables, {**has, **changed}, False)
    except OrchestratorError:  # the module itself refuses it
        return None
    outcome = replanner.plan(values, changed)
    if outcome is None:
        return None
    plan = assessor.summary(outcome, values)
    if plan.policy is not None and plan.policy.denials:
        return None
    rule = planned_rule(assessor.job, encode(plan), assessor.environment)
    return NearestRequest(values=changed, sentence=outcome.sentence, approval=rule.name)
