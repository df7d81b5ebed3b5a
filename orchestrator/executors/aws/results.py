"""The `result` of an action's file: what is searched in the answer, and the texts that show what was found."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from botocore.model import OperationModel

from chatbot_project.templating import placeholders

from .answers import Answer, Keyed, Many, Record, answer_of, opened
from .expressions import found_by
from .mistakes import BadDefinition, near_or_all

_FIELDS = frozenset({"jmespath", "template", "item", "empty"})
_OF_ALL = frozenset({"count", "items", "result"})


def result_check(result: Any, operation: OperationModel, names: AbstractSet[str]) -> None:
    """Raises BadDefinition: nothing can be found so, or a text has a placeholder that nothing fills.

    `names` are the placeholders that the request itself fills.
    """
    if not isinstance(result, Mapping) or not isinstance(result.get("jmespath"), str):
        raise BadDefinition("result needs a jmespath expression, such as 'Buckets[].Name'.")
    if unknown := sorted(set(map(str, result)) - _FIELDS):
        raise BadDefinition(f"result has an unknown field {unknown[0]}. Known are: {', '.join(sorted(_FIELDS))}.")
    if other := sorted(name for name, text in result.items() if not isinstance(text, str)):
        raise BadDefinition(f"result.{other[0]} must be a text.")
    found = found_by(result["jmespath"], answer_of(operation))
    _check_item(result.get("item", ""), found)
    placeholders_check("result.template", result.get("template", ""), names | _OF_ALL)
    placeholders_check("result.empty", result.get("empty", ""), names)


def placeholders_check(field: str, text: str, known: AbstractSet[str]) -> None:
    """Raises BadDefinition when `text` has a placeholder that is not known."""
    for name in placeholders(text):
        if name in known:
            continue
        more = " {stack.id} and {stack.name} need needs_stack: true." if name.startswith("stack.") else ""
        raise BadDefinition(f"{field} has {{{name}}}, which nothing fills in.{more or near_or_all(name, known)}")


def _check_item(item: str, found: Answer) -> None:
    """The line of one found item knows that item alone; of a thing with members, each of them."""
    each = opened(found.element, "") if isinstance(found, Many) else found
    if each is None or isinstance(each, Keyed):
        return
    members = each.members if isinstance(each, Record) else {}
    placeholders_check("result.item", item, {"item", *members})
