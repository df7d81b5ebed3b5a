"""botocore's model of a service: its operations, the members of their input, and the types of these."""

from collections.abc import Iterator, Mapping
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
    StringShape,
    StructureShape,
)

from .mistakes import BadDefinition, near

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

READING = ("Get", "List", "Describe", "Head", "Search", "Lookup", "Query", "Scan", "BatchGet", "Check")
"""How the operations begin that change nothing."""


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


def reads_only(definition: Mapping[str, Any]) -> bool:
    """Whether the action changes nothing: it says so, or its operation is one that reads."""
    return definition.get("risk") == "read" or str(definition.get("operation", "")).startswith(READING)


def tokens(definition: Mapping[str, Any]) -> list[str]:
    """The members by which the service knows that a call is a repetition; of most operations there is none."""
    return [str(name) for name in operation_of(definition).idempotent_members]


def type_of(shape: Shape) -> str:
    """The Terraform-style type of a member."""
    if isinstance(shape, ListShape):
        return f"list({type_of(shape.member)})"
    if isinstance(shape, MapShape):
        return f"map({type_of(shape.value)})"
    return _TYPES.get(shape.type_name, "object")


def choices_of(shape: Shape) -> tuple[str, ...]:
    """The values that the service knows for a member; none when it takes any."""
    return tuple(shape.enum) if isinstance(shape, StringShape) else ()


def is_secret(shape: Shape) -> bool:
    return bool(shape.metadata.get("sensitive"))


def secrets_in(shape: Shape | None, value: Any) -> Iterator[Any]:
    """Whatever in an answer (or an input) the service's model marks as sensitive."""
    if shape is None or value is None:
        return
    if is_secret(shape):
        yield value
    elif isinstance(shape, StructureShape) and isinstance(value, Mapping):
        for name, each in value.items():
            yield from secrets_in(shape.members.get(name), each)
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for each in value:
            yield from secrets_in(shape.member, each)
    elif isinstance(shape, MapShape) and isinstance(value, Mapping):
        for each in value.values():
            yield from secrets_in(shape.value, each)


@lru_cache(maxsize=16)
def service_model(service: str) -> ServiceModel:
    return session().get_service_model(service)


@lru_cache(maxsize=1)
def session() -> botocore.session.Session:
    return botocore.session.Session()


def _services() -> list[str]:
    return list(session().get_available_services())
