"""A result's JMESPath expression, followed through the answer it will be given: what it finds, and where it cannot.

What depends on the answer itself (a function's text, one of two sides) is accepted: it is not known before.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import jmespath
from jmespath.exceptions import EmptyExpressionError, JMESPathError, ParseError

from .answers import Answer, Many, Plain, Record, element_of, flattened, member_of, value_of
from .functions import function_found
from .mistakes import BadDefinition

Node: TypeAlias = Mapping[str, Any]


def found_by(expression: str, answer: Answer) -> Answer:
    """What `expression` finds in `answer`. Raises BadDefinition: it does not compile, or looks for what cannot be."""
    return _found(_compiled(expression), answer)


def _compiled(expression: str) -> Node:
    try:
        parsed: Node = jmespath.compile(expression).parsed
    except EmptyExpressionError:
        raise BadDefinition("result.jmespath is empty. For the whole answer write '@'.") from None
    except ParseError as error:
        column = (error.lex_position or 0) + 1
        where = f"it goes wrong at column {column} of {expression!r}"
        raise BadDefinition(f"result.jmespath is no JMESPath expression: {where}. One is 'Buckets[].Name'.") from None
    except JMESPathError as error:
        raise BadDefinition(f"result.jmespath is no JMESPath expression: {error}") from None
    return parsed


def _found(node: Node, current: Answer) -> Answer:
    follow = _FOLLOW.get(node["type"])
    return follow(node, current) if follow else None


def _in_turn(node: Node, current: Answer) -> Answer:
    """`a.b`, `a[0]`, `a | b`: each in what the one before found."""
    for child in node["children"]:
        current = _found(child, current)
    return current


def _same(node: Node, current: Answer) -> Answer:
    return current


def _field(node: Node, current: Answer) -> Answer:
    return member_of(current, str(node["value"]))


def _index(node: Node, current: Answer) -> Answer:
    return element_of(current, written=f"[{node['value']}]")


def _slice(node: Node, current: Answer) -> Answer:
    element_of(current, written="[:]")
    return current


def _flatten(node: Node, current: Answer) -> Answer:
    return flattened(_found(node["children"][0], current))


def _projection(node: Node, current: Answer) -> Answer:
    """`a[].b`, `a[*].b`, `a[?c].b`."""
    base, each, *conditions = node["children"]
    return _each(element_of(_found(base, current), written="[]"), each, conditions)


def _value_projection(node: Node, current: Answer) -> Answer:
    """`a.*.b`."""
    base, each = node["children"]
    return _each(value_of(_found(base, current)), each, [])


def _each(element: Answer, each: Node, conditions: list[Node]) -> Answer:
    for condition in conditions:
        _found(condition, element)
    found = _found(each, element)
    return Many(found.path if found else "its result", found)


def _record(node: Node, current: Answer) -> Answer:
    members = {str(child["value"]): _found(child["children"][0], current) for child in node["children"]}
    return Record("its {…}", members)


def _list(node: Node, current: Answer) -> Answer:
    for child in node["children"]:
        _found(child, current)
    return Many("its […]", None)


def _all(node: Node, current: Answer) -> Answer:
    """`a || b`, `a && b`: either side may be what is found."""
    sides = [_found(child, current) for child in node["children"]]
    return sides[0] if all(side == sides[0] for side in sides) else None


def _truth(node: Node, current: Answer) -> Answer:
    for child in node["children"]:
        _found(child, current)
    return Plain("a comparison")


def _literal(node: Node, current: Answer) -> Answer:
    return Plain("a constant") if isinstance(node["value"], str | int | float) else None


def _function(node: Node, current: Answer) -> Answer:
    return function_found(str(node["value"]), node["children"], _found, current)


_FOLLOW: dict[str, Callable[[Node, Answer], Answer]] = {
    "subexpression": _in_turn,
    "index_expression": _in_turn,
    "pipe": _in_turn,
    "current": _same,
    "identity": _same,
    "field": _field,
    "index": _index,
    "slice": _slice,
    "flatten": _flatten,
    "projection": _projection,
    "filter_projection": _projection,
    "value_projection": _value_projection,
    "multi_select_dict": _record,
    "multi_select_list": _list,
    "or_expression": _all,
    "and_expression": _all,
    "not_expression": _truth,
    "comparator": _truth,
    "literal": _literal,
    "function_expression": _function,
}
