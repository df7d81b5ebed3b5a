"""Texts with `{names}` in them. Names are looked up in what is given, and nothing else can happen: no attributes, no
indices, no formats, so that a template from a file can show nothing it was not handed."""

import re
from collections.abc import Mapping
from typing import Any

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\}")


def placeholders(template: str) -> list[str]:
    return PLACEHOLDER.findall(template)


def render(template: str, names: Mapping[str, Any]) -> str:
    """`template` with the names it knows filled in; an unknown one stays as it is, an empty value becomes `-`."""
    return PLACEHOLDER.sub(lambda found: _text(names[found[1]]) if found[1] in names else found[0], template)


def render_result(result: Mapping[str, Any], found: Any, names: Mapping[str, Any]) -> str:
    """The text of an action's result: `template` with `{count}` and `{items}`, one line for each item by `item`."""
    items = found if isinstance(found, list) else [] if found is None else [found]
    if not items and "empty" in result:
        return render(str(result["empty"]), names)
    line = str(result.get("item", "- {item}"))
    # The cloud leaves out what a thing has not.
    absent = dict.fromkeys(placeholders(line))
    lines = [render(line, {**absent, **(item if isinstance(item, dict) else {}), "item": item}) for item in items]
    known = {**names, "count": len(items), "items": "\n".join(lines), "result": found}
    return render(str(result.get("template", "{items}")), known)


def fill(value: Any, names: Mapping[str, Any]) -> Any:
    """A JSON value with the names filled into its strings."""
    if isinstance(value, str):
        return render(value, names)
    if isinstance(value, Mapping):
        return {key: fill(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [fill(each, names) for each in value]
    return value


def _text(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_text(each) for each in value) or "-"
    return str(value)
