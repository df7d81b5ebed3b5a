"""The `wait` of an action's file: what a call has begun is waited for, with a waiter of the service's own model.

wait:
  for: InstanceStopped                     # as the SDK's documentation calls it
  input: {InstanceIds: ["{found.id}"]}     # of the waiter's reading operation; `parameters` as in the action
  seconds: 300                             # then the result says that it is still under way
"""

import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, DataNotFoundError
from botocore.waiter import WaiterModel

from orchestrator.executors.base import Context, LogLine
from orchestrator.sentences import stated

from .calls import call_input, raw_call
from .inputs import call_check
from .mistakes import BadDefinition, near_or_all
from .shapes import session

_FIELDS = frozenset({"for", "parameters", "input", "seconds"})
_LONGEST_SECONDS = 3600
_MOST_PATIENT_SECONDS = 5.0
_STEP_SECONDS = 0.5


def wait_check(definition: Mapping[str, Any], names: AbstractSet[str]) -> None:
    """Raises BadDefinition."""
    wait = definition.get("wait")
    if wait is None:
        return
    if not isinstance(wait, Mapping) or not {"for", "seconds"} <= set(wait) <= _FIELDS:
        raise BadDefinition("wait needs `for` and `seconds`, and may have parameters and input.")
    if not isinstance(wait["seconds"], int) or not 1 <= wait["seconds"] <= _LONGEST_SECONDS:
        raise BadDefinition(f"wait.seconds must be a whole number from 1 to {_LONGEST_SECONDS}.")
    known = _waiters(str(definition["service"]))
    if wait["for"] not in known.waiter_names:
        raise BadDefinition(f"wait.for is {wait['for']!r}.{near_or_all(str(wait['for']), known.waiter_names)}")
    try:
        call_check(_looking(definition), names)
    except BadDefinition as error:
        raise BadDefinition(f"wait: {error}") from None


def waited(context: Context, definition: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Wait for what was begun. Nothing when it is there, or a sentence that says how far it has come."""
    if definition.get("wait") is None:
        return ""
    wait = definition["wait"]
    context.emit(LogLine("phase", f"Waiting for {wait['for']}"))
    config = _waiters(str(definition["service"])).get_waiter(wait["for"])
    looking = _looking(definition)
    parameters = call_input(context, looking, found)
    ends = time.monotonic() + wait["seconds"]
    while True:
        state = _state(config, context, looking, parameters)
        if state == "success":
            return ""
        if state == "failure":
            return stated(
                "What was begun did not come to %(state)s: it went another way. Look at it.", state=wait["for"]
            )
        if time.monotonic() >= ends:
            return stated(
                "After %(seconds)s seconds it has not come to %(state)s yet; it goes on by itself.",
                seconds=wait["seconds"],
                state=wait["for"],
            )
        if not _patient(context, min(float(config.delay), _MOST_PATIENT_SECONDS)):
            return stated("It was not waited for until %(state)s; it goes on by itself.", state=wait["for"])


def _patient(context: Context, seconds: float) -> bool:
    """Whether to look again, after so long."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if context.should_stop() is not None:
            return False
        time.sleep(_STEP_SECONDS)
    return True


def _state(config: Any, context: Context, looking: Mapping[str, Any], parameters: Mapping[str, Any]) -> str:
    try:
        answer = raw_call(context, looking, parameters)
    except ClientError as error:
        answer = error.response
    except BotoCoreError:
        return "retry"
    found = next((each.state for each in config.acceptors if each.matcher_func(answer)), "")
    return found or "retry"


def _looking(definition: Mapping[str, Any]) -> dict[str, Any]:
    wait = definition["wait"]
    config = _waiters(str(definition["service"])).get_waiter(wait["for"])
    own = {"service": definition["service"], "operation": config.operation, "risk": "read"}
    return {**own, "parameters": wait.get("parameters"), "input": wait.get("input")}


def _waiters(service: str) -> WaiterModel:
    try:
        return session().get_waiter_model(service)
    except DataNotFoundError:
        raise BadDefinition(f"{service} has nothing that could be waited for.") from None
