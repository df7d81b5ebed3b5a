"""The questions a Terraform module can ask: its variables, as its files declare them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2
from hcl2.utils import SerializationOptions

from orchestrator.types import Variable

from .errors import CatalogError
from .expressions import EvaluationError, Unsupported, evaluate, nodes
from .expressions.parser import parse

# Strings keep their quotes, which tells them from expressions; our own reader takes them off.
_OPTIONS = SerializationOptions(with_comments=False, explicit_blocks=False, preserve_heredocs=False)


def module_variables(module: Path, synonyms: dict[str, tuple[str, ...]] | None = None) -> tuple[Variable, ...]:
    """The variables of the module in a directory, in the order of its files. Raises CatalogError."""
    extra = synonyms or {}
    found = [_variable(name, body, extra.get(name, ())) for name, body in _declared(module, "variable")]
    if unknown := sorted(set(extra) - {each.name for each in found}):
        raise CatalogError(f"synonyms names {unknown[0]!r}, which is not a variable of the module.")
    return tuple(found)


def module_outputs(module: Path) -> dict[str, bool]:
    """The module's outputs by name, and whether each is sensitive."""
    return {name: body.get("sensitive") is True for name, body in _declared(module, "output")}


def _declared(module: Path, block: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(module.glob("*.tf")):
        for declared in _parsed(path).get(block, ()):
            for name, body in declared.items():
                yield name.strip('"'), body


def _parsed(path: Path) -> dict[str, Any]:
    try:
        parsed: dict[str, Any] = hcl2.loads(path.read_text(encoding="utf-8"), serialization_options=_OPTIONS)
    except Exception as error:  # the parser's own errors have no common base
        raise CatalogError(f"{path.name} is not readable as Terraform: {str(error).splitlines()[0]}") from error
    return parsed


def _variable(name: str, body: dict[str, Any], synonyms: tuple[str, ...]) -> Variable:
    validations = tuple(
        {"condition": _source(each["condition"]), "error_message": str(_value(each["error_message"]))}
        for each in body.get("validation", ())
    )
    return Variable(
        name=name,
        type=_source(body.get("type", "any")),
        description=str(_value(body.get("description", '""'))).strip(),
        default=_value(body.get("default")),
        required="default" not in body,
        sensitive=body.get("sensitive") is True,
        nullable=body.get("nullable") is not False,
        choices=_choices(name, validations),
        synonyms=synonyms,
        validations=validations,
    )


def _source(value: Any) -> str:
    """The expression of what the parser gives as `${...}`."""
    text = str(value)
    return text[2:-1] if text.startswith("${") and text.endswith("}") else text


def _value(raw: Any) -> Any:
    """A constant of the configuration as a JSON value."""
    if isinstance(raw, dict):
        return {str(_value(key) if key.startswith('"') else key): _value(each) for key, each in raw.items()}
    if isinstance(raw, list):
        return [_value(each) for each in raw]
    if not isinstance(raw, str):
        return raw
    try:
        return evaluate(_source(raw), {})
    except (Unsupported, EvaluationError):
        return raw.strip('"')


def _choices(name: str, validations: tuple[dict[str, str], ...]) -> tuple[Any, ...]:
    """The list of `contains([...], var.name)`, when a validation is exactly that."""
    for each in validations:
        try:
            tree = parse(each["condition"])
        except Unsupported:
            continue
        match tree:
            case nodes.Call("contains", (nodes.Sequence(items), nodes.Attribute(nodes.Name("var"), attribute))):
                if attribute == name and all(isinstance(item, nodes.Literal) for item in items):
                    return tuple(item.value for item in items if isinstance(item, nodes.Literal))
    return ()
