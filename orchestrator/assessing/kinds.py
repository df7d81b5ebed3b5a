"""What people call resource types, and which hold data (kinds.yaml)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_MISSING = object()


@dataclass(frozen=True)
class Kind:
    noun: str
    plural: str
    data: bool = False
    spared_by: Mapping[str, Any] | None = None
    spared: str = ""

    def loses(self, before: Mapping[str, Any] | None) -> bool:
        """Whether the data of one that is like `before` goes with it. What is not known of it counts as lost."""
        if not self.data or not self.spared_by:
            return self.data
        return any((before or {}).get(name, _MISSING) != value for name, value in self.spared_by.items())


def kind_of(resource_type: str) -> Kind:
    """From the table; else its own words without the provider's: `aws_route_table` is a route table."""
    found = kinds_known().get(resource_type)
    if found is not None:
        return found
    words = (resource_type.partition("_")[2] or resource_type).removeprefix("s3_").replace("_", " ")
    return Kind(words, _plural(words))


@lru_cache(maxsize=1)
def kinds_known() -> dict[str, Kind]:
    """The table."""
    loaded = yaml.safe_load(Path(__file__).with_name("kinds.yaml").read_text(encoding="utf-8"))
    return {name: Kind(**{"plural": _plural(each["noun"]), **each}) for name, each in loaded.items()}


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    if noun.endswith("ss"):
        return f"{noun}es"
    return noun if noun.endswith("s") else f"{noun}s"
