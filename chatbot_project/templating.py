"""Texts with `{names}` in them. Names are looked up in what is given, and nothing else can happen: no attributes, no
indices, no formats, so that a template from a file or from an admin can show nothing it was not handed. Rendered once:
a value with braces in it is a value.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Show = Callable[[Any], str]

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\}")


class Written(str):
    """Text that was rendered already, and stands in another one as it is."""

    __slots__ = ()


def placeholders(template: str) -> list[str]:
    return PLACEHOLDER.findall(template)


def plainly(value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(plainly(each) for each in value) or "-"
    return str(value)


def render(template: str, names: Mapping[str, Any], show: Show = plainly) -> str:
    """`template` with the names it knows filled in as `show` writes them; an unknown one stays as it is."""

    def text(found: re.Match[str]) -> str:
        if found[1] not in names:
            return found[0]
        value = names[found[1]]
        return str(value) if isinstance(value, Written) else show(value)

    return PLACEHOLDER.sub(text, template)


def render_result(result: Mapping[str, Any], found: Any, names: Mapping[str, Any], show: Show = plainly) -> str:
    """The text of a call's result: `template` with `{count}` and `{items}`, one line for each item by `item`."""
    items = found if isinstance(found, list) else [] if found is None else [found]
    if not items and "empty" in result:
        return render(str(result["empty"]), names, show)
    line = str(result.get("item", "- {item}"))
    # What is answered leaves out what a thing has not.
    absent = dict.fromkeys(placeholders(line))
    lines = [render(line, {**absent, **(item if isinstance(item, dict) else {}), "item": item}, show) for item in items]
    known = {**names, "count": len(items), "items": Written("\n".join(lines)), "result": found}
    return render(str(result.get("template", "{items}")), known, show)


def fill(value: Any, names: Mapping[str, Any]) -> Any:
    """A JSON value with the names filled into its strings."""
    if isinstance(value, str):
        return render(value, names)
    if isinstance(value, Mapping):
        return {key: fill(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [fill(each, names) for each in value]
    return value
