"""The `check` of an action's file: a reading call, and an expression that is true when the action is done already.

    check:
      operation: DescribeInstances          # of the same service, unless `service` names another
      parameters: {instances: InstanceIds}  # slots of the action; `input` as in the action
      jmespath: "Reservations[].Instances[].State.Name == ['running']"
      missing: not_done                     # what the cloud's "there is no such thing" means: done or not_done
      result: {…}                           # what to tell of the check's answer; as the action's own `result`

In `jmespath`, `{slot}` stands for the slot's value, as a constant: whatever it holds cannot change the expression.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import jmespath
from botocore.model import OperationModel
from jmespath.exceptions import JMESPathError

from .answers import Keyed, Many, Record, answer_of
from .conditions import filled
from .expressions import found_by
from .mistakes import BadDefinition
from .results import placeholders_check, result_check
from .shapes import READING

_NEEDED = frozenset({"operation", "jmespath"})
_FIELDS = _NEEDED | {"service", "parameters", "input", "missing", "result"}
_MISSING = {"done": True, "not_done": False}


def recipe_of(definition: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The action's check as the definition of a reading action, or None when it has none. Raises BadDefinition."""
    check = definition.get("check")
    if check is None:
        return None
    if not isinstance(check, Mapping):
        raise BadDefinition("check must have an operation and a jmespath expression.")
    if lacking := sorted(_NEEDED - set(check)):
        raise BadDefinition(f"check needs {' and '.join(lacking)}.")
    if unknown := sorted(set(map(str, check)) - _FIELDS):
        raise BadDefinition(f"check has an unknown field {unknown[0]}. Known are: {', '.join(sorted(_FIELDS))}.")
    own = {"service": definition.get("service"), "needs_stack": definition.get("needs_stack"), "risk": "read"}
    return {**own, **check, "variables": definition.get("variables")}


def recipe_check(
    recipe: Mapping[str, Any], operation: OperationModel, slots: AbstractSet[str], names: AbstractSet[str]
) -> None:
    """Raises BadDefinition: the check changes something, or its expression can never be true.

    `slots` are the action's, `names` the placeholders that the request fills.
    """
    if not operation.name.startswith(READING):
        raise BadDefinition(f"check.operation {operation.name} may change something; use one that reads.")
    for slot in recipe.get("parameters") or {}:
        if slot not in slots:
            raise BadDefinition(f"check.parameters has {slot}, which is no slot of the action.")
    if recipe.get("missing", "done") not in _MISSING:
        raise BadDefinition("check.missing must be done or not_done.")
    _condition_check(recipe["jmespath"], operation, names)
    if "result" in recipe:
        result_check(recipe["result"], operation, names)


def is_done(recipe: Mapping[str, Any], answer: Any, names: Mapping[str, Any]) -> bool | None:
    """What the check's expression says about its answer; None when it says neither yes nor no."""
    try:
        found = jmespath.search(filled(recipe["jmespath"], names), answer)
    except JMESPathError:
        return None
    return found if isinstance(found, bool) else None


def is_done_when_missing(recipe: Mapping[str, Any]) -> bool | None:
    """What it means that the cloud knows nothing of what the check asks about; None when the file does not say."""
    return _MISSING.get(str(recipe.get("missing")))


def _condition_check(expression: Any, operation: OperationModel, names: AbstractSet[str]) -> None:
    if not isinstance(expression, str):
        raise BadDefinition("check.jmespath must be a text, such as \"State == 'running'\".")
    placeholders_check("check.jmespath", expression, names)
    try:
        found = found_by(filled(expression, {}), answer_of(operation))
    except BadDefinition as error:
        # The sentences speak of the field where such expressions usually are.
        raise BadDefinition(str(error).replace("result.jmespath", "check.jmespath")) from None
    if isinstance(found, Many | Record | Keyed):
        raise BadDefinition("check.jmespath must say true or false, such as \"State == 'running'\".")
