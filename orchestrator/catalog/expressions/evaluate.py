"""A tree to a value."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from . import nodes
from .errors import EvaluationError, Unsupported
from .functions import FUNCTIONS
from .parser import parse
from .patterns import patience
from .values import as_boolean, as_number, equal

Scope = Mapping[str, Any]

_MISSING = object()
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def evaluate(source: str, scope: Scope) -> Any:
    """The value of an expression, as JSON values; `scope` holds the names, such as `{"var": {...}}`.

    Raises Unsupported for what we do not know and EvaluationError for what Terraform would refuse.
    """
    try:
        with patience():
            return value_of(parse(source), scope)
    except RecursionError:
        raise Unsupported("nested too deeply") from None


def value_of(node: nodes.Node, scope: Scope) -> Any:  # noqa: PLR0911 (one line per kind of node)
    match node:
        case nodes.Literal(value):
            return value
        case nodes.Name(name):
            return _name(name, scope)
        case nodes.Attribute(of, name):
            return _member(value_of(of, scope), name)
        case nodes.Index(of, key):
            return _member(value_of(of, scope), value_of(key, scope))
        case nodes.Splat(of, name):
            return _splat(value_of(of, scope), name)
        case nodes.Unary(sign, operand):
            value = value_of(operand, scope)
            return not as_boolean(value) if sign == "!" else -as_number(value)
        case nodes.Binary():
            return _binary(node, scope)
        case nodes.Conditional(test, yes, no):
            return value_of(yes if as_boolean(value_of(test, scope)) else no, scope)
        case nodes.Call(name, arguments):
            return _call(name, arguments, scope)
        case nodes.Sequence(items):
            return [value_of(item, scope) for item in items]
        case nodes.Mapping(pairs):
            return {str(value_of(key, scope)): value_of(item, scope) for key, item in pairs}
        case nodes.For():
            return _for(node, scope)


def _name(name: str, scope: Scope) -> Any:
    if name not in scope:
        # local, data, each ...: known to Terraform alone.
        raise Unsupported(f"the name {name}")
    return scope[name]


def _member(container: Any, key: Any) -> Any:
    if isinstance(container, Mapping):
        if str(key) not in container:
            raise EvaluationError(f"there is no {key}")
        return container[str(key)]
    if isinstance(container, list):
        number = as_number(key)
        if number != int(number) or not 0 <= number < len(container):
            raise EvaluationError(f"there is no element {key}")
        return container[int(number)]
    raise EvaluationError("only lists and maps have elements")


def _splat(container: Any, name: str | None) -> list[Any]:
    items = [] if container is None else container if isinstance(container, list) else [container]
    return list(items) if name is None else [_member(item, name) for item in items]


def _binary(node: nodes.Binary, scope: Scope) -> Any:
    left = value_of(node.left, scope)
    if node.operator in {"&&", "||"}:
        # Terraform 1.x evaluates both sides before it decides; what the left one decides alone stays decided here.
        if as_boolean(left) == (node.operator == "||"):
            return as_boolean(left)
        return as_boolean(value_of(node.right, scope))
    right = value_of(node.right, scope)
    if node.operator in {"==", "!="}:
        return equal(left, right) == (node.operator == "==")
    try:
        return _ARITHMETIC[node.operator](as_number(left), as_number(right))
    except ZeroDivisionError:
        raise EvaluationError("division by zero") from None


def _call(name: str, arguments: tuple[nodes.Node, ...], scope: Scope) -> Any:
    if name == "can":
        return _attempt(arguments[0], scope) is not _MISSING if len(arguments) == 1 else _bad_count(name)
    if name == "try":
        for argument in arguments:
            value = _attempt(argument, scope)
            if value is not _MISSING:
                return value
        raise EvaluationError("nothing in try() succeeded")
    function = FUNCTIONS.get(name)
    if function is None:
        raise Unsupported(f"the function {name}")
    try:
        return function(*(value_of(argument, scope) for argument in arguments))
    except (TypeError, ValueError, IndexError, OverflowError) as error:
        raise EvaluationError(f"{name}: {error}") from None


def _attempt(node: nodes.Node, scope: Scope) -> Any:
    try:
        return value_of(node, scope)
    except EvaluationError:
        return _MISSING


def _bad_count(name: str) -> Any:
    raise EvaluationError(f"{name} takes one argument")


def _for(node: nodes.For, scope: Scope) -> Any:
    source = value_of(node.source, scope)
    if isinstance(source, Mapping):
        pairs: list[tuple[Any, Any]] = sorted(source.items())
    elif isinstance(source, list):
        pairs = list(enumerate(source))
    else:
        raise EvaluationError("for needs a list or a map")
    rows = [row for pair in pairs if (row := _row(node, pair, scope)) is not None]
    return [value for _, value in rows] if node.key_result is None else {str(key): value for key, value in rows}


def _row(node: nodes.For, pair: tuple[Any, Any], scope: Scope) -> tuple[Any, Any] | None:
    """Key and value of one turn, or None when its `if` leaves it out."""
    key, item = pair
    names = {node.names[0]: item} if len(node.names) == 1 else {node.names[0]: key, node.names[1]: item}
    inner = {**scope, **names}
    if node.test is not None and not as_boolean(value_of(node.test, inner)):
        return None
    return (None if node.key_result is None else value_of(node.key_result, inner)), value_of(node.result, inner)
