"""Terraform's types: reading their expressions and fitting values into them."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .expressions import Unsupported, nodes
from .expressions.parser import parse

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


class Misfit(Exception):
    """The value is not of the type; the text completes the sentence "x must be ..."."""


def fit(expression: str, value: Any) -> Any:
    """`value` as the type wants it; raises Misfit. Words of people count: yes is true, "a, b" is a list."""
    return _fit(_tree(expression), value)


def known(expression: str) -> bool:
    """Whether the expression is a type we can check."""
    try:
        _tree(expression)
    except Unsupported:
        return False
    return True


@lru_cache(maxsize=256)
def _tree(expression: str) -> nodes.Node:
    return parse(expression or "any")


def _fit(tree: nodes.Node, value: Any) -> Any:  # noqa: PLR0911 (one line per type)
    match tree:
        case nodes.Name("string"):
            return _text(value)
        case nodes.Name("number"):
            return _number(value)
        case nodes.Name("bool"):
            return _boolean(value)
        case nodes.Call("list" | "set" as kind, (inner,)):
            return _list(inner, value, unique=kind == "set")
        case nodes.Call("map", (inner,)):
            return _map(inner, value)
        case nodes.Call("object", (nodes.Mapping(items),)):
            return _object(items, value)
        case nodes.Call("tuple", (nodes.Sequence(items),)):
            return _tuple(items, value)
    # `any`, and what Terraform may learn in later versions.
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Misfit("a text")
    return value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Misfit("a number")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise Misfit("a number") from None
    if not math.isfinite(number):
        raise Misfit("a number")
    return int(number) if number.is_integer() else number


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise Misfit("true or false")


def _list(inner: nodes.Node, value: Any, *, unique: bool) -> list[Any]:
    if isinstance(value, str):
        value = [piece.strip() for piece in value.split(",") if piece.strip()]
    if not isinstance(value, list | tuple):
        raise Misfit(f"a list, each {_words(inner)}")
    items = _each(lambda item: _fit(inner, item), value, f"a list, each {_words(inner)}")
    return [item for at, item in enumerate(items) if item not in items[:at]] if unique else items


def _map(inner: nodes.Node, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Misfit(f"a map of names to values, each {_words(inner)}")
    fitted = _each(lambda item: _fit(inner, item), value.values(), f"a map, each value {_words(inner)}")
    return dict(zip(map(str, value), fitted, strict=True))


def _object(items: tuple[tuple[nodes.Node, nodes.Node], ...], value: Any) -> dict[str, Any]:
    wanted = {str(key.value): tree for key, tree in items if isinstance(key, nodes.Literal)}
    if not isinstance(value, dict):
        raise Misfit(f"an object with {', '.join(wanted)}")
    if unknown := sorted(set(map(str, value)) - set(wanted)):
        raise Misfit(f"an object with {', '.join(wanted)}; {unknown[0]} is not one of them")
    fitted: dict[str, Any] = {}
    for name, tree in wanted.items():
        optional = isinstance(tree, nodes.Call) and tree.function == "optional"
        inner = tree.arguments[0] if optional and isinstance(tree, nodes.Call) else tree
        if value.get(name) is None:
            if not optional:
                raise Misfit(f"an object with {', '.join(wanted)}; {name} is missing")
            continue
        try:
            fitted[name] = _fit(inner, value[name])
        except Misfit as error:
            raise Misfit(f"an object whose {name} is {error}") from None
    return fitted


def _tuple(items: tuple[nodes.Node, ...], value: Any) -> list[Any]:
    if not isinstance(value, list | tuple) or len(value) != len(items):
        raise Misfit(f"a list of {len(items)} values")
    return [_fit(tree, item) for tree, item in zip(items, value, strict=True)]


def _each(convert: Callable[[Any], Any], values: Any, otherwise: str) -> list[Any]:
    try:
        return [convert(item) for item in values]
    except Misfit:
        raise Misfit(otherwise) from None


def _words(tree: nodes.Node) -> str:
    match tree:
        case nodes.Name("string"):
            return "a text"
        case nodes.Name("number"):
            return "a number"
        case nodes.Name("bool"):
            return "true or false"
        case nodes.Call("list" | "set"):
            return "a list"
        case nodes.Call("map" | "object"):
            return "an object"
    return "a value"
