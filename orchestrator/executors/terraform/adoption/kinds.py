"""What a service's file says about its resource types."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

STACK_TAG = "infrachat:stack"


@dataclass(frozen=True, eq=False)
class Planned:
    """A resource that a plan creates. `after` are the values it is to have, `unknown` says which nobody knows yet."""

    address: str
    """As Terraform has it, with the root's call in front."""
    type: str
    after: Mapping[str, Any]
    unknown: Mapping[str, Any]

    def known(self, name: str) -> Any:
        """The planned value of an attribute, or None where it has none or nobody knows it yet."""
        return None if _anywhere(self.unknown.get(name)) else self.after.get(name)


@dataclass(frozen=True)
class Found:
    """Something in the cloud that may be what a planned resource became.

    `attributes` are those that tell it from its like, in Terraform's names; `tags` is None for what carries none.
    `fresh`: it was made since the start was committed, and its tags may not have been put yet.
    """

    import_id: str
    arn: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] | None = None
    fresh: bool = False


@dataclass(frozen=True)
class Cloud:
    """Where to look: clients by service, the stack, and when the lost start was committed (less what clocks differ)."""

    client: Callable[[str], Any]
    stack_id: str
    since: datetime
    can_be_asked: bool = True
    """Whether it can be asked what carries a stack's tag: only AWS can, here."""


@dataclass(frozen=True)
class Kind:
    find: Callable[[Planned, Cloud], Iterable[Found]]
    local: frozenset[str] = frozenset()
    """Attributes that exist in the state alone: an import cannot read them, and setting them changes no cloud."""


def _anywhere(unknown: Any) -> bool:
    """Whether anything in it is unknown."""
    if isinstance(unknown, Mapping):
        return any(_anywhere(each) for each in unknown.values())
    if isinstance(unknown, list):
        return any(_anywhere(each) for each in unknown)
    return bool(unknown)
