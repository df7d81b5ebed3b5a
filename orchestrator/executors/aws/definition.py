"""An action's file against botocore's model of the service: every mistake is found before anything is called.

The file: `service`, `operation`, `parameters` (slot -> member, dotted for members of members), `input` (members with
fixed values, in whose strings `{stack.id}`, `{stack.name}` and `{environment}` are filled in), `result` (`jmespath`,
`template`, `item`, `empty`) and `risk`.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import botocore.session
import jmespath
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
from jmespath.exceptions import JMESPathError

from .templates import placeholders

_SLOTS = frozenset({"stack.id", "stack.name", "environment"})
_RESULT = frozenset({"jmespath", "template", "item", "empty"})
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


class BadDefinition(ValueError):
    """The action's file is wrong; the text is a sentence that says where and what would be right."""


def definition_check(definition: Mapping[str, Any]) -> None:
    """Raises BadDefinition unless the action's service, operation, members and result expression exist and fit."""
    operation = operation_of(definition)
    slots = _parameters(definition)
    for path in (*slots.values(), *(definition.get("input") or {})):
        member(operation, str(path))
    _check_input(operation.input_shape, definition.get("input") or {}, "input")
    given = {str(path).partition(".")[0] for path in slots.values()} | set(definition.get("input") or {})
    required = operation.input_shape.required_members if operation.input_shape else []
    for name in required:
        if name not in given:
            raise BadDefinition(f"{operation.name} needs the member {name}: name it in parameters or input.")
    if operation.has_streaming_output or operation.has_event_stream_output:
        raise BadDefinition(f"{operation.name} answers with a stream, which cannot be shown in a conversation.")
    _check_result(definition)


def operation_of(definition: Mapping[str, Any]) -> OperationModel:
    """The operation's model. Raises BadDefinition, naming near ones."""
    service, name = str(definition.get("service", "")), str(definition.get("operation", ""))
    try:
        model = service_model(service)
    except UnknownServiceError:
        raise BadDefinition(f"There is no service {service}.{_near(service, _services())}") from None
    try:
        return model.operation_model(name)
    except OperationNotFoundError:
        raise BadDefinition(f"{service} has no operation {name}.{_near(name, model.operation_names)}") from None


def member(operation: OperationModel, path: str) -> Shape:
    """The member of an operation's input at a dotted path. Raises BadDefinition, naming near ones."""
    shape: Shape | None = operation.input_shape
    walked = operation.name
    for name in path.split("."):
        members = shape.members if isinstance(shape, StructureShape) else {}
        if name not in members:
            raise BadDefinition(f"{walked} has no member {name}.{_near(name, members)}")
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


def _check_input(shape: Shape | None, value: Any, path: str) -> None:
    """Fixed values have the shape the service wants, and no placeholder it does not know."""
    if isinstance(value, str):
        for name in placeholders(value):
            if name not in _SLOTS:
                raise BadDefinition(f"{path} has {{{name}}}. There is: {', '.join(sorted(_SLOTS))}.")
    for name, inner_shape, inner in _inside(shape, value, path):
        _check_input(inner_shape, inner, name)


def _inside(shape: Shape | None, value: Any, path: str) -> Iterator[tuple[str, Shape | None, Any]]:
    if isinstance(value, Mapping):
        members = shape.members if isinstance(shape, StructureShape) else None
        for name, inner in value.items():
            if members is not None and name not in members:
                raise BadDefinition(f"{path} has no member {name}.{_near(str(name), members)}")
            inner_shape = members[name] if members is not None else getattr(shape, "value", None)
            yield f"{path}.{name}", inner_shape, inner
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield f"{path}[{index}]", getattr(shape, "member", None), inner


def _check_result(definition: Mapping[str, Any]) -> None:
    result = definition.get("result") or {}
    if not isinstance(result, Mapping) or not isinstance(result.get("jmespath"), str):
        raise BadDefinition("result needs a jmespath expression, such as 'Buckets[].Name'.")
    if unknown := sorted(set(result) - _RESULT):
        raise BadDefinition(f"result has an unknown field {unknown[0]}. Known are: {', '.join(sorted(_RESULT))}.")
    try:
        jmespath.compile(result["jmespath"])
    except JMESPathError as error:
        first = str(error).splitlines()[0]
        raise BadDefinition(f"result.jmespath is no JMESPath expression: {first}") from None


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f" Near it: {', '.join(near)}." if near else ""
