"""A `.tfvars` file: constants alone, as Terraform takes them there."""

from typing import Any

from .configuration import hcl_parsed
from .errors import CatalogError
from .expressions import EvaluationError, Unsupported, evaluate


def values_hcl(text: str) -> dict[str, Any]:
    """{variable: value}. Raises CatalogError for what cannot be read, and for expressions that are no constants."""
    parsed = hcl_parsed("The .tfvars file", text)
    return {name: _constant(name, value) for name, value in parsed.items()}


def _constant(name: str, raw: Any) -> Any:
    if isinstance(raw, dict):
        return {
            str(_constant(name, key) if key.startswith(('"', "${")) else key): _constant(name, each)
            for key, each in raw.items()
        }
    if isinstance(raw, list):
        return [_constant(name, each) for each in raw]
    if not isinstance(raw, str):
        return raw
    source = raw[2:-1] if raw.startswith("${") and raw.endswith("}") else raw
    try:
        return evaluate(source, {})
    except (Unsupported, EvaluationError):
        raise CatalogError(f"{name} must be a constant: a .tfvars file has no expressions.") from None
