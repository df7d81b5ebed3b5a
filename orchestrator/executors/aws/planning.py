"""What an action would call, and the digest by which it is approved. Nothing here changes the cloud: it looks up what
the action is about, and asks for a dry run where there is one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatbot_project.templating import plainly
from orchestrator.executors.base import Context, ExecutorError, PlanOutcome, PlanVoid, Stopped
from orchestrator.executors.digest import approval_hash, digest_value
from orchestrator.executors.masking import Secrets
from orchestrator.sentences import joined, stated, template_stated
from orchestrator.types import PlanCounts, PlannedChange

from .calls import call_input, environment_of, names_of
from .definition import definition_check, secret_slots, slot_types
from .finding import found_things
from .mistakes import BadDefinition
from .rehearsing import rehearse
from .shapes import reads_only, tokens

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
_LONGEST_TOLD = 200


@dataclass(frozen=True)
class Prepared:
    """An action that fits its model: what would be called, and what it was found to be about."""

    definition: Mapping[str, Any]
    parameters: Mapping[str, Any]
    found: Mapping[str, Any]


def prepare(context: Context) -> Prepared:
    """Look up what the action is about and make its input. Raises ExecutorError or Stopped."""
    stop_if_asked(context)
    definition = checked(context)
    found = found_things(context, definition)
    return Prepared(definition, call_input(context, definition, found), found)


def plan_make(context: Context) -> PlanOutcome:
    """The plan of the context's start, rehearsed where that is possible. Raises ExecutorError or Stopped."""
    prepared = prepare(context)
    rehearse(context, prepared.definition, prepared.parameters)
    return plan_of(context, prepared)


def plan_of(context: Context, prepared: Prepared) -> PlanOutcome:
    """The plan of what is prepared, for the context's start."""
    definition = prepared.definition
    digests = _digests(context, definition, prepared.parameters)
    verb = action_verb(definition)
    shown = secrets_of(context, definition).mask(prepared.parameters)
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
        sentence=_sentence(context, prepared, shown),
        masked_plan={"action": definition.get("name"), "operation": call_name(definition), "parameters": shown},
        digests=digests,
    )


def verified(context: Context, plan_hash: str) -> Prepared:
    """Exactly what `plan_hash` names. Raises PlanVoid, ExecutorError, Stopped."""
    prepared = prepare(context)
    if approval_hash(_digests(context, prepared.definition, prepared.parameters)) != plan_hash:
        raise PlanVoid("plan_void", "Nothing was called: the action is not as it was planned. Ask for it again.")
    return prepared


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
    """Which of the plan's five words an operation is, by its verb."""
    if reads_only(definition):
        return "read"
    operation = str(definition["operation"])
    if operation.startswith(("Create", "Run", "Allocate")):
        return "create"
    return "delete" if operation.startswith(("Delete", "Terminate", "Remove", "Release", "Purge")) else "update"


def secrets_of(context: Context, definition: Mapping[str, Any]) -> Secrets:
    return Secrets(context.values.get(slot) for slot in secret_slots(definition))


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
    """The slots whose values decide about the call."""
    return tuple(sorted(slot for slot in slot_types(definition) if context.values.get(slot) is not None))


def _attributes(parameters: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"path": name, "before": None, "after": value, "unknown": False, "sensitive": False}
        for name, value in parameters.items()
    )


def _sentence(context: Context, prepared: Prepared, parameters: Mapping[str, Any]) -> str:
    definition = prepared.definition
    told = {name: value for name, value in parameters.items() if name not in tokens(definition)}
    given = ", ".join(f"{name}={_short(value)}" for name, value in told.items() if isinstance(value, str | int | float))
    call = {"call": call_name(definition), "region": context.cloud.region}
    if reads_only(definition) and given:
        calling = stated("Calls %(call)s with %(given)s in %(region)s and changes nothing.", given=given, **call)
    elif reads_only(definition):
        calling = stated("Calls %(call)s in %(region)s and changes nothing.", **call)
    elif given:
        calling = stated("Calls %(call)s with %(given)s in %(region)s, which changes the cloud.", given=given, **call)
    else:
        calling = stated("Calls %(call)s in %(region)s, which changes the cloud.", **call)
    return joined(part for part in (_preview(context, prepared), calling, _rehearsed(definition)) if part)


def _preview(context: Context, prepared: Prepared) -> str:
    """What would be done, in the words of the action's file and with what was found."""
    names = secrets_of(context, prepared.definition).mask(names_of(context, prepared.found))
    return template_stated(str(prepared.definition.get("preview", "")), names, _readable)


def _rehearsed(definition: Mapping[str, Any]) -> str:
    return stated("A dry run says that it would be allowed.") if definition.get("dry_run") else ""


def _readable(value: Any) -> str:
    """Times as people write them."""
    if isinstance(value, str) and _TIME.fullmatch(value):
        return f"{value[:10]} {value[11:16]} UTC"
    return plainly(value)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_TOLD else f"{text[:_LONGEST_TOLD]}…"
