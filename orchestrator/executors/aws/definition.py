"""An action's file against botocore's model of the service: every mistake is found before anything is called.

The file: `service`, `operation`, `parameters` (slot -> member, dotted for members of members), `input` (members with
fixed values, in whose strings `{stack.id}`, `{stack.name}` and `{environment}` are filled in), `result` (`jmespath`,
`template`, `item`, `empty`), `risk`, and perhaps `check` (recipes.py).
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import (
    ListShape,
    MapShape,
    OperationModel,
    OperationNotFoundError,
    ServiceModel,
    Shape,
    StructureShape,
)

from .mistakes import BadDefinition, near
from .recipes import recipe_check, recipe_of
from .results import placeholders_check, result_check

_TYPES = {
    "string": "string",
    "integer": "number",
    "long": "number",
    "float": "number",
    "double": "number",
    "boolean": "bool",
    "timestamp": "string",
    "blob": "string",
}


def definition_check(definition: Mapping[str, Any]) -> None:
    """Raises BadDefinition unless the action's service, operation, members and result expression exist and fit, and
    those of its check."""
    operation, names = _call_check(definition)
    result_check(definition.get("result"), operation, names)
    recipe = recipe_of(definition)
    if recipe is None:
        return
    try:
        looking, _ = _call_check(recipe)
    except BadDefinition as error:
        raise BadDefinition(f"check: {error}") from None
    recipe_check(recipe, looking, definition, names)


def _call_check(definition: Mapping[str, Any]) -> tuple[OperationModel, AbstractSet[str]]:
    """The operation, and the placeholders that a request for it fills. Raises BadDefinition."""
    operation = operation_of(definition)
    slots = _parameters(definition)
    for path in (*slots.values(), *(definition.get("input") or {})):
        member(operation, str(path))
    stack = {"stack.id", "stack.name"} if definition.get("needs_stack") is True else set()
    _check_input(operation.input_shape, definition.get("input") or {}, "input", {"environment", *stack})
    given = {str(path).partition(".")[0] for path in slots.values()} | set(definition.get("input") or {})
    required = operation.input_shape.required_members if operation.input_shape else []
    for name in required:
        if name not in given and name not in operation.idempotent_members:
            raise BadDefinition(f"{operation.name} needs the member {name}: name it in parameters or input.")
    if operation.has_streaming_output or operation.has_event_stream_output:
        raise BadDefinition(f"{operation.name} answers with a stream, which cannot be shown in a conversation.")
    if named := sorted(given & set(operation.idempotent_members)):
        raise BadDefinition(f"{operation.name}.{named[0]} is filled in by itself, so that a call is done once.")
    return operation, {"environment", "region", *stack, *slots}


def operation_of(definition: Mapping[str, Any]) -> OperationModel:
    """The operation's model. Raises BadDefinition, naming near ones."""
    service, name = str(definition.get("service", "")), str(definition.get("operation", ""))
    try:
        model = service_model(service)
    except UnknownServiceError:
        raise BadDefinition(f"There is no service {service}.{near(service, _services())}") from None
    try:
        return model.operation_model(name)
    except OperationNotFoundError:
        raise BadDefinition(f"{service} has no operation {name}.{near(name, model.operation_names)}") from None


def member(operation: OperationModel, path: str) -> Shape:
    """The member of an operation's input at a dotted path. Raises BadDefinition, naming near ones."""
    shape: Shape | None = operation.input_shape
    walked = operation.name
    for name in path.split("."):
        members = shape.members if isinstance(shape, StructureShape) else {}
        if name not in members:
            raise BadDefinition(f"{walked} has no member {name}.{near(name, members)}")
        shape, walked = members[name], f"{walked}.{name}"
    if shape is None:
        raise BadDefinition(f"{operation.name} takes no parameters.")
    return shape


def slot_types(definition: Mapping[str, Any]) -> dict[str, str]:
    """Terraform-style types of an action's slots, as the service's model has them."""
    operation = operation_of(definition)
    return {slot: _type(member(operation, path)) for slot, path in _parameters(definition).items()}


@lru_cache(maxsize=16)
def service_model(service: str) -> ServiceModel:
    return _session().get_service_model(service)


@lru_cache(maxsize=1)
def _session() -> botocore.session.Session:
    return botocore.session.Session()


def _services() -> list[str]:
    return list(_session().get_available_services())


def _parameters(definition: Mapping[str, Any]) -> dict[str, str]:
    return {str(slot): str(path) for slot, path in (definition.get("parameters") or {}).items()}


def _type(shape: Shape) -> str:
    if isinstance(shape, ListShape):
        return f"list({_type(shape.member)})"
    if isinstance(shape, MapShape):
        return f"map({_type(shape.value)})"
    return _TYPES.get(shape.type_name, "object")


def _check_input(shape: Shape | None, value: Any, path: str, known: AbstractSet[str]) -> None:
    """Fixed values have the shape the service wants, and no placeholder it does not know."""
    if isinstance(value, str):
        placeholders_check(path, value, known)
    for name, inner_shape, inner in _inside(shape, value, path):
        _check_input(inner_shape, inner, name, known)


def _inside(shape: Shape | None, value: Any, path: str) -> Iterator[tuple[str, Shape | None, Any]]:
    if isinstance(value, Mapping):
        members = shape.members if isinstance(shape, StructureShape) else None
        for name, inner in value.items():
            if members is not None and name not in members:
                raise BadDefinition(f"{path} has no member {name}.{near(str(name), members)}")
            inner_shape = members[name] if members is not None else getattr(shape, "value", None)
            yield f"{path}.{name}", inner_shape, inner
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield f"{path}[{index}]", getattr(shape, "member", None), inner
