"""What a manifest says about the life of what it makes: how what exists is imported, and what its sizes are.

imports: {aws_s3_bucket.this: name}          # address of the resource: the variable whose value is its id
sizes:
  instance_class: [db.t4g.micro, db.t4g.small]   # from the smallest to the largest
  storage_gb: double                             # twice as much, or half
"""

import re
from typing import Any

from orchestrator.errors import InvalidValues
from orchestrator.types import Variable

from .configuration import Configuration
from .errors import CatalogError
from .validation import values_clean

DOUBLE, GROW = "double", "grow"
_ADDRESS = re.compile(r'([A-Za-z_][\w-]*)\.([A-Za-z_][\w-]*)(?:\[(?:\d+|"[^"\\$%]+")\])?')


def imports_read(
    manifest: dict[str, Any], variables: tuple[Variable, ...], configuration: Configuration
) -> dict[str, str]:
    """{address of a resource: variable}. Raises CatalogError naming what is none."""
    imports = manifest.get("imports") or {}
    if not isinstance(imports, dict) or not all(isinstance(each, str) for pair in imports.items() for each in pair):
        raise CatalogError("imports must map resources to variables, as in {aws_s3_bucket.this: name}.")
    there = {f"{type_}.{name}" for _, type_, name, _ in configuration.typed("resource")}
    by_name = {each.name: each for each in variables}
    for address, name in imports.items():
        found = _ADDRESS.fullmatch(address)
        if found is None or f"{found[1]}.{found[2]}" not in there:
            raise CatalogError(f"imports names {address!r}, which is not a resource of the module itself.")
        variable = by_name.get(name)
        if variable is None or variable.type != "string" or variable.sensitive:
            raise CatalogError(f"imports: {address} takes {name!r}; name a variable that is a text and no secret.")
    return dict(imports)


def sizes_read(manifest: dict[str, Any], variables: tuple[Variable, ...]) -> dict[str, Any]:
    """{variable: its values, the smallest first, or "double" or "grow"}. Raises CatalogError naming what is none."""
    sizes = manifest.get("sizes") or {}
    if not isinstance(sizes, dict):
        raise CatalogError("sizes must map variables to their values, the smallest first, or to double or grow.")
    by_name = {each.name: each for each in variables}
    for name, steps in sizes.items():
        variable = by_name.get(str(name))
        if variable is None or variable.sensitive:
            raise CatalogError(f"sizes names {name!r}, which is not a variable of the module.")
        _check_steps(variable, steps)
    return {str(name): steps for name, steps in sizes.items()}


def _check_steps(variable: Variable, steps: Any) -> None:
    if steps in (DOUBLE, GROW):
        if variable.type != "number":
            raise CatalogError(f"sizes.{variable.name} is {steps}, but only numbers can be doubled.")
        return
    if not isinstance(steps, list) or len(steps) < 2 or len({str(each) for each in steps}) < len(steps):
        raise CatalogError(f"sizes.{variable.name} must be a list of two or more different values, or double or grow.")
    for each in steps:
        try:
            values_clean([variable], {variable.name: each}, partial=True)
        except InvalidValues as error:
            raise CatalogError(f"sizes.{variable.name} has {each!r}: {error.detail}") from None
