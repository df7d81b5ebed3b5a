"""Ties every planned change to what the request asks for, and marks what nothing asked for.

A change is asked for when a value that leads to it is another one than the stack has, or when it follows from a change
that is. Everything else is a surprise: somebody changed it outside (drift), the blueprint has a new version, it was
left half made, or nothing that is known explains it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from orchestrator.executors.terraform.graph import node_id
from orchestrator.executors.terraform.root import shown_address
from orchestrator.types import PlannedChange

from .reach import depending_on

DRIFT, MODULE, TAINTED, NOTHING = "drift", "module", "tainted", "nothing"
_TAINTED = "replace_because_tainted"


@dataclass(frozen=True)
class Baseline:
    """What the stack has now, by its last whole apply."""

    values: Mapping[str, Any]
    version: str
    """Digest of its blueprint version."""


@dataclass(frozen=True)
class Asked:
    values: Mapping[str, Any]
    version: str

    def changed(self, baseline: Baseline) -> frozenset[str]:
        """Names of the values that are other ones now."""
        names = {*self.values, *baseline.values}
        return frozenset(name for name in names if self.values.get(name) != baseline.values.get(name))


def causes_marked(
    changes: Sequence[PlannedChange],
    asked: Asked,
    baseline: Baseline | None,
    *,
    graph: Mapping[str, Any],
    drifted: Iterable[str],
    resources: Iterable[Mapping[str, Any]] = (),
) -> tuple[PlannedChange, ...]:
    """The changes with their `cause`. Without a baseline everything is asked for, but what was changed outside."""
    outside = set(drifted)
    if baseline is None:
        return tuple(replace(each, cause=DRIFT if each.address in outside else "") for each in changes)
    values = asked.changed(baseline)
    tainted = {shown_address(str(each["address"])) for each in resources if each.get("action_reason") == _TAINTED}
    wanted = {each.address for each in changes if values & set(each.variables)}
    follows = depending_on({node_id(each) for each in wanted}, graph)

    def cause(change: PlannedChange) -> str:
        if change.action == "read":
            return ""
        if change.address in outside:
            return DRIFT
        if change.address in wanted or node_id(change.address) in follows:
            return ""
        if change.address in tainted:
            return TAINTED
        return MODULE if asked.version != baseline.version else NOTHING

    return tuple(replace(each, cause=cause(each)) for each in changes)
