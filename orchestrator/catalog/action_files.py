"""An action's file: one operation of a cloud's SDK, without code."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot_project.templating import placeholders
from orchestrator.executors.aws.definition import definition_check, secret_slots, slot_choices, slot_types
from orchestrator.executors.aws.mistakes import BadDefinition
from orchestrator.types import ActionView, Variable

from .errors import CatalogError
from .kinds import known as known_type
from .manifest import check_phrases, checked_name, names_among, read_manifest, risk_of, texts

ACTIONS = Path(__file__).parent / "actions"

_NEEDED = frozenset({"name", "title", "kind", "service", "operation", "result", "risk", "phrases"})
_CALLS = frozenset({"input", "parameters", "find", "preview", "dry_run", "each", "then", "wait", "check"})
_KNOWN = _NEEDED | _CALLS | {"description", "needs_stack", "variables", "ask"}
_VARIABLE_FIELDS = frozenset({"type", "description", "default", "sensitive", "choices", "synonyms"})


@dataclass(frozen=True)
class LoadedAction:
    view: ActionView
    definition: dict[str, Any]
    """The file as it is: what the executor works with."""
    digest: str


def action_load(path: Path) -> LoadedAction:
    """Read and check one action. Raises CatalogError naming the action and what would be right."""
    try:
        return _load(path)
    except CatalogError as error:
        raise CatalogError(f"Action {path.name}: {error}") from None


def actions_load(root: Path = ACTIONS) -> list[LoadedAction]:
    """All actions in `root`, by name."""
    return [action_load(path) for path in sorted(root.glob("*.yaml"))]


def _load(path: Path) -> LoadedAction:
    definition = read_manifest(path, known=_KNOWN, needed=_NEEDED)
    if definition["kind"] != "aws":
        raise CatalogError(f"kind is {definition['kind']!r}; actions are of kind aws.")
    for field in ("parameters", "variables"):
        if not isinstance(definition.get(field) or {}, dict):
            raise CatalogError("parameters and variables must map slots, as in {bucket: Bucket}.")
    try:
        definition_check(definition)
    except BadDefinition as error:
        raise CatalogError(str(error)) from None
    variables = _variables(definition)
    names = {variable.name for variable in variables}
    names_among("ask", texts(definition, "ask"), names, "a parameter")
    check_phrases("phrases", texts(definition, "phrases"), names)
    view = ActionView(
        name=checked_name(definition, path.stem),
        title=str(definition["title"]),
        description=str(definition.get("description", "")),
        risk=risk_of("risk", definition["risk"]),
        phrases=texts(definition, "phrases"),
        ask=texts(definition, "ask"),
        variables=variables,
        needs_stack=definition.get("needs_stack") is True,
    )
    return LoadedAction(view=view, definition=definition, digest=_digest(definition))


def _variables(definition: dict[str, Any]) -> tuple[Variable, ...]:
    """One per slot, typed as the service has it; `variables` says more about them."""
    types, choices, secret = slot_types(definition), slot_choices(definition), secret_slots(definition)
    described = definition.get("variables") or {}
    names_among("variables", tuple(map(str, described)), _used(definition), "a slot of a call, a condition or a text")
    return tuple(
        _variable(slot, kind, described.get(slot) or {}, choices.get(slot, ()), sensitive=slot in secret)
        for slot, kind in types.items()
    )


def _used(definition: dict[str, Any]) -> set[str]:
    """What stands as {slot} anywhere in the file's calls and texts, or is a member's value."""
    calls = {name: definition[name] for name in (*_CALLS, "result") if name in definition}
    slots = {slot for each in _mappings(calls) for slot in (each.get("parameters") or {})}
    return {str(slot) for slot in slots} | {name for text in _texts(calls) for name in placeholders(text)}


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _mappings(each)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _variable(slot: str, default_type: str, described: Any, choices: tuple[str, ...], *, sensitive: bool) -> Variable:
    if not isinstance(described, dict) or set(described) - _VARIABLE_FIELDS:
        raise CatalogError(f"variables.{slot} may have: {', '.join(sorted(_VARIABLE_FIELDS))}.")
    kind = str(described.get("type", default_type))
    if not known_type(kind):
        raise CatalogError(f"variables.{slot}.type is {kind!r}. Use string, number, bool or list(string).")
    return Variable(
        name=slot,
        type=kind,
        description=str(described.get("description", "")),
        default=described.get("default"),
        required="default" not in described,
        sensitive=sensitive,
        choices=tuple(described.get("choices") or choices),
        synonyms=texts(described, "synonyms"),
    )


def _digest(definition: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(definition, sort_keys=True, default=str).encode()).hexdigest()
