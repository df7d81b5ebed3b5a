"""An action's file against botocore's model of the service: every mistake is found before anything is called.

The file: `service`, `operation`, `parameters` (slot -> member, dotted for members of members), `input` (members with
fixed values, in whose strings slots, `{found.…}`, `{stack.id}`, `{stack.name}`, `{job.id}` and `{environment}` are
filled in), `variables` (what to say of slots), `result` (`jmespath`, `template`, `item`, `empty`), `risk`. Perhaps also
`find` (finding.py), `preview`, `dry_run` (rehearsing.py), `each` (batches.py), `then` (following.py), `wait`
(waiting.py), `check` (recipes.py).
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from .batches import batch_check
from .finding import finds_check, lookups_of
from .following import following_check, following_names
from .inputs import call_check, parameters_of
from .mistakes import BadDefinition, near_or_all
from .recipes import recipe_check, recipe_of
from .rehearsing import dry_run_check
from .results import placeholders_check, result_check
from .shapes import choices_of, is_secret, member, operation_of, reads_only, type_of
from .waiting import wait_check


def definition_check(definition: Mapping[str, Any]) -> None:
    """Raises BadDefinition unless the action's service, operation, members and result expression exist and fit, and
    those of all that its file calls besides."""
    slots = set(slot_types(definition))
    names = _request_names(definition) | slots
    names |= finds_check(definition, names)
    batch = batch_check(definition, names)
    operation = call_check(definition, names, more=frozenset({batch}) if batch else frozenset())
    _variables_check(definition)
    following_check(definition, operation, names)
    told = names | following_names(definition) | ({"done"} if batch else set())
    result_check(definition.get("result"), operation, told)
    placeholders_check("preview", str(definition.get("preview", "")), names)
    dry_run_check(definition)
    wait_check(definition, names)
    _recipe_check(definition, slots, names)


def slot_types(definition: Mapping[str, Any]) -> dict[str, str]:
    """Terraform-style types of an action's slots, as the service's model has them; a slot that is a member of no call,
    but stands in a condition or a text, is a string."""
    types: dict[str, str] = {}
    for call in _calls(definition):
        operation = operation_of(call)
        for slot, path in parameters_of(call).items():
            types.setdefault(slot, type_of(member(operation, path)))
    return types | {str(slot): "string" for slot in definition.get("variables") or () if str(slot) not in types}


def slot_choices(definition: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The values that the service knows, of the slots of which it knows them all."""
    found: dict[str, tuple[str, ...]] = {}
    for call in _calls(definition):
        operation = operation_of(call)
        for slot, path in parameters_of(call).items():
            if choices := choices_of(member(operation, path)):
                found.setdefault(slot, choices)
    return found


def secret_slots(definition: Mapping[str, Any]) -> set[str]:
    """Slots whose values nobody may see: the file says so, or the service's model does."""
    described = definition.get("variables") or {}
    secret = {str(slot) for slot, each in described.items() if isinstance(each, Mapping) and each.get("sensitive")}
    for call in _calls(definition):
        operation = operation_of(call)
        secret |= {slot for slot, path in parameters_of(call).items() if is_secret(member(operation, path))}
    return secret


def _calls(definition: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [definition, *lookups_of(definition)]


def _request_names(definition: Mapping[str, Any]) -> set[str]:
    stack = {"stack.id", "stack.name"} if definition.get("needs_stack") is True else set()
    return {"environment", "region", "job.id", *stack}


def _variables_check(definition: Mapping[str, Any]) -> None:
    """What the file says of a slot is what the service has."""
    types, choices = slot_types(definition), slot_choices(definition)
    for slot, each in (definition.get("variables") or {}).items():
        if not isinstance(each, Mapping):
            continue
        kind = each.get("type", types[slot])
        if kind != types[slot]:
            raise BadDefinition(f"variables.{slot}.type is {kind}, but the service has {types[slot]}.")
        known = choices.get(str(slot), ())
        given = [*(each.get("choices") or ()), *([each["default"]] if each.get("default") is not None else [])]
        for value in given:
            if known and value not in known:
                near = near_or_all(str(value), known)
                raise BadDefinition(f"variables.{slot} has {value!r}, which the service does not know.{near}")


def _recipe_check(definition: Mapping[str, Any], slots: AbstractSet[str], names: AbstractSet[str]) -> None:
    recipe = recipe_of(definition)
    if recipe is None:
        return
    if reads_only(definition):
        raise BadDefinition("check is for actions that change something; one that reads is simply called again.")
    try:
        looking = call_check(recipe, names)
    except BadDefinition as error:
        raise BadDefinition(f"check: {error}") from None
    recipe_check(recipe, looking, slots, names)
