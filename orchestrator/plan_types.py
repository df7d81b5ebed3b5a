"""What is known of a plan beyond its changes, before somebody approves it: frozen views, JSON inside."""

from dataclasses import dataclass, field
from typing import Any

Value = Any


@dataclass(frozen=True)
class PolicyFinding:
    """One sentence of a rule about a plan: a denial or a warning."""

    rule: str
    message: str
    resource: str = ""
    """The address it is about, if it is about one."""
    suggest: dict[str, Value] = field(default_factory=dict)
    """Values of slots that would satisfy the rule."""
    slots: tuple[str, ...] = ()
    """Slots that decide about it."""
    error: bool = False
    """The rule could not be run; that denies."""


@dataclass(frozen=True)
class NearestRequest:
    """The smallest change of a denied request that was planned and found to pass the same rules."""

    values: dict[str, Value]
    """What to change, by slot."""
    sentence: str
    """What that plan would do."""
    approval: str
    """Who would have to approve it: none, self, other or two."""


@dataclass(frozen=True)
class PlanPolicy:
    """What the rules said, besides the approvals they ask for. `version` is their digest; empty without rules."""

    version: str = ""
    denials: tuple[PolicyFinding, ...] = ()
    warnings: tuple[PolicyFinding, ...] = ()
    nearest: NearestRequest | None = None


@dataclass(frozen=True)
class CostLine:
    """The part of one resource. Amounts a month; None is unknown, which is never nothing."""

    address: str
    action: str
    before: float | None
    after: float | None
    basis: str
    """fixed (a price for having it), free, usage (what it costs depends on its use alone) or unknown"""
    note: str = ""


@dataclass(frozen=True)
class PlanCost:
    """An estimate by our own dated prices, a month."""

    currency: str
    dated: str
    """Day of the prices, ISO."""
    source: str
    region: str
    """Of the prices."""
    in_region: str
    """Where the stack is."""
    monthly: float
    """What is known of the whole stack after the change."""
    delta: float
    """What is known of what the change adds."""
    unknown: int
    """Resources without a price."""
    usage: int
    """Resources that cost by their use."""
    sentence: str = ""
    """All of this in words."""
    lines: tuple[CostLine, ...] = ()
    """What is priced, unknown or by use; what is free is left out."""


@dataclass(frozen=True)
class PlanBlast:
    """What else a change touches."""

    sentence: str
    dependents: tuple[str, ...] = ()
    """Addresses of what stays and depends on what is replaced, deleted or changed."""
    lost: tuple[str, ...] = ()
    """Addresses whose data goes with them."""
