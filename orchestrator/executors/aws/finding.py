"""The `find` of an action's file: reading calls that say what the action is about, before anybody is asked.

    find:
      - operation: DescribeInstances         # of the same service, unless `service` names another
        parameters: {…}                      # slots of the action, and `input`, as in the action
        jmespath: "…[?InstanceId == {name}].{id: InstanceId, since: LaunchTime}"
        missing: "There is no server {name} in {environment}."
        several: "There are several servers called {name}:\\n{items}"
        item: "- {id}"
        refuse: [{when: "state == 'stopped'", because: "The server {name} is stopped already."}]
        optional: true                       # nothing found is no mistake: what it would have said stays empty

What is found (exactly one thing, unless optional) is `{found.id}`, `{found.since}` for the calls and texts after it. It
is looked for again right before the call: another id is another call, and voids the approval.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NoReturn

import jmespath
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import OperationModel
from jmespath.exceptions import JMESPathError

from orchestrator.executors.base import Context, ExecutorError
from orchestrator.sentences import result_stated, template_stated

from .answers import Answer, Many, Record, answer_of, opened
from .calls import call, call_input, names_of
from .conditions import filled
from .errors import call_words, no_such_thing
from .expressions import found_by
from .inputs import call_check
from .mistakes import BadDefinition
from .results import placeholders_check
from .shapes import READING, operation_of

_FIELDS = frozenset(
    {"service", "operation", "parameters", "input", "jmespath", "missing", "several", "item", "refuse", "optional"}
)
_MOST_LOOKED_AT = 20_000


def lookups_of(definition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Each lookup as the definition of a reading action."""
    own = {"service": definition.get("service"), "needs_stack": definition.get("needs_stack"), "risk": "read"}
    for each in definition.get("find") or ():
        yield {**own, **each, "variables": definition.get("variables")}


def finds_check(definition: Mapping[str, Any], names: AbstractSet[str]) -> set[str]:
    """The placeholders that the lookups fill, as `found.id`. Raises BadDefinition."""
    lookups = definition.get("find") or []
    if not isinstance(lookups, list) or not all(isinstance(each, Mapping) for each in lookups):
        raise BadDefinition("find must be a list of lookups, each with an operation and a jmespath expression.")
    found: set[str] = set()
    for number, lookup in enumerate(lookups_of(definition), 1):
        try:
            found |= _lookup_check(lookup, names | found)
        except BadDefinition as error:
            raise BadDefinition(f"find {number}: {str(error).replace('result.jmespath', 'jmespath')}") from None
    return found


def found_things(context: Context, definition: Mapping[str, Any]) -> dict[str, Any]:
    """{name: value} of all that the lookups find. Raises ExecutorError: nothing, several, or what must not be."""
    found: dict[str, Any] = {}
    for lookup in lookups_of(definition):
        found |= _looked_up(context, lookup, found)
    return found


def _lookup_check(lookup: Mapping[str, Any], names: AbstractSet[str]) -> set[str]:
    if unknown := sorted(set(map(str, lookup)) - _FIELDS - {"needs_stack", "risk", "variables"}):
        raise BadDefinition(f"there is no field {unknown[0]}. Known are: {', '.join(sorted(_FIELDS))}.")
    operation = call_check(lookup, names)
    if not operation.name.startswith(READING):
        raise BadDefinition(f"{operation.name} may change something; use an operation that reads.")
    each = _what_is_found(lookup, operation, names)
    members = {f"found.{name}" for name in each.members}
    placeholders_check("missing", str(lookup.get("missing", "")), names)
    placeholders_check("several", str(lookup.get("several", "")), names | {"count", "items"})
    placeholders_check("item", str(lookup.get("item", "")), each.members.keys())
    for rule in lookup.get("refuse") or ():
        if not isinstance(rule, Mapping) or set(rule) != {"when", "because"}:
            raise BadDefinition("refuse must be a list of {when: …, because: …}.")
        found_by(filled(str(rule["when"]), {}), each)
        placeholders_check("refuse.because", str(rule["because"]), names | members)
    return members


def _what_is_found(lookup: Mapping[str, Any], operation: OperationModel, names: AbstractSet[str]) -> Record:
    expression = lookup.get("jmespath")
    if not isinstance(expression, str):
        raise BadDefinition("jmespath must be a text, such as 'Buckets[?Name == {name}].{id: Name}'.")
    placeholders_check("jmespath", expression, names)
    found: Answer = found_by(filled(expression, {}), answer_of(operation))
    each = opened(found.element, "") if isinstance(found, Many) else found
    if not isinstance(each, Record):
        raise BadDefinition("jmespath must end in {name: Member}, which gives what it finds its names.")
    return each


def _looked_up(context: Context, lookup: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    names = names_of(context, before)
    try:
        answer = call(context, lookup, call_input(context, lookup, before), most=_MOST_LOOKED_AT)
    except (ClientError, BotoCoreError) as error:
        if not no_such_thing(error):
            words = call_words(error, f"{lookup['service']}:{lookup['operation']}")
            raise ExecutorError(words.code, words.detail, retryable=words.retryable) from error
        answer = None
    found = None if answer is None else _searched(lookup["jmespath"], names, answer)
    things = found if isinstance(found, list) else [] if found is None else [found]
    if not things and lookup.get("optional"):
        return dict.fromkeys(_what_is_found(lookup, operation_of(lookup), names.keys()).members)
    if len(things) != 1:
        _not_one(lookup, things, names)
    _refuse(lookup, things[0], {**names, **{f"found.{name}": each for name, each in things[0].items()}})
    return dict(things[0])


def _not_one(lookup: Mapping[str, Any], things: list[Any], names: Mapping[str, Any]) -> NoReturn:
    if not things:
        otherwise = "What this is about does not exist in {environment}. Nothing was done."
        raise ExecutorError("not_found", template_stated(str(lookup.get("missing", otherwise)), names))
    template = str(lookup.get("several", "Several things in {environment} fit ({count}); name one:\n{items}"))
    result = {"template": template, "item": lookup.get("item", "- {item}")}
    raise ExecutorError("ambiguous", result_stated(result, things[:20], names))


def _refuse(lookup: Mapping[str, Any], thing: Mapping[str, Any], names: Mapping[str, Any]) -> None:
    for rule in lookup.get("refuse") or ():
        if _searched(rule["when"], names, thing) is True:
            raise ExecutorError("refused", template_stated(rule["because"], names))


def _searched(expression: str, names: Mapping[str, Any], value: Any) -> Any:
    try:
        return jmespath.search(filled(expression, names), value)
    except JMESPathError as error:
        raise ExecutorError("action_invalid", f"The action cannot read the cloud's answer: {error}") from error
