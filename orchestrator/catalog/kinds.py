"""Terraform's types: reading their expressions and fitting values into them."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from orchestrator.sentences import stated

from .expressions import Unsupported, nodes
from .expressions.evaluate import value_of
from .expressions.parser import parse

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


class Misfit(Exception):
    """The value is not of the type; `words` complete the sentence "x must be ..."."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def fit(expression: str, value: Any) -> Any:
    """`value` as the type wants it; raises Misfit. Words of people count: yes is true, "a, b" is a list."""
    return _fit(tree_of(expression), value)


def filled(expression: str, value: Any) -> Any:
    """A fitted value with what `optional(type, default)` puts in the place of what was left out, as Terraform does."""
    return _filled(tree_of(expression), value)


def _filled(tree: nodes.Node, value: Any) -> Any:
    match tree:
        case nodes.Call("list" | "set", (inner,)) if isinstance(value, list):
            return [_filled(inner, item) for item in value]
        case nodes.Call("map", (inner,)) if isinstance(value, dict):
            return {name: _filled(inner, item) for name, item in value.items()}
        case nodes.Call("object", (nodes.Mapping(items),)) if isinstance(value, dict):
            trees = {str(key.value): each for key, each in items if isinstance(key, nodes.Literal)}
            return {name: _attribute(each, value.get(name)) for name, each in trees.items()}
        case nodes.Call("tuple", (nodes.Sequence(items),)) if isinstance(value, list):
            return [_filled(each, item) for each, item in zip(items, value, strict=False)]
    return value


def _attribute(tree: nodes.Node, value: Any) -> Any:
    if not (isinstance(tree, nodes.Call) and tree.function == "optional"):
        return _filled(tree, value)
    if value is None and len(tree.arguments) > 1:
        value = value_of(tree.arguments[1], {})
    return _filled(tree.arguments[0], value)


def known(expression: str) -> bool:
    """Whether the expression is a type we can check."""
    try:
        tree_of(expression)
    except Unsupported:
        return False
    return True


@lru_cache(maxsize=256)
def tree_of(expression: str) -> nodes.Node:
    """The tree of a type expression. Raises Unsupported."""
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
    if isinstance(value, bool):
        # As Terraform has it: maps of texts in public modules are written {enabled = true}.
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise Misfit(stated("a text"))
    return value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Misfit(stated("a number"))
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise Misfit(stated("a number")) from None
    if not math.isfinite(number):
        raise Misfit(stated("a number"))
    return int(number) if number.is_integer() else number


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise Misfit(stated("true or false"))


def _list(inner: nodes.Node, value: Any, *, unique: bool) -> list[Any]:
    if isinstance(value, str):
        value = [piece.strip() for piece in value.split(",") if piece.strip()]
    if not isinstance(value, list | tuple):
        raise Misfit(_list_of(inner))
    items = _each(lambda item: _fit(inner, item), value, _list_of(inner))
    return [item for at, item in enumerate(items) if item not in items[:at]] if unique else items


def _map(inner: nodes.Node, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Misfit(stated("a map of names to values, each %(value)s", value=_words(inner)))
    fitted = _each(
        lambda item: _fit(inner, item), value.values(), stated("a map, each value %(value)s", value=_words(inner))
    )
    return dict(zip(map(str, value), fitted, strict=True))


def _object(items: tuple[tuple[nodes.Node, nodes.Node], ...], value: Any) -> dict[str, Any]:
    wanted = {str(key.value): tree for key, tree in items if isinstance(key, nodes.Literal)}
    if not isinstance(value, dict):
        raise Misfit(stated("an object with %(names)s", names=", ".join(wanted)))
    if unknown := sorted(set(map(str, value)) - set(wanted)):
        names = ", ".join(wanted)
        raise Misfit(stated("an object with %(names)s; %(name)s is not one of them", names=names, name=unknown[0]))
    fitted: dict[str, Any] = {}
    for name, tree in wanted.items():
        optional = isinstance(tree, nodes.Call) and tree.function == "optional"
        inner = tree.arguments[0] if optional and isinstance(tree, nodes.Call) else tree
        if value.get(name) is None:
            if not optional:
                raise Misfit(
                    stated("an object with %(names)s; %(name)s is missing", names=", ".join(wanted), name=name)
                )
            continue
        try:
            fitted[name] = _fit(inner, value[name])
        except Misfit as error:
            raise Misfit(stated("an object whose %(name)s is %(what)s", name=name, what=error.words)) from None
    return fitted


def _tuple(items: tuple[nodes.Node, ...], value: Any) -> list[Any]:
    if not isinstance(value, list | tuple) or len(value) != len(items):
        raise Misfit(stated("a list of %(number)s values", number=len(items)))
    return [_fit(tree, item) for tree, item in zip(items, value, strict=True)]


def _each(convert: Callable[[Any], Any], values: Any, otherwise: str) -> list[Any]:
    fitted = []
    for number, item in enumerate(values, start=1):
        try:
            fitted.append(convert(item))
        except Misfit as error:
            # Of plain values the rule says it all; what is wrong deep inside must be found by its author.
            if not isinstance(item, dict | list):
                raise Misfit(otherwise) from None
            deep = stated(
                "%(rule)s: number %(number)s must be %(what)s", rule=otherwise, number=number, what=error.words
            )
            raise Misfit(deep) from None
    return fitted


def _list_of(inner: nodes.Node) -> str:
    return stated("a list, each %(value)s", value=_words(inner))


def _words(tree: nodes.Node) -> str:
    match tree:
        case nodes.Name("string"):
            return stated("a text")
        case nodes.Name("number"):
            return stated("a number")
        case nodes.Name("bool"):
            return stated("true or false")
        case nodes.Call("list" | "set"):
            return stated("a list")
        case nodes.Call("map" | "object"):
            return stated("an object")
    return stated("a value")
