"""YAML and JSON as one tree that knows the line of every value."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from .content import FilePlace

MAXIMUM_DEPTH = 40
MAXIMUM_NODES = 400_000

_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


_NONE: dict[str, FilePlace] = {}


@dataclass(slots=True)
class Node:
    """A list, a mapping, None, or a scalar as it is written: whoever reads it knows what it must be."""

    value: str | list["Node"] | dict[str, "Node"] | None
    place: FilePlace
    is_block: bool = False
    """A YAML block text: its first line stands below `place`."""
    key_places: dict[str, FilePlace] = field(default_factory=lambda: _NONE)

    def text(self, what: str) -> str:
        """A scalar that is not empty."""
        if not isinstance(self.value, str):
            self.place.refuse(f"{what} must be text, not {self.named()}.")
        if _UNSTORABLE.search(self.value):
            self.place.refuse(f"{what} has a character in it that is no text (a control character or half of a pair).")
        if not self.value.strip():
            self.place.refuse(f"{what} is empty; write something or leave it out.")
        return self.value

    def items(self, what: str) -> list["Node"]:
        if not isinstance(self.value, list):
            self.place.refuse(f"{what} must be a list, not {self.named()}.")
        return self.value

    def mapping(self, what: str, known: Collection[str] | None = None) -> dict[str, "Node"]:
        """A mapping; with `known` names, without any other."""
        if not isinstance(self.value, dict):
            self.place.refuse(f"{what} must have named parts (`name: value`), not be {self.named()}.")
        for name in self.value if known is not None else ():
            if name not in (known or ()):
                self.key_places[name].refuse(f"{what} has no {name!r}; it may have {', '.join(known or ())}.")
        return self.value

    def texts(self, what: str) -> list[tuple[str, FilePlace]]:
        """A list of scalars."""
        return [(each.text(f"each of {what}"), each.place) for each in self.items(what)]

    def number(self, what: str) -> int:
        text = self.text(what)
        if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
            self.place.refuse(f"{what} must be a whole number, not {self.named()}.")
        return int(text)

    def get(self, name: str) -> "Node | None":
        """A part of a mapping that is there and not null."""
        found = self.value.get(name) if isinstance(self.value, dict) else None
        return found if found is not None and found.value is not None else None

    def needed(self, name: str) -> "Node":
        found = self.get(name)
        if found is None:
            self.place.refuse(f'"{name}" is missing here.')
        return found

    def part_text(self, name: str) -> str:
        """The text of a part that must be there."""
        return self.needed(name).text(name)

    def part_number(self, name: str) -> int:
        return self.needed(name).number(name)

    def part_items(self, name: str) -> list["Node"]:
        """The members of a list that may be missing."""
        found = self.get(name)
        return found.items(name) if found is not None else []

    def part_texts(self, name: str) -> list[str]:
        return [each.text(f"each of {name}") for each in self.part_items(name)]

    def is_true(self, name: str) -> bool:
        found = self.get(name)
        return found is not None and found.value == "true"

    def named(self) -> str:
        if self.value is None:
            return "nothing"
        if isinstance(self.value, str):
            return repr(self.value if len(self.value) <= 40 else self.value[:39] + "…")
        return "a list" if isinstance(self.value, list) else "named parts"


class Limits:
    """Counts while a tree is built, so that a small file cannot become a large tree."""

    def __init__(self) -> None:
        self._left = MAXIMUM_NODES

    def count(self, place: FilePlace, depth: int) -> None:
        self._left -= 1
        if self._left < 0:
            place.refuse(f"the file has more than {MAXIMUM_NODES:,} values; split it.")
        if depth > MAXIMUM_DEPTH:
            place.refuse(f"this is nested deeper than {MAXIMUM_DEPTH} levels, which no training data is.")
