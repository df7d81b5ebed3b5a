"""One call of an operation: its input from slots and fixed values, all its pages, its result as JSON."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid5

import jmespath
from botocore import xform_name
from botocore.exceptions import ParamValidationError
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.validate import ParamValidator
from jmespath.exceptions import JMESPathError

from chatbot_project.templating import fill, placeholders
from orchestrator.executors.base import Context, ExecutorError
from orchestrator.executors.clients import cloud_client

from .inputs import parameters_of
from .plain import plain
from .shapes import member, operation_of, reads_only, tokens, type_of

_MOST_ITEMS = 1_000

_TOKENS = UUID("7d1c6c2e-5b0f-4f0e-9a53-2a8f6f0b7c11")
_NOTHING: Mapping[str, Any] = {}


def call_input(context: Context, definition: Mapping[str, Any], found: Mapping[str, Any] = _NOTHING) -> dict[str, Any]:
    """The operation's input; `found` is what the action's lookups found. Raises ExecutorError `invalid_value` when the
    service's model does not allow it.

    Members that the service knows a repeated call by are made from the job's id. They are a part of the input, and so
    of what is approved: the same job always makes the very same call.
    """
    return input_made(context, definition, names_of(context, found))


def input_made(context: Context, definition: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """The same with any names; see `call_input`."""
    operation = operation_of(definition)
    fixed = definition.get("input") or {}
    _check_known(fixed, names)
    built: dict[str, Any] = _as_texts(operation.input_shape, fill(fixed, names))
    for slot, path in parameters_of(definition).items():
        if names.get(slot) is not None:
            place(built, path, _converted(slot, type_of(member(operation, path)), names[slot]))
    if definition.get("each"):
        # What the calls are made with one after the other.
        place(built, str(definition["each"]["member"]), [])
    built |= {name: str(uuid5(_TOKENS, f"{context.job_id}/{name}")) for name in tokens(definition)}
    _validate(definition, built)
    return built


def names_of(context: Context, found: Mapping[str, Any] = _NOTHING) -> dict[str, Any]:
    """What templates and fixed values of an action may mention."""
    described = ((context.action or {}).get("variables") or {}).items()
    names: dict[str, Any] = {str(slot): (each or {}).get("default") for slot, each in described} | dict(context.values)
    names |= {"environment": environment_of(context), "region": context.cloud.region, "job.id": context.job_id}
    if context.stack is not None:
        names |= {"stack.id": context.stack.id, "stack.name": context.stack.name}
    return names | {f"found.{name}": value for name, value in found.items()}


def environment_of(context: Context) -> str:
    return context.environment or (context.stack.environment if context.stack else "")


def call(
    context: Context,
    definition: Mapping[str, Any],
    parameters: Mapping[str, Any],
    *,
    before: Callable[[], None] = lambda: None,
    most: int = _MOST_ITEMS,
) -> Any:
    """Everything the operation answers, every page of it up to `most` items. Raises what botocore raises.

    `before` is called last of all: making a client may take a while, in which the right to call may be lost.
    """
    client, method = _ready(context, definition)
    before()
    if not client.can_paginate(method):
        return plain(getattr(client, method)(**parameters))
    pages = client.get_paginator(method).paginate(**parameters, PaginationConfig={"MaxItems": most})
    return plain(pages.build_full_result())


def raw_call(context: Context, definition: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    """One page as botocore has it, for whoever compares it with botocore's own conditions."""
    client, method = _ready(context, definition)
    return getattr(client, method)(**parameters)


def _ready(context: Context, definition: Mapping[str, Any]) -> tuple[Any, str]:
    # What changes something is never sent twice without a token: nobody knows what became of the first one.
    attempts = 4 if reads_only(definition) or tokens(definition) else 1
    client = cloud_client(
        context.cloud, str(definition["service"]), session_name=f"infrachat-{context.job_id}", attempts=attempts
    )
    return client, xform_name(str(definition["operation"]))


def search(definition: Mapping[str, Any], answer: Any) -> Any:
    """What the action's JMESPath expression finds in an answer."""
    try:
        return jmespath.search(definition["result"]["jmespath"], answer)
    except JMESPathError as error:
        raise ExecutorError("action_invalid", f"The action cannot read the cloud's answer: {error}") from error


def _check_known(fixed: Any, names: Mapping[str, Any]) -> None:
    """What the cloud did not say must not be written into a call in its stead."""
    if isinstance(fixed, str):
        for name in placeholders(fixed):
            if name in names and names[name] is None:
                raise ExecutorError("not_found", f"The cloud does not say what {name} is, which the call needs.")
    elif isinstance(fixed, Mapping | list):
        for each in fixed.values() if isinstance(fixed, Mapping) else fixed:
            _check_known(each, names)


def _as_texts(shape: Shape | None, value: Any) -> Any:
    """Members with values, where the service wants a text, as JSON."""
    if isinstance(value, Mapping):
        if isinstance(shape, StructureShape):
            return {name: _as_texts(shape.members.get(name), each) for name, each in value.items()}
        if isinstance(shape, MapShape):
            return {name: _as_texts(shape.value, each) for name, each in value.items()}
        return json.dumps(value) if shape is not None and shape.type_name == "string" else value
    if isinstance(value, list) and isinstance(shape, ListShape):
        return [_as_texts(shape.member, each) for each in value]
    return value


def place(built: dict[str, Any], path: str, value: Any) -> None:
    """Put a member in its place in an input, `Delete.Objects` into its `Delete`."""
    *parents, last = path.split(".")
    for name in parents:
        built = built.setdefault(name, {})
    built[last] = value


def _converted(slot: str, kind: str, value: Any) -> Any:
    if kind == "number" and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind.startswith("list(") and isinstance(value, str):
        return [value]
    return value


def _validate(definition: Mapping[str, Any], built: dict[str, Any]) -> None:
    operation = operation_of(definition)
    for name in built:
        member(operation, name)
    if operation.input_shape is None:
        return
    report = ParamValidator().validate(built, operation.input_shape)
    if report.has_errors():
        detail = str(ParamValidationError(report=report.generate_report())).partition("\n")[2] or "invalid parameters"
        raise ExecutorError("invalid_value", f"{operation.name} does not accept this: {detail.strip()}")
