"""Terraform's conversions between its types."""

from typing import Any

from .errors import EvaluationError


def as_boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise EvaluationError("a boolean is needed")


def as_number(value: Any) -> int | float:
    if isinstance(value, bool) or value is None:
        raise EvaluationError("a number is needed")
    if isinstance(value, int | float):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise EvaluationError("a number is needed") from None
    return int(number) if number.is_integer() else number


def as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) and not value.is_integer() else str(int(value))
    raise EvaluationError("a string is needed")


def as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise EvaluationError("a list is needed")


def equal(left: Any, right: Any) -> bool:
    """Equal in type and value: true is not 1, and "1" is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    return type(left) is type(right) and bool(left == right)
