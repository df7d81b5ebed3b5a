"""What an expression is made of."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Literal:
    value: Any


@dataclass(frozen=True)
class Name:
    name: str


@dataclass(frozen=True)
class Attribute:
    of: "Node"
    name: str


@dataclass(frozen=True)
class Index:
    of: "Node"
    key: "Node"


@dataclass(frozen=True)
class Splat:
    """`of[*].name`"""

    of: "Node"
    name: str | None


@dataclass(frozen=True)
class Unary:
    operator: str
    operand: "Node"


@dataclass(frozen=True)
class Binary:
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Conditional:
    test: "Node"
    yes: "Node"
    no: "Node"


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class Sequence:
    items: tuple["Node", ...]


@dataclass(frozen=True)
class Mapping:
    items: tuple[tuple["Node", "Node"], ...]


@dataclass(frozen=True)
class For:
    """`[for key, item in source : result if test]`; with `key_result` an object: `{... : key_result => result ...}`."""

    names: tuple[str, ...]
    source: "Node"
    result: "Node"
    test: "Node | None"
    key_result: "Node | None" = None


Node = Literal | Name | Attribute | Index | Splat | Unary | Binary | Conditional | Call | Sequence | Mapping | For
