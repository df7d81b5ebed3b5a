"""The questions a Terraform module can ask: its variables, as its files declare them."""

from typing import Any

from orchestrator.types import Variable

from .configuration import Configuration
from .errors import CatalogError
from .expressions import EvaluationError, Unsupported, evaluate, nodes
from .expressions.parser import parse


def module_variables(
    configuration: Configuration, synonyms: dict[str, tuple[str, ...]] | None = None
) -> tuple[Variable, ...]:
    """The variables of the module, in the order of its files. Raises CatalogError."""
    extra = synonyms or {}
    found = [_variable(name, body, extra.get(name, ())) for name, body in _declared(configuration, "variable").items()]
    if unknown := sorted(set(extra) - {each.name for each in found}):
        raise CatalogError(f"synonyms names {unknown[0]!r}, which is not a variable of the module.")
    return tuple(found)


def module_outputs(configuration: Configuration) -> dict[str, bool]:
    """The module's outputs by name, and whether each is sensitive."""
    return {name: body.get("sensitive") is True for name, body in _declared(configuration, "output").items()}


def _declared(configuration: Configuration, block: str) -> dict[str, dict[str, Any]]:
    """{name: content}; what an overriding file says is laid over the rest."""
    found: dict[str, dict[str, Any]] = {}
    for _path, name, body in configuration.labelled(block):
        found[name] = {**found.get(name, {}), **body}
    return found


def _variable(name: str, body: dict[str, Any], synonyms: tuple[str, ...]) -> Variable:
    validations = tuple(
        {"condition": _source(each["condition"]), "error_message": str(_value(each["error_message"]))}
        for each in body.get("validation", ())
        # Without one of them Terraform says that it is no validation.
        if "condition" in each and "error_message" in each
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
