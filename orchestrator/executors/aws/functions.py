"""JMESPath's own functions in an expression: that they exist, how many arguments they take, and what they give."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeAlias

from jmespath.functions import Functions

from .answers import Answer, Keyed, Many, Plain, Record, element_of, value_of
from .mistakes import BadDefinition, near_or_all

Node: TypeAlias = Mapping[str, Any]
Follow: TypeAlias = Callable[[Node, Answer], Answer]

_TABLE: Mapping[str, Mapping[str, Any]] = Functions.FUNCTION_TABLE
_SAME_LIST = frozenset({"sort", "sort_by", "reverse"})
_ONE_OF_LIST = frozenset({"max", "max_by", "min", "min_by"})
_UNKNOWN = frozenset({"merge", "not_null", "to_array"})
_KINDS: dict[type, frozenset[str]] = {
    Many: frozenset({"array"}),
    Record: frozenset({"object"}),
    Keyed: frozenset({"object"}),
    Plain: frozenset({"string", "number", "boolean"}),
}


def function_found(name: str, arguments: Sequence[Node], follow: Follow, current: Answer) -> Answer:
    """What `name(arguments)` gives. Raises BadDefinition when the call cannot succeed."""
    if name not in _TABLE:
        raise BadDefinition(f"result.jmespath: there is no function {name}.{near_or_all(name, _TABLE)}")
    signature = _TABLE[name]["signature"]
    _check_count(name, len(arguments), signature)
    given: list[Answer] = []
    for number, (argument, allowed) in enumerate(zip(arguments, _of_each(arguments, signature), strict=True), 1):
        what = f"result.jmespath: argument {number} of {name}()"
        given.append(_argument(what, argument, allowed, lambda node: follow(node, current)))
    per_element: Answer = None
    for argument in arguments:
        if argument["type"] == "expref":
            # `&Name` looks into each element of the list beside it.
            per_element = follow(argument["children"][0], _element(given))
    if name == "map":
        return Many("its result", per_element)
    return _given(name, given)


def _given(name: str, given: Sequence[Answer]) -> Answer:
    if name in _SAME_LIST:
        return given[0]
    if name in _ONE_OF_LIST:
        return _element(given)
    if name == "keys":
        return Many("keys()", Plain("a key"))
    if name == "values":
        return Many("values()", value_of(given[0]))
    return None if name in _UNKNOWN else Plain(f"{name}()")


def _element(given: Sequence[Answer]) -> Answer:
    return next((element_of(each, written="[]") for each in given if isinstance(each, Many)), None)


def _check_count(name: str, count: int, signature: Sequence[Mapping[str, Any]]) -> None:
    wanted, at_least = len(signature), signature[-1].get("variadic", False)
    if count < wanted or (count > wanted and not at_least):
        how = "at least " if at_least else ""
        raise BadDefinition(f"result.jmespath: {name}() takes {how}{wanted} argument(s), not {count}.")


def _of_each(arguments: Sequence[Node], signature: Sequence[Mapping[str, Any]]) -> list[frozenset[str]]:
    """The kinds that each argument may have; a variadic function's last ones are all alike. Empty: any."""
    kinds = [frozenset(each.partition("-")[0] for each in argument["types"]) for argument in signature]
    return kinds + kinds[-1:] * (len(arguments) - len(kinds))


def _argument(what: str, argument: Node, wanted: AbstractSet[str], follow: Callable[[Node], Answer]) -> Answer:
    """What an argument is; `&Name` is known only together with its list. Raises BadDefinition: the wrong kind."""
    is_reference = argument["type"] == "expref"
    if wanted == {"expref"} and not is_reference:
        raise BadDefinition(f"{what} is written with &, as in sort_by(Buckets, &Name).")
    found = None if is_reference else follow(argument)
    given = frozenset({"expref"}) if is_reference else _KINDS.get(type(found), frozenset())
    if wanted and given and not wanted & given:
        raise BadDefinition(f"{what} must be {' or '.join(sorted(wanted))}, and is {' or '.join(sorted(given))}.")
    return found
