"""Whether what a new plan would do is a part of what was approved."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from orchestrator.executors.terraform.adoption.table import KINDS

_NOTHING = (["no-op"], ["read"])

Resource = Mapping[str, Any]
"""An entry of a plan's `resource_changes`."""


@dataclass(frozen=True)
class Comparison:
    """Addresses, as Terraform has them."""

    wanted: tuple[str, ...]
    """What was approved to be changed."""
    left: tuple[str, ...]
    """What is still to be changed."""
    done: tuple[str, ...]
    """What is done; what is half made is left as well."""
    beyond: tuple[str, ...]
    """What would be changed now and was not approved so."""

    @classmethod
    def of(cls, approved: Mapping[str, Any], document: Mapping[str, Any]) -> "Comparison":
        """`approved` and `document` are plans as `show -json` has them; the second is of what is left."""
        by_address = {_key(each): each for each in approved.get("resource_changes") or ()}
        wanted, left = acting(approved), acting(document)
        beyond = (key for key, each in _changing(document).items() if not part_of(by_address.get(key), each))
        half = {key for key in left if _completes(by_address.get(key), left[key])}
        done = (key for key in wanted if key not in left or key in half)
        return cls(tuple(wanted), tuple(left), tuple(done), tuple(beyond))


def acting(document: Mapping[str, Any]) -> dict[str, Resource]:
    """Address -> what the plan would do to the cloud there. Recording something, or setting what only the state knows
    of it, is not doing something to it."""
    return {key: each for key, each in _changing(document).items() if not _records_only(each)}


def part_of(approved: Resource | None, left: Resource) -> bool:
    """The same change, the rest of a replacement, or an update that completes what was to be created."""
    if approved is None:
        return False
    was, now = approved["change"]["actions"], left["change"]["actions"]
    rest = (now == ["update"] and was == ["create"]) or (now == ["create"] and {"create", "delete"} == set(was))
    return (now == was or rest) and _agrees(approved["change"], left["change"])


def _changing(document: Mapping[str, Any]) -> dict[str, Resource]:
    every = document.get("resource_changes") or ()
    return {_key(each): each for each in every if each["change"]["actions"] not in _NOTHING}


def _completes(approved: Resource | None, left: Resource) -> bool:
    """Whether something was to be created, exists, and lacks something yet."""
    return approved is not None and (approved["change"]["actions"], left["change"]["actions"]) == (
        ["create"],
        ["update"],
    )


def _key(resource: Resource) -> str:
    """Its address; a replaced one that is not deleted yet stands beside its successor."""
    deposed = resource.get("deposed")
    return f"{resource['address']} (deposed {deposed})" if deposed else str(resource["address"])


def _agrees(approved: Mapping[str, Any], left: Mapping[str, Any]) -> bool:
    """Every value that the approved plan knew is the same now; of an update, every one that it sets: what the cloud
    made of the others is no change of ours, and providers do not always foresee it."""
    wanted = approved.get("after")
    if left["actions"] == ["update"] and isinstance(wanted, dict):
        changed = _changed(left)
        wanted = {name: value for name, value in wanted.items() if name in changed}
    return _same(wanted, approved.get("after_unknown"), left.get("after"), left.get("after_unknown"))


def _same(approved: Any, unknown: Any, left: Any, left_unknown: Any) -> bool:
    if unknown is True:
        return True
    if left_unknown is True:
        return False
    if isinstance(approved, dict) and isinstance(left, dict):
        return all(
            _same(value, _of(unknown, name), left.get(name), _of(left_unknown, name))
            for name, value in approved.items()
        )
    if isinstance(approved, list) and isinstance(left, list) and len(approved) == len(left):
        return all(
            _same(value, _of(unknown, index), left[index], _of(left_unknown, index))
            for index, value in enumerate(approved)
        )
    # What was never given is null in a new resource, and may read back as empty from one that exists.
    return bool(approved == left or (not approved and not left))


def _of(marks: Any, key: Any) -> Any:
    if isinstance(marks, dict):
        return marks.get(key)
    return marks[key] if isinstance(marks, list) and isinstance(key, int) and key < len(marks) else None


def _records_only(resource: Resource) -> bool:
    change = resource["change"]
    kind = KINDS.get(str(resource["type"]))
    local: Set[str] = kind.local if kind else frozenset()
    if change["actions"] != ["update"] or not local:
        return False
    return _changed(change) <= local


def _changed(change: Mapping[str, Any]) -> set[str]:
    """Attributes that a change sets."""
    before, after, unknown = (change.get(name) or {} for name in ("before", "after", "after_unknown"))
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return changed | {name for name, mark in unknown.items() if mark is True}
