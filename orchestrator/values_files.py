"""Values as people write them down: YAML, JSON, or a `.tfvars` file. A text stays the text it is, byte for byte.

YAML is read by the rules of its version 1.2 core: `yes`, `on`, dates and `012345678901` are texts. Anchors and tags are
refused: nobody writes them by hand, and a few lines of them can stand for gigabytes.
"""

import json
import re
from pathlib import PurePosixPath
from typing import Any

import yaml

from .errors import InvalidValue
from .sentences import stated

LARGEST_BYTES = 1_000_000
"""Of a file or a text."""
_SLOW_BYTES = 200_000
"""What is read with a grammar takes its time."""


class _Loader(yaml.SafeLoader):
    """Plain values alone."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or _tagged(event):
            raise yaml.YAMLError("anchors, aliases and tags are not read here; write the value out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [each[0].value for each in node.value]
        for key in keys:
            if not isinstance(key, str):
                raise yaml.YAMLError("a name must be a text")
            if keys.count(key) > 1:
                raise yaml.YAMLError(f"{key} stands twice")
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


def _tagged(event: Any) -> bool:
    return getattr(event, "tag", None) is not None


for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)", list("-0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


def values_read(text: str, *, field: str = "values") -> Any:
    """The value that a text of JSON or YAML says. Raises InvalidValue with what is wrong, and where."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_BYTES:
        raise InvalidValue(stated("That is longer than %(value)s MB.", value=LARGEST_BYTES // 1000000), field=field)
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise InvalidValue(stated("That is nested too deeply."), field=field) from None
    except _NotPlain as error:
        raise InvalidValue(str(error), field=field) from None
    except ValueError:
        return _yaml(text, field)


def values_of_file(name: str, content: bytes, *, field: str = "values_file") -> dict[str, Any]:
    """The values in a file of JSON, YAML or (`.tfvars`) Terraform's language. Raises InvalidValue."""
    if len(content) > LARGEST_BYTES:
        raise InvalidValue(stated("The file is larger than %(value)s MB.", value=LARGEST_BYTES // 1000000), field=field)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidValue(stated("The file is not UTF-8."), field=field) from None
    values = _tfvars(text, field) if PurePosixPath(name).suffix == ".tfvars" else values_read(text, field=field)
    if not isinstance(values, dict):
        raise InvalidValue(stated("The file must hold names with values, such as `name: reports`."), field=field)
    return {str(key): value for key, value in values.items()}


class _NotPlain(Exception):
    """A name that stands twice, a number that is none: nobody can say what was meant."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        raise _NotPlain(f"{next(each for each in names if names.count(each) > 1)} stands twice.")
    return found


def _no_constant(name: str) -> Any:
    raise _NotPlain(f"{name} is no number that can be kept.")


def _yaml(text: str, field: str) -> Any:
    if len(text) > _SLOW_BYTES:
        raise InvalidValue(
            stated("YAML is read up to %(value)s KB; send longer values as JSON.", value=_SLOW_BYTES // 1000),
            field=field,
        )
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (plain values alone, see there)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:300] or "it is nested too deeply"
        raise InvalidValue(stated("That is neither JSON nor YAML: %(said)s.", said=said), field=field) from None


def _tfvars(text: str, field: str) -> dict[str, Any]:
    from .catalog.errors import CatalogError
    from .catalog.values_hcl import values_hcl

    if len(text) > _SLOW_BYTES:
        raise InvalidValue(stated("A .tfvars file is read up to %(value)s KB.", value=_SLOW_BYTES // 1000), field=field)
    try:
        return values_hcl(text)
    except CatalogError as error:
        raise InvalidValue(str(error), field=field) from None
