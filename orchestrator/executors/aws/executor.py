"""The executor of jobs of kind action: one operation of the AWS SDK, described by a file."""

import logging
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orchestrator.executors.base import (
    ApplyOutcome,
    Context,
    ExecutorError,
    LogLine,
    PlanOutcome,
    PlanVoid,
    Stopped,
)
from orchestrator.executors.digest import approval_hash, digest_value
from orchestrator.executors.masking import Secrets
from orchestrator.types import PlanCounts, PlannedChange

from .calls import call, call_input, environment_of, names_of, search
from .definition import definition_check
from .errors import call_words, outcome_unknown
from .mistakes import BadDefinition
from .templates import render_result

logger = logging.getLogger(__name__)


class AwsExecutor:
    """See `orchestrator.executors.base.Executor`. Planning calls nothing: it checks, and says what would be called."""

    def plan(self, context: Context) -> PlanOutcome:
        _stop_if_asked(context)
        definition = _checked(context)
        parameters = call_input(context, definition)
        digests = _digests(context, definition, parameters)
        action = _action(definition)
        shown = _secrets(context, definition).mask(parameters)
        change = PlannedChange(_name(definition), str(definition["service"]), action, _attributes(shown))
        return PlanOutcome(
            counts=PlanCounts(**{action: 1}),
            changes=(change,),
            plan_hash=approval_hash(digests),
            has_changes=True,
            sentence=_sentence(context, definition, shown),
            masked_plan={"action": definition.get("name"), "operation": _name(definition), "parameters": shown},
            digests=digests,
        )

    def verify(self, context: Context, plan_hash: str) -> None:
        _verified(context, plan_hash)

    def apply(self, context: Context, plan_hash: str) -> ApplyOutcome:
        definition, parameters = _verified(context, plan_hash)
        context.emit(LogLine("phase", f"Calling {_name(definition)} in {context.cloud.region}"))
        try:
            found = search(definition, call(context, definition, parameters))
        except (ClientError, BotoCoreError) as error:
            return _failed(context, definition, error)
        return _succeeded(context, definition, found)


def _verified(context: Context, plan_hash: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    _stop_if_asked(context)
    definition = _checked(context)
    parameters = call_input(context, definition)
    if approval_hash(_digests(context, definition, parameters)) != plan_hash:
        raise PlanVoid("plan_void", "Nothing was called: the action is not as it was planned. Ask for it again.")
    return definition, parameters


def _checked(context: Context) -> Mapping[str, Any]:
    definition = context.action
    if definition is None:
        raise ExecutorError("action_missing", "A job of kind action needs an action, and this one has none.")
    if definition.get("needs_stack") and context.stack is None:
        raise ExecutorError("stack_missing", f"{definition.get('title', 'The action')} needs a stack. Name one.")
    try:
        definition_check(definition)
    except BadDefinition as error:
        raise ExecutorError("action_invalid", f"The action {definition.get('name')} has a mistake: {error}") from error
    return definition


def _digests(context: Context, definition: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, str]:
    cloud = context.cloud
    where = f"{environment_of(context)} {cloud.region} {cloud.role_arn or ''} {cloud.endpoint_url or ''}"
    return {
        "action": digest_value(dict(definition)),
        "parameters": digest_value(dict(parameters)),
        "environment": digest_value(where),
        "policy": context.policy_version,
    }


def _secrets(context: Context, definition: Mapping[str, Any]) -> Secrets:
    described = definition.get("variables") or {}
    return Secrets(context.values.get(slot) for slot, each in described.items() if each.get("sensitive"))


def _name(definition: Mapping[str, Any]) -> str:
    return f"{definition['service']}:{definition['operation']}"


def _action(definition: Mapping[str, Any]) -> str:
    """Which of the plan's five words an operation is: a reading one says so by its risk, the others by their verb."""
    if definition.get("risk") == "read":
        return "read"
    operation = str(definition["operation"])
    if operation.startswith(("Create", "Run", "Allocate")):
        return "create"
    return "delete" if operation.startswith(("Delete", "Terminate", "Remove", "Release")) else "update"


def _attributes(parameters: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"path": name, "before": None, "after": value, "unknown": False, "sensitive": False}
        for name, value in parameters.items()
    )


def _sentence(context: Context, definition: Mapping[str, Any], parameters: Mapping[str, Any]) -> str:
    given = ", ".join(f"{name}={value}" for name, value in parameters.items() if isinstance(value, str | int | float))
    effect = " and changes nothing" if definition.get("risk") == "read" else ", which changes the cloud"
    return f"Calls {_name(definition)}{f' with {given}' if given else ''} in {context.cloud.region}{effect}."


def _succeeded(context: Context, definition: Mapping[str, Any], found: Any) -> ApplyOutcome:
    found = _secrets(context, definition).mask(found)
    text = render_result(definition["result"], found, _secrets(context, definition).mask(names_of(context)))
    outcome = ApplyOutcome(
        "succeeded", {"result": found}, text, changed=() if _action(definition) == "read" else (_name(definition),)
    )
    context.emit(LogLine("result", text, None, {"status": outcome.status}))
    return outcome


def _failed(context: Context, definition: Mapping[str, Any], error: ClientError | BotoCoreError) -> ApplyOutcome:
    words = call_words(error, _name(definition))
    words = words._replace(detail=_secrets(context, definition).scrub(words.detail))
    if _action(definition) != "read" and outcome_unknown(error):
        detail = f"{words.detail} Whether {_name(definition)} was carried out is not known."
        return ApplyOutcome("indeterminate", {}, detail, error_code=words.code)
    return ApplyOutcome("failed", {}, words.detail, error_code=words.code)


def _stop_if_asked(context: Context) -> None:
    if (why := context.should_stop()) is not None:
        raise Stopped(why)
