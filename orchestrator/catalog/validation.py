"""Whether values fit the variables they are for, said so that a person can mend them."""

import difflib
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from orchestrator.errors import InvalidValues
from orchestrator.sentences import joined, stated, word_stated
from orchestrator.types import Variable

from .expressions import EvaluationError, Unsupported, evaluate, nodes
from .expressions.parser import parse
from .kinds import Misfit, filled, fit

logger = logging.getLogger(__name__)

_LONGEST_TEXT = 10_000
_DEEPEST = 50
# Beyond this, neighbouring whole numbers are the same in JSON.
_LARGEST_NUMBER = 2**53


def values_clean(variables: Iterable[Variable], values: Mapping[str, Any], partial: bool) -> dict[str, Any]:
    """`values` in the types of their variables; those that are null or not given keep their defaults and are left out.

    Raises InvalidValues: unknown names, wrong types, values that are no choice or fail a Terraform validation, and,
    unless `partial`, missing ones. A validation that we cannot evaluate is left to Terraform.
    """
    known = {variable.name: variable for variable in variables}
    errors = {name: _unknown(name, known) for name in values if name not in known}
    cleaned: dict[str, Any] = {}
    for name, variable in known.items():
        given = values.get(name)
        if given is None or (given == "" and variable.type != "string"):
            if variable.required and not partial:
                errors[name] = _missing(variable)
            continue
        try:
            cleaned[name] = _fitted(variable, given)
        except Misfit as error:
            errors[name] = stated("%(name)s must be %(what)s.", name=name, what=error.words)
    scope = _scope(known, cleaned)
    for name, value in cleaned.items():
        if failure := _failure(known[name], value, scope):
            errors[name] = failure
    if errors:
        raise InvalidValues(errors)
    return cleaned


def _unknown(name: str, known: Mapping[str, Variable]) -> str:
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if near:
        return stated("There is no variable %(name)s. Did you mean %(near)s?", name=name, near=" / ".join(near))
    names = ", ".join(sorted(known)) or "-"
    return stated("There is no variable %(name)s. Known are: %(names)s.", name=name, names=names)


def _missing(variable: Variable) -> str:
    needed = stated("%(name)s is needed.", name=variable.name)
    return joined((needed, word_stated(variable.description))) if variable.description else needed


def _fitted(variable: Variable, given: Any) -> Any:
    try:
        value = fit(variable.type, given)
    except Unsupported:
        logger.info("the type of a variable is left to Terraform", extra={"variable": variable.name})
        value = given
    _storable(value)
    return value


def _storable(value: Any, depth: int = 0) -> None:
    """Misfit for what neither MongoDB nor Terraform could take, at any depth."""
    if depth > _DEEPEST:
        raise Misfit(stated("nested at most %(number)s levels deep", number=_DEEPEST))
    if isinstance(value, str):
        _storable_text(value)
    elif isinstance(value, int | float) and not abs(value) <= _LARGEST_NUMBER:
        raise Misfit(stated("between -%(number)s and %(number)s", number=_LARGEST_NUMBER))
    elif isinstance(value, dict):
        for key, each in value.items():
            _storable_text(str(key))
            if str(key).startswith("$"):
                # `$ref` and `$id` would come back from the database as a reference.
                raise Misfit(stated("an object whose names do not begin with $"))
            _storable(each, depth + 1)
    elif isinstance(value, list | tuple):
        for each in value:
            _storable(each, depth + 1)


def _storable_text(text: str) -> None:
    if len(text) > _LONGEST_TEXT:
        raise Misfit(stated("at most %(number)s characters long", number=_LONGEST_TEXT))
    if "\0" in text:
        raise Misfit(stated("a text without null characters"))
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair: JSON can write it, nothing else can.
        raise Misfit(stated("a text of valid characters")) from None


def _scope(known: Mapping[str, Variable], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Every value that is known, as the module would see it."""
    values = {name: each.default for name, each in known.items() if not each.required} | dict(cleaned)
    return {name: _seen(known[name], value) for name, value in values.items()}


def _seen(variable: Variable, value: Any) -> Any:
    try:
        return filled(variable.type, value)
    except (Unsupported, EvaluationError):
        return value


def _failure(variable: Variable, value: Any, scope: Mapping[str, Any]) -> str | None:
    """What is wrong with the value of `variable`, or None."""
    for validation in variable.validations:
        if not _holds(validation["condition"], scope):
            return joined((variable.name, word_stated(validation["error_message"])), ": ")
    if variable.choices and value not in variable.choices:
        choices = ", ".join(str(choice) for choice in variable.choices)
        return stated("%(name)s must be one of: %(choices)s.", name=variable.name, choices=choices)
    return None


def _holds(condition: str, scope: Mapping[str, Any]) -> bool:
    """False only when the condition is surely false; what cannot be said is for Terraform to say."""
    try:
        if any(name not in scope for name in _names(parse(condition))):
            return True
        return evaluate(condition, {"var": scope}) is not False
    except (Unsupported, EvaluationError, RecursionError) as error:
        logger.debug("a validation is left to Terraform: %s", type(error).__name__)
        return True


def _names(node: Any) -> Iterator[str]:
    """The x of every `var.x` below a node."""
    if isinstance(node, nodes.Attribute) and node.of == nodes.Name("var"):
        yield node.name
    elif isinstance(node, tuple):
        for each in node:
            yield from _names(each)
    elif is_dataclass(node):
        for each in fields(node):
            yield from _names(getattr(node, each.name))
