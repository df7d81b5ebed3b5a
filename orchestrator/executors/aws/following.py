"""The `then` of an action's file: calls that follow when the action's own has succeeded, each with what it answered.

    then:
      - name: stored                                   # {stored.ARN} in the texts of the result
        service: secretsmanager
        operation: CreateSecret
        input: {Name: "keys/{answer.AccessKey.AccessKeyId}", SecretString: {secret: "{answer.…}"}}
        otherwise:                                     # takes back what was done when this call fails
          operation: DeleteAccessKey
          input: {AccessKeyId: "{answer.AccessKey.AccessKeyId}"}

Answers live in the worker's memory alone: nothing of them is logged or stored but what `result` shows.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import OperationModel

from chatbot_project.templating import placeholders
from orchestrator.executors.base import Context, ExecutorError, LogLine

from .answers import answer_of, member_of
from .calls import call, input_made, names_of
from .errors import call_words
from .inputs import call_check
from .mistakes import BadDefinition

_FIELDS = frozenset({"name", "service", "operation", "input", "otherwise"})
_ANSWER = "answer."


@dataclass(frozen=True)
class Followed:
    """`answers` by the steps' names; `problem` says which call failed and what became of those before it."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    code: str = ""
    taken_back: bool = False


def following_check(definition: Mapping[str, Any], operation: OperationModel, names: AbstractSet[str]) -> None:
    """Raises BadDefinition."""
    steps = definition.get("then") or []
    if not isinstance(steps, list) or not all(isinstance(each, Mapping) for each in steps):
        raise BadDefinition("then must be a list of calls.")
    for number, step in enumerate(steps, 1):
        try:
            _step_check(step, definition, operation, names)
        except BadDefinition as error:
            raise BadDefinition(f"then {number}: {error}") from None


def following_names(definition: Mapping[str, Any]) -> set[str]:
    """The placeholders that the calls' answers fill in the result's texts."""
    found = set()
    for step in definition.get("then") or ():
        operation = call_operation(step, definition)
        shape = operation.output_shape
        found |= {f"{step['name']}.{each}" for each in (shape.members if shape is not None else ())}
    return found


def call_operation(step: Mapping[str, Any], definition: Mapping[str, Any]) -> OperationModel:
    from .shapes import operation_of

    return operation_of(_as_definition(step, definition))


def followed_up(
    context: Context, definition: Mapping[str, Any], answer: Mapping[str, Any], found: Mapping[str, Any]
) -> Followed:
    """Make the calls that follow; the first that fails ends it."""
    names = names_of(context, found) | dict(_flat(answer))
    answers: dict[str, Any] = {}
    for step in definition.get("then") or ():
        doing = _as_definition(step, definition)
        name = f"{doing['service']}:{doing['operation']}"
        context.emit(LogLine("phase", f"Calling {name}"))
        try:
            answers[str(step["name"])] = call(context, doing, input_made(context, doing, names))
        except (ClientError, BotoCoreError, ExecutorError) as error:
            code, detail = _words(error, name)
            return _given_up(context, step, definition, names, Followed(answers, f"{name}: {detail}", code))
    return Followed(answers)


def _given_up(
    context: Context, step: Mapping[str, Any], definition: Mapping[str, Any], names: Mapping[str, Any], so_far: Followed
) -> Followed:
    otherwise = step.get("otherwise")
    if not otherwise:
        return so_far
    undoing = _as_definition(otherwise, definition)
    name = f"{undoing['service']}:{undoing['operation']}"
    context.emit(LogLine("phase", f"Taking it back with {name}"))
    try:
        call(context, undoing, input_made(context, undoing, names))
    except (ClientError, BotoCoreError, ExecutorError) as error:
        return Followed(so_far.answers, f"{so_far.problem} {name}: {_words(error, name)[1]}", so_far.code)
    return Followed(so_far.answers, so_far.problem, so_far.code, taken_back=True)


def _words(error: ClientError | BotoCoreError | ExecutorError, name: str) -> tuple[str, str]:
    """Its code and its sentence; what the service's model refuses was not sent."""
    if isinstance(error, ExecutorError):
        return error.code, error.detail
    words = call_words(error, name)
    return words.code, words.detail


def _as_definition(step: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    return {"service": definition["service"], **step}


def _step_check(
    step: Mapping[str, Any], definition: Mapping[str, Any], operation: OperationModel, names: AbstractSet[str]
) -> None:
    if unknown := sorted(set(map(str, step)) - _FIELDS):
        raise BadDefinition(f"there is no field {unknown[0]}. Known are: {', '.join(sorted(_FIELDS))}.")
    if not str(step.get("name", "")).isidentifier():
        raise BadDefinition("name must be a word, by which the result's texts know the answer.")
    known = names | _answer_names(step, operation)
    call_check(_as_definition(step, definition), known)
    if otherwise := step.get("otherwise"):
        if not isinstance(otherwise, Mapping) or not set(otherwise) <= {"service", "operation", "input"}:
            raise BadDefinition("otherwise must have an operation and perhaps service and input.")
        call_check(_as_definition(otherwise, definition), known)


def _answer_names(step: Mapping[str, Any], operation: OperationModel) -> set[str]:
    """The `{answer.…}` of a step that the operation does answer. Raises BadDefinition at one that it does not."""
    found = {name for text in _texts(step) for name in placeholders(text) if name.startswith(_ANSWER)}
    for name in found:
        at = answer_of(operation)
        for part in name.removeprefix(_ANSWER).split("."):
            at = member_of(at, part)
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _flat(answer: Any, path: str = "answer") -> Iterator[tuple[str, Any]]:
    if isinstance(answer, Mapping):
        for name, each in answer.items():
            yield from _flat(each, f"{path}.{name}")
    else:
        yield path, answer
