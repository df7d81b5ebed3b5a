"""What a file gives an operation, held against the model: members, types, required ones, known values."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from chatbot_project.templating import placeholders

from .mistakes import BadDefinition, near_or_all
from .results import placeholders_check
from .shapes import choices_of, member, operation_of, tokens

_NUMBERS = frozenset({"integer", "long", "float", "double"})
_TEXTS = frozenset({"string", "blob", "timestamp"})


def call_check(
    definition: Mapping[str, Any], names: AbstractSet[str], *, more: AbstractSet[str] = frozenset()
) -> OperationModel:
    """The operation of a call that fits. `names` are the placeholders that its `input` may have; members in `more`
    are given otherwise. Raises BadDefinition."""
    operation = operation_of(definition)
    slots = parameters_of(definition)
    fixed = definition.get("input") or {}
    for path in (*slots.values(), *fixed):
        member(operation, str(path))
    input_check(operation.input_shape, fixed, "input", names, given=set(slots.values()) | more)
    given = {path.partition(".")[0] for path in (*slots.values(), *more)} | set(fixed)
    required = operation.input_shape.required_members if operation.input_shape else []
    for name in required:
        if name not in given and name not in operation.idempotent_members:
            raise BadDefinition(f"{operation.name} needs the member {name}: name it in parameters or input.")
    if operation.has_event_stream_output:
        raise BadDefinition(f"{operation.name} answers with a stream, which cannot be shown in a conversation.")
    if named := sorted(given & set(tokens(definition))):
        raise BadDefinition(f"{operation.name}.{named[0]} is filled in by itself, so that a call is done once.")
    return operation


def parameters_of(definition: Mapping[str, Any]) -> dict[str, str]:
    """{slot: path of the member that it is} of one call."""
    return {str(slot): str(path) for slot, path in (definition.get("parameters") or {}).items()}


def input_check(
    shape: Shape | None, value: Any, path: str, known: AbstractSet[str], *, given: AbstractSet[str] = frozenset()
) -> None:
    """Fixed values have the shape the service wants, and no placeholder it does not know. `given` are the dotted
    members that slots fill in."""
    if isinstance(value, str):
        placeholders_check(path, value, known)
    if shape is not None and path != "input":
        _type_check(shape, value, path)
    _required_check(shape, value, path, given)
    for name, inner_shape, inner in _inside(shape, value, path):
        input_check(inner_shape, inner, name, known, given=given)


def _type_check(shape: Shape, value: Any, path: str) -> None:
    kind = shape.type_name
    is_filled = isinstance(value, str) and bool(placeholders(value))
    if isinstance(shape, StructureShape | MapShape):
        fits, wanted = isinstance(value, Mapping), "members with values"
    elif isinstance(shape, ListShape):
        fits, wanted = isinstance(value, list), "a list"
    elif kind in _NUMBERS:
        fits, wanted = isinstance(value, int | float) and not isinstance(value, bool), "a number"
    elif kind == "boolean":
        fits, wanted = isinstance(value, bool), "true or false"
    else:
        # A text given as members with values is written as JSON.
        fits, wanted = isinstance(value, str | Mapping) or kind not in _TEXTS, "a text"
    if not fits:
        raise BadDefinition(f"{path} must be {wanted}, as the service's model has it.")
    choices = choices_of(shape)
    if choices and not is_filled and value not in choices:
        raise BadDefinition(f"{path} is {value!r}, which the service does not know.{near_or_all(str(value), choices)}")


def _required_check(shape: Shape | None, value: Any, path: str, given: AbstractSet[str]) -> None:
    if path == "input" or not isinstance(shape, StructureShape) or not isinstance(value, Mapping):
        return
    inside = path.removeprefix("input.")
    for name in shape.required_members:
        if name not in value and f"{inside}.{name}" not in given:
            raise BadDefinition(f"{path} needs the member {name}.")


def _inside(shape: Shape | None, value: Any, path: str) -> Iterator[tuple[str, Shape | None, Any]]:
    if isinstance(value, Mapping):
        members = shape.members if isinstance(shape, StructureShape) else None
        for name, inner in value.items():
            if members is not None and name not in members:
                raise BadDefinition(f"{path} has no member {name}.{near_or_all(str(name), members)}")
            inner_shape = members[name] if members is not None else getattr(shape, "value", None)
            yield f"{path}.{name}", inner_shape, inner
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield f"{path}[{index}]", getattr(shape, "member", None), inner
