"""What would be right in place of a wrong value: made from it or the default, and tried by the rules themselves."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.types import Variable

from .targets import Target
from .texts import code
from .world import World

_LONGEST = 60


def examples_right(target: Target, wrong: Mapping[str, Any], right: Mapping[str, Any], world: World) -> dict[str, str]:
    """{variable: a value that its rules accept} for as many of `wrong` as one is found; never from a secret."""
    found = {}
    for name, value in wrong.items():
        variable = target.variable(name)
        if variable is None or variable.sensitive:
            continue
        for each in _candidates(variable, value):
            check = world.values_check(target.kind, target.subject, {**right, name: each})
            if name not in check.errors:
                found[name] = str(each)
                break
    return found


def with_example(sentence: str, example: str | None) -> str:
    return f"{sentence} " + _("For example: %(example)s.") % {"example": code(example)} if example else sentence


def _candidates(variable: Variable, value: Any) -> Iterator[Any]:
    if isinstance(value, str):
        yield from _addresses(value)
        name = _as_name(value)
        yield from (each for each in (name, f"{name}-1", f"my-{name}") if name and each != value)
    if variable.default not in (None, "", [], {}):
        yield variable.default


def _as_name(text: str) -> str:
    """`Acme Reports!` as `acme-reports`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9-]+", "-", plain)).strip("-")[:_LONGEST].strip("-")


def _addresses(text: str) -> Iterator[str]:
    """`10.20.1.5/16` as `10.20.0.0/16`."""
    try:
        yield str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        return
