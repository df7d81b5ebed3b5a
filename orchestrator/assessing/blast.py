"""The blast radius of a plan in one sentence: what it replaces or deletes, who depends on that, what data is lost."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orchestrator.executors.terraform.graph import node_id
from orchestrator.executors.terraform.root import shown_address
from orchestrator.plan_types import PlanBlast
from orchestrator.sentences import capital, joined, listing, stated, stated_many, things_stated, word_stated
from orchestrator.types import PlannedChange

from .kinds import kind_of
from .reach import depending_on

_LOSING = ("delete", "replace")
_MOST_NOUNS = 3
_MOST_DEPENDENTS = 50


def blast_of(
    changes: Sequence[PlannedChange], graph: Mapping[str, Any], resources: Iterable[Mapping[str, Any]]
) -> PlanBlast:
    """`resources`: the masked plan's `resource_changes`, for what they were before."""
    gone = [each for each in changes if each.action in _LOSING]
    touched = gone or [each for each in changes if each.action == "update"]
    dependents = dependents_of({node_id(each.address) for each in touched}, graph)
    before = {shown_address(str(each["address"])): each["change"].get("before") for each in resources}
    lost = [each for each in gone if kind_of(each.resource_type).loses(before.get(each.address))]
    parts = [_deeds(changes, gone), _depending(len(touched), len(dependents)), _data(gone, lost)]
    return PlanBlast(
        sentence=joined((capital(joined((each for each in parts if each), "; ")), "."), ""),
        dependents=tuple(sorted(dependents)[:_MOST_DEPENDENTS]),
        lost=tuple(each.address for each in lost[:_MOST_DEPENDENTS]),
    )


def dependents_of(touched: set[str], graph: Mapping[str, Any]) -> set[str]:
    """Nodes that depend on the touched ones, however far away, without those that are touched themselves or new."""
    is_new = {each["id"] for each in graph.get("nodes") or () if each["action"] == "create"}
    return depending_on(touched, graph) - touched - is_new


def _deeds(changes: Sequence[PlannedChange], gone: Sequence[PlannedChange]) -> str:
    if not gone:
        updated = [each for each in changes if each.action == "update"]
        if updated:
            return stated("changes %(things)s in place", things=_things(updated))
        created = any(each.action == "create" for each in changes)
        return stated("only adds: nothing that exists is touched") if created else stated("touches nothing that exists")
    said: list[str] = []
    if replaced := [each for each in gone if each.action == "replace"]:
        said.append(stated("replaces %(things)s", things=_things(replaced)))
    if deleted := [each for each in gone if each.action == "delete"]:
        said.append(stated("deletes %(things)s", things=_things(deleted)))
    return listing(said)


def _things(changes: Sequence[PlannedChange]) -> str:
    """What holds data first: `1 database, 2 buckets and 4 other resources`."""
    counts = Counter(_nouns(each) for each in changes)
    held = {_nouns(each) for each in changes if kind_of(each.resource_type).data}
    ordered = sorted(counts.items(), key=lambda item: (item[0] not in held, -item[1], item[0]))
    said: list[str] = [things_stated(count, noun, plural) for (noun, plural), count in ordered[:_MOST_NOUNS]]
    rest = sum(count for _nouns_of, count in ordered[_MOST_NOUNS:])
    if rest:
        said.append(stated_many("%(number)s other resource", "%(number)s other resources", rest))
    return listing(said)


def _depending(touched: int, dependents: int) -> str:
    if not dependents:
        return ""
    if touched == 1:
        return stated_many("%(number)s resource depends on it", "%(number)s resources depend on it", dependents)
    return stated_many("%(number)s resource depends on them", "%(number)s resources depend on them", dependents)


def _data(gone: Sequence[PlannedChange], lost: Sequence[PlannedChange]) -> str:
    if lost:
        return stated("data will be lost")
    spared = {kind.spared for each in gone if (kind := kind_of(each.resource_type)).spared}
    if not spared:
        return ""
    return stated("no data is lost: %(why)s", why=joined(map(word_stated, sorted(spared)), ", "))


def _nouns(change: PlannedChange) -> tuple[str, str]:
    kind = kind_of(change.resource_type)
    return kind.noun, kind.plural
