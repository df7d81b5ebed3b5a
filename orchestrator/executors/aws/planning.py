"""What an action would call, and the digest by which it is approved. Nothing here calls the cloud."""

from collections.abc import Mapping
from typing import Any

from orchestrator.executors.base import Context, ExecutorError, PlanOutcome, PlanVoid, Stopped
from orchestrator.executors.digest import approval_hash, digest_value
from orchestrator.executors.masking import Secrets
from orchestrator.types import PlanCounts, PlannedChange

from .calls import call_input, environment_of, tokens
from .definition import definition_check
from .mistakes import BadDefinition


def plan_make(context: Context) -> PlanOutcome:
    """The plan of the context's start. Raises ExecutorError or Stopped."""
    stop_if_asked(context)
    definition = checked(context)
    parameters = call_input(context, definition)
    digests = _digests(context, definition, parameters)
    verb = action_verb(definition)
    shown = secrets_of(context, definition).mask(parameters)
    change = PlannedChange(
        address=call_name(definition),
        resource_type=str(definition["service"]),
        action=verb,
        attributes=_attributes(shown),
        variables=_slots(context, definition),
    )
    return PlanOutcome(
        counts=PlanCounts(**{verb: 1}),
        changes=(change,),
        plan_hash=approval_hash(digests),
        has_changes=True,
        sentence=_sentence(context, definition, shown),
        masked_plan={"action": definition.get("name"), "operation": call_name(definition), "parameters": shown},
        digests=digests,
    )


def verified(context: Context, plan_hash: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The definition and the input of exactly what `plan_hash` names. Raises PlanVoid, ExecutorError, Stopped."""
    stop_if_asked(context)
    definition = checked(context)
    parameters = call_input(context, definition)
    if approval_hash(_digests(context, definition, parameters)) != plan_hash:
        raise PlanVoid("plan_void", "Nothing was called: the action is not as it was planned. Ask for it again.")
    return definition, parameters


def checked(context: Context) -> Mapping[str, Any]:
    """The action's definition. Raises ExecutorError when there is none or it has a mistake."""
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


def call_name(definition: Mapping[str, Any]) -> str:
    return f"{definition['service']}:{definition['operation']}"


def action_verb(definition: Mapping[str, Any]) -> str:
    """Which of the plan's five words an operation is: a reading one says so by its risk, the others by their verb."""
    if definition.get("risk") == "read":
        return "read"
    operation = str(definition["operation"])
    if operation.startswith(("Create", "Run", "Allocate")):
        return "create"
    return "delete" if operation.startswith(("Delete", "Terminate", "Remove", "Release")) else "update"


def secrets_of(context: Context, definition: Mapping[str, Any]) -> Secrets:
    described = definition.get("variables") or {}
    return Secrets(context.values.get(slot) for slot, each in described.items() if each.get("sensitive"))


def stop_if_asked(context: Context) -> None:
    if (why := context.should_stop()) is not None:
        raise Stopped(why)


def _digests(context: Context, definition: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, str]:
    cloud = context.cloud
    where = f"{environment_of(context)} {cloud.region} {cloud.role_arn or ''} {cloud.endpoint_url or ''}"
    digests = {
        "action": digest_value(dict(definition)),
        "parameters": digest_value(dict(parameters)),
        "environment": digest_value(where),
        "policy": context.policy_version,
    }
    # The same call once more is another question: whoever said yes to the first one has not said yes to this.
    return digests | ({"start": str(context.start)} if context.start > 1 else {})


def _slots(context: Context, definition: Mapping[str, Any]) -> tuple[str, ...]:
    """The slots whose values stand in the call."""
    return tuple(sorted(slot for slot in definition.get("parameters") or {} if context.values.get(slot) is not None))


def _attributes(parameters: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"path": name, "before": None, "after": value, "unknown": False, "sensitive": False}
        for name, value in parameters.items()
    )


def _sentence(context: Context, definition: Mapping[str, Any], parameters: Mapping[str, Any]) -> str:
    told = {name: value for name, value in parameters.items() if name not in tokens(definition)}
    given = ", ".join(f"{name}={value}" for name, value in told.items() if isinstance(value, str | int | float))
    effect = " and changes nothing" if definition.get("risk") == "read" else ", which changes the cloud"
    return f"Calls {call_name(definition)}{f' with {given}' if given else ''} in {context.cloud.region}{effect}."
