"""The `each` of an action's file: the call is made for all that a reading call finds, so many at a time, until nothing
is left.

    operation: DeleteObjects
    each:
      operation: ListObjectVersions       # of the same service, unless `service` names another
      parameters: {name: Bucket}          # slots of the action, and `input`, as in the action
      jmespath: "[Versions, DeleteMarkers][].{Key: Key, VersionId: VersionId}"
      member: Delete.Objects              # the list of the action's own input that takes what is found
      at_most: 1000                       # as many as the service takes in one call
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import jmespath
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import ListShape

from orchestrator.executors.base import Context, LogLine, Stopped

from .answers import Many, answer_of
from .calls import call, call_input, names_of, place
from .conditions import filled
from .expressions import found_by
from .inputs import call_check
from .mistakes import BadDefinition
from .results import placeholders_check
from .shapes import READING, member, operation_of

_FIELDS = frozenset({"service", "operation", "parameters", "input", "jmespath", "member", "at_most"})
_NEEDED = frozenset({"operation", "jmespath", "member", "at_most"})


@dataclass(frozen=True)
class Batch:
    """What was done so far; `left` says why it ended before nothing was left."""

    done: int
    answer: Any
    left: str = ""


def batch_of(definition: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The reading call as the definition of a reading action; None when the action is one call."""
    each = definition.get("each")
    if each is None:
        return None
    own = {"service": definition.get("service"), "needs_stack": definition.get("needs_stack"), "risk": "read"}
    return {**own, **each, "variables": definition.get("variables")}


def batch_check(definition: Mapping[str, Any], names: AbstractSet[str]) -> str:
    """The member that takes what is found, or nothing. Raises BadDefinition."""
    each = definition.get("each")
    if each is None:
        return ""
    if not isinstance(each, Mapping) or not _NEEDED <= set(each) <= _FIELDS:
        raise BadDefinition(f"each needs {', '.join(sorted(_NEEDED))}, and may have parameters, input and service.")
    lookup = batch_of(definition) or {}
    try:
        operation = call_check(lookup, names)
    except BadDefinition as error:
        raise BadDefinition(f"each: {error}") from None
    if not operation.name.startswith(READING):
        raise BadDefinition(f"each: {operation.name} may change something; use an operation that reads.")
    placeholders_check("each.jmespath", str(each["jmespath"]), names)
    if not isinstance(found_by(filled(str(each["jmespath"]), {}), answer_of(operation)), Many | None):
        raise BadDefinition("each.jmespath must find a list.")
    path = str(each["member"])
    if not isinstance(member(operation_of(definition), path), ListShape):
        raise BadDefinition(f"each.member {path} is no list.")
    if not isinstance(each["at_most"], int) or not 1 <= each["at_most"] <= 1000:
        raise BadDefinition("each.at_most must be a whole number from 1 to 1000.")
    return path


def batches_made(
    context: Context,
    definition: Mapping[str, Any],
    parameters: Mapping[str, Any],
    found: Mapping[str, Any],
    *,
    before: Callable[[], None],
) -> Batch:
    """Call until nothing is left. Raises HalfDone; what botocore and `before` raise, as long as nothing was done."""
    lookup = batch_of(definition) or {}
    looking = call_input(context, lookup, found)
    so_far, last = Batch(0, {}), None
    while True:
        if so_far.done and (why := context.should_stop()) is not None:
            return Batch(so_far.done, so_far.answer, f"it was stopped ({why}).")
        things = _things(context, lookup, looking, found)
        if not things:
            return so_far
        if things == last:
            return Batch(so_far.done, so_far.answer, f"the cloud keeps {len(things)} of them in spite of the call.")
        try:
            answer = call(context, definition, _with(parameters, str(lookup["member"]), things), before=before)
        except Stopped as stopped:
            if not so_far.done:
                raise
            return Batch(so_far.done, so_far.answer, f"it was stopped ({stopped.why}).")
        except (ClientError, BotoCoreError) as error:
            if not so_far.done:
                raise
            raise HalfDone(so_far, error) from error
        so_far, last = Batch(so_far.done + len(things), answer), things
        context.emit(LogLine("line", f"{so_far.done} done"))


class HalfDone(Exception):
    """A later call failed; `batch` is what had been done, `error` what botocore raised."""

    def __init__(self, batch: Batch, error: ClientError | BotoCoreError) -> None:
        super().__init__(f"{batch.done} were done")
        self.batch, self.error = batch, error


def _things(
    context: Context, lookup: Mapping[str, Any], looking: Mapping[str, Any], found: Mapping[str, Any]
) -> list[Any]:
    answer = call(context, lookup, looking, most=int(lookup["at_most"]))
    things = jmespath.search(filled(lookup["jmespath"], names_of(context, found)), answer) or []
    return list(things)[: int(lookup["at_most"])]


def _with(parameters: Mapping[str, Any], path: str, things: list[Any]) -> dict[str, Any]:
    """A copy of the input with the list at its place."""
    first, _, rest = path.partition(".")
    made = dict(parameters)
    if rest:
        made[first] = _with(made.get(first) or {}, rest, things)
    else:
        place(made, first, things)
    return made
