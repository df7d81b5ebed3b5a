"""What a finder reports, before overlaps are resolved."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from ..types import Value

START = r"(?<![\w.-])"
"""A value begins here: not inside a word, a dotted or a hyphenated name."""
END = r"(?![\w-]|\.\w)"


class Strength(IntEnum):
    """How sure a finder is; the stronger of two overlapping candidates stays."""

    GUESS = 1
    """A name by its neighbours."""
    TYPED = 2
    """The text itself has the form of the type, or is in the list."""
    CUED = 3
    """And the slot is mentioned beside it."""
    MARKED = 4
    """The person said that it is one: `called x`."""


@dataclass(frozen=True)
class Candidate:
    slot: str
    kind: str
    value: Value
    start: int
    end: int
    source: str
    strength: Strength = Strength.TYPED
    opaque: bool = False
    """Its words say nothing about the intent, so that a classifier had better not see them."""
    negates: bool = False
    """A negation inside the span belongs to the value (`without versioning`), not to the request."""


class Finder(Protocol):
    """Finds the values of one slot. `text` is straightened (see nlu.text)."""

    def find(self, text: str) -> Iterable[Candidate]: ...
