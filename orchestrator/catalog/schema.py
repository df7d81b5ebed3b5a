"""What a blueprint takes, from its variables: JSON Schema (2020-12) for programs, and a form in sections."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from orchestrator.translated import word
from orchestrator.types import ActionView, BlueprintView, Variable

from .expressions import EvaluationError, Unsupported, nodes
from .expressions.evaluate import value_of
from .kinds import Misfit, fit, tree_of

DRAFT = "https://json-schema.org/draft/2020-12/schema"

# Fewer variables than this that begin alike are no section of their own.
_SMALLEST_SECTION = 3
_PLAIN = {"string": "string", "number": "number", "bool": "boolean"}


def schema_of(view: BlueprintView) -> dict[str, Any]:
    """The values that a blueprint takes. Conditions of the module's validations are not in it: their sentences are,
    as `x-validation`."""
    return {
        "$schema": DRAFT,
        "title": view.title,
        "description": view.description,
        "type": "object",
        "properties": {each.name: _property(each) for each in view.variables},
        "required": [each.name for each in view.variables if each.required],
        "additionalProperties": False,
    }


def form_of(view: BlueprintView) -> dict[str, Any]:
    """{blueprint, version, title, sections}."""
    return {"blueprint": view.name, "version": view.version, "title": view.title, "sections": sections_of(view)}


def sections_of(view: BlueprintView | ActionView) -> list[dict[str, Any]]:
    """[{title, advanced, fields}]: what is asked for first and open, all else below it by the words the names begin
    with, to be folded away."""
    asked = [each for name in view.ask if (each := view.variable(name)) is not None]
    asked += [each for each in view.variables if each.required and each.name not in view.ask]
    named = {each.name for each in asked}
    rest = [each for each in view.variables if each.name not in named]
    first = {"title": view.title, "advanced": False, "fields": [_field(each) for each in asked]}
    sections = [
        {"title": word(title), "advanced": True, "fields": [_field(each) for each in members]}
        for title, members in _sections(rest)
    ]
    return [first, *sections]


def type_schema(expression: str) -> dict[str, Any]:
    """A type expression as JSON Schema; {} (anything) for what we do not know."""
    try:
        return _schema(tree_of(expression))
    except Unsupported:
        return {}


def _property(variable: Variable) -> dict[str, Any]:
    found = type_schema(variable.type)
    if variable.choices:
        found = {**found, "enum": list(variable.choices)}
    if not variable.required and (variable.nullable or variable.default is None):
        found = _nullable(found)
    if variable.description:
        found["description"] = variable.description
    if variable.sensitive:
        found["writeOnly"] = True
    elif not variable.required:
        found["default"] = _default(variable)
    if sentences := [each["error_message"] for each in variable.validations]:
        found["x-validation"] = sentences
    return found


def _default(variable: Variable) -> Any:
    """In the variable's own type, as Terraform has it: a module may write 100 where a text is meant."""
    try:
        return None if variable.default is None else fit(variable.type, variable.default)
    except (Misfit, Unsupported):
        return variable.default


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if not schema:
        return {}
    if "enum" in schema:
        schema = {**schema, "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


def _schema(tree: nodes.Node) -> dict[str, Any]:
    match tree:
        case nodes.Name(name) if name in _PLAIN:
            return {"type": _PLAIN[name]}
        case nodes.Call("list" | "set" as kind, (inner,)):
            return {"type": "array", "items": _schema(inner), **({"uniqueItems": True} if kind == "set" else {})}
        case nodes.Call("map", (inner,)):
            return {"type": "object", "additionalProperties": _schema(inner)}
        case nodes.Call("object", (nodes.Mapping(items),)):
            return _object(items)
        case nodes.Call("tuple", (nodes.Sequence(items),)):
            size = {"minItems": len(items), "maxItems": len(items)}
            return {"type": "array", "prefixItems": [_schema(each) for each in items], **size}
    return {}


def _object(items: tuple[tuple[nodes.Node, nodes.Node], ...]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required = []
    for key, tree in items:
        name = str(key.value) if isinstance(key, nodes.Literal) else ""
        optional = isinstance(tree, nodes.Call) and tree.function == "optional"
        if not optional:
            required.append(name)
        properties[name] = _attribute(tree) if optional and isinstance(tree, nodes.Call) else _schema(tree)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _attribute(tree: nodes.Call) -> dict[str, Any]:
    """`optional(type, default)`: null stands for leaving it out."""
    found = _nullable(_schema(tree.arguments[0]))
    if len(tree.arguments) < 2:
        return found
    try:
        return {**found, "default": value_of(tree.arguments[1], {})}
    except (Unsupported, EvaluationError):
        return found


def _field(variable: Variable) -> dict[str, Any]:
    schema = type_schema(variable.type)
    return {
        "name": variable.name,
        "label": word(label_of(variable.name)),
        "type": variable.type,
        "schema": schema,
        "required": variable.required,
        "sensitive": variable.sensitive,
        "choices": list(variable.choices),
        "default": None if variable.sensitive else _default(variable),
        "help": variable.description,
        "errors": [each["error_message"] for each in variable.validations],
    }


def label_of(name: str) -> str:
    words = name.replace("-", "_").split("_")
    return " ".join(word for word in words if word).capitalize()


def _sections(variables: Iterable[Variable]) -> Iterator[tuple[str, list[Variable]]]:
    """By the first two words of the names where enough share them, else by the first; what shares none is together."""
    left = list(variables)
    groups: list[tuple[int, str, list[Variable]]] = []
    place = {each.name: at for at, each in enumerate(left)}
    taken: set[str] = set()
    for words in (2, 1):
        ordered = sorted(left, key=lambda each: (_lead(each.name, words), place[each.name]))
        for lead, alike in groupby(ordered, key=lambda each: _lead(each.name, words)):
            found = list(alike)
            if len(found) >= _SMALLEST_SECTION and lead:
                groups.append((place[found[0].name], label_of(lead), found))
                taken |= {each.name for each in found}
        left = [each for each in left if each.name not in taken]
    if left:
        groups.append((min(place[each.name] for each in left), "More", left))
    for _at, title, members in sorted(groups, key=lambda each: each[0]):
        yield title, members


def _lead(name: str, words: int) -> str:
    """The first words of a name that has more than those."""
    parts = name.split("_")
    return "_".join(parts[:words]) if len(parts) > words else ""
