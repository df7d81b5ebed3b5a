"""One call of an operation: its input from slots and fixed values, all its pages, its result as JSON."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

import jmespath
from botocore import xform_name
from botocore.exceptions import ParamValidationError
from botocore.validate import ParamValidator
from jmespath.exceptions import JMESPathError

from chatbot_project.templating import fill
from orchestrator.executors.base import Context, ExecutorError
from orchestrator.executors.clients import cloud_client

from .definition import member, operation_of, slot_types

_MOST_ITEMS = 1_000
_LONGEST_BYTES = 64


_TOKENS = UUID("7d1c6c2e-5b0f-4f0e-9a53-2a8f6f0b7c11")


def call_input(context: Context, definition: Mapping[str, Any]) -> dict[str, Any]:
    """The operation's input. Raises ExecutorError `invalid_value` when the service's model does not allow it.

    Members that the service knows a repeated call by are made from the job's id. They are a part of the input, and so
    of what is approved: the same job always makes the very same call.
    """
    built: dict[str, Any] = fill(definition.get("input") or {}, names_of(context))
    types = slot_types(definition)
    for slot, path in (definition.get("parameters") or {}).items():
        if context.values.get(slot) is not None:
            _place(built, str(path), _converted(slot, types[slot], context.values[slot]))
    built |= {name: str(uuid5(_TOKENS, f"{context.job_id}/{name}")) for name in tokens(definition)}
    _validate(definition, built)
    return built


def tokens(definition: Mapping[str, Any]) -> list[str]:
    """The members by which the service knows that a call is a repetition; of most operations there is none."""
    return [str(name) for name in operation_of(definition).idempotent_members]


def names_of(context: Context) -> dict[str, Any]:
    """What templates and fixed values of an action may mention."""
    names: dict[str, Any] = {**context.values, "environment": environment_of(context), "region": context.cloud.region}
    if context.stack is not None:
        names |= {"stack.id": context.stack.id, "stack.name": context.stack.name}
    return names


def environment_of(context: Context) -> str:
    return context.environment or (context.stack.environment if context.stack else "")


def call(
    context: Context,
    definition: Mapping[str, Any],
    parameters: Mapping[str, Any],
    *,
    before: Callable[[], None] = lambda: None,
) -> Any:
    """Everything the operation answers, every page of it. Raises what botocore raises.

    `before` is called last of all: making a client may take a while, in which the right to call may be lost.
    """
    # What changes something is never sent twice without a token: nobody knows what became of the first one.
    attempts = 4 if definition.get("risk") == "read" or tokens(definition) else 1
    client = cloud_client(
        context.cloud, str(definition["service"]), session_name=f"infrachat-{context.job_id}", attempts=attempts
    )
    method = xform_name(str(definition["operation"]))
    before()
    if not client.can_paginate(method):
        return plain(getattr(client, method)(**parameters))
    pages = client.get_paginator(method).paginate(**parameters, PaginationConfig={"MaxItems": _MOST_ITEMS})
    return plain(pages.build_full_result())


def search(definition: Mapping[str, Any], answer: Any) -> Any:
    """What the action's JMESPath expression finds in an answer."""
    try:
        return jmespath.search(definition["result"]["jmespath"], answer)
    except JMESPathError as error:
        raise ExecutorError("action_invalid", f"The action cannot read the cloud's answer: {error}") from error


def plain(value: Any) -> Any:
    """An answer as a JSON value."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value[:_LONGEST_BYTES].decode("utf-8", "replace")
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _place(built: dict[str, Any], path: str, value: Any) -> None:
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
