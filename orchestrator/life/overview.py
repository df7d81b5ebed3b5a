"""What is known of stacks from their jobs: what they cost, whether they drifted. Public, like selectors.py.

Nothing here asks who is looking: hand in the ids of stacks that were found for a viewer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from orchestrator import selectors
from orchestrator.documents import Document, jobs
from orchestrator.plan_types import PlanCost
from orchestrator.plan_views import plan_view
from orchestrator.plans import plan_and_graph
from orchestrator.states import JobKind, JobState
from orchestrator.types import StackEvent, StackView

from .records import OUTPUT_SHOWN, stack_event_view, stack_events

_CHANGED = [JobState.SUCCEEDED.value, JobState.PARTIALLY_APPLIED.value]
_MOST_EVENTS = 100
_ROUNDS = 40


@dataclass(frozen=True)
class StackFacts:
    """Of one stack: `cost` as estimated with its last change, None when nothing was; `drifted` is how many resources
    the last check for drift found changed, None when there was no check since the last change."""

    cost: PlanCost | None = None
    drifted: int | None = None
    checked_at: datetime | None = None


class Drift(StrEnum):
    """What the last check found; unknown without any since the last change."""

    DRIFTED = "drifted"
    NONE = "none"
    UNKNOWN = "unknown"


def drift_of(facts: StackFacts) -> Drift:
    if facts.drifted is None:
        return Drift.UNKNOWN
    return Drift.DRIFTED if facts.drifted else Drift.NONE


def stacks_with_facts(
    *, limit: int, before: str | None, drift: Drift | None = None, **wanted: Any
) -> tuple[list[tuple[StackView, StackFacts]], str | None]:
    """At most `limit` stacks, the latest first, with the id to go on before, None at the end of the list. `wanted` as
    for selectors.stacks_list. What drifted stands in the jobs, so for `drift` stacks are looked through, 2,000 at
    most: less than `limit` may be found, and there is more to look through. Raises InvalidValue."""
    found: list[tuple[StackView, StackFacts]] = []
    for _round in range(1 if drift is None else _ROUNDS):
        batch = selectors.stacks_list(limit=limit + 1, before=before, **wanted)
        facts = stacks_facts([each.id for each in batch[:limit]])
        for each in batch[:limit]:
            known = facts.get(each.id, StackFacts())
            if drift in (None, drift_of(known)):
                found.append((each, known))
            before = each.id
            if len(found) == limit:
                return found, before if each is not batch[-1] else None
        if len(batch) <= limit:
            return found, None
    return found, before


def stacks_facts(stack_ids: Sequence[str]) -> dict[str, StackFacts]:
    """By id; a stack whose jobs say nothing is left out."""
    found: dict[str, dict[str, Document]] = {}
    for row in jobs().aggregate(_latest(stack_ids)):
        found.setdefault(row["_id"]["stack"], {})[row["_id"]["kind"]] = row["last"]
    return {stack_id: _facts(kinds) for stack_id, kinds in found.items()}


def stack_story(stack_id: str, *, viewer: Any) -> list[StackEvent]:
    """What happened to a stack besides its jobs, the latest first; of secrets when each was shown to each person last.
    Raises NotFound."""
    selectors.stack_get(stack_id, viewer)
    others = {"stack_id": stack_id, "kind": {"$ne": OUTPUT_SHOWN}}
    rows = [*stack_events().find(others).sort([("at", -1), ("_id", -1)]).limit(_MOST_EVENTS), *_shown_last(stack_id)]
    latest = sorted(rows, key=lambda each: (each["at"], each["_id"]), reverse=True)[:_MOST_EVENTS]
    return [stack_event_view(each, None) for each in latest]


def _shown_last(stack_id: str) -> list[Document]:
    """The events of secrets that were shown: each person's and output's latest. The audit has all of them."""
    stages: list[Document] = [
        {"$match": {"stack_id": stack_id, "kind": OUTPUT_SHOWN}},
        {"$sort": {"at": -1}},
        {"$group": {"_id": {"person": "$actor.id", "output": "$data.output"}, "event": {"$first": "$$ROOT"}}},
        {"$replaceRoot": {"newRoot": "$event"}},
    ]
    return list(stack_events().aggregate(stages))


def stack_resources(stack: StackView) -> dict[str, Any] | None:
    """What the stack consists of as its last change was planned: `nodes`, `edges`, `complete` as in a plan's graph,
    without what was deleted and with nothing left to do. None when that is not known. Hand in a stack that was found
    for a viewer."""
    wanted = {"stack_id": stack.id, "kind": JobKind.APPLY.value, "state": {"$in": _CHANGED}}
    last = jobs().find_one(wanted, {"_id": 1}, sort=[("created_at", -1), ("_id", -1)])
    found = plan_and_graph(last["_id"])[1] if last and stack.status in ("live", "unknown") else None
    if not found:
        return None
    nodes = [{**each, "action": "no-op"} for each in found["nodes"] if each["action"] != "delete"]
    left = {each["id"] for each in nodes}
    edges = [[source, target] for source, target in found["edges"] if source in left and target in left]
    return {"nodes": nodes, "edges": edges, "complete": found["complete"]}


def _latest(stack_ids: Sequence[str]) -> list[Document]:
    """The last apply and the last check for drift of each."""
    kinds = [JobKind.APPLY.value, JobKind.DRIFT.value]
    return [
        {"$match": {"stack_id": {"$in": list(stack_ids)}, "kind": {"$in": kinds}, "state": {"$in": _CHANGED}}},
        {"$sort": {"created_at": -1, "_id": -1}},
        {
            "$group": {
                "_id": {"stack": "$stack_id", "kind": "$kind"},
                "last": {"$first": {"plan": "$plan", "updated_at": "$updated_at"}},
            }
        },
    ]


def _facts(kinds: dict[str, Document]) -> StackFacts:
    applied, checked = kinds.get(JobKind.APPLY.value), kinds.get(JobKind.DRIFT.value)
    plan = plan_view(applied["plan"]) if applied else None
    cost = plan.cost if plan else None
    if checked is None or (applied is not None and applied["updated_at"] > checked["updated_at"]):
        return StackFacts(cost)
    report = plan_view(checked["plan"])
    differing = [each for each in report.changes if each.action != "read"] if report else []
    return StackFacts(cost, len(differing), checked["updated_at"])
