"""A plan's JSON as people may see it: which resources change, how, and nothing secret.

The format: https://developer.hashicorp.com/terraform/internals/json-format.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orchestrator.executors.masking import MASK, SHORTEST_MARKED, Secrets, marked, mask_marked
from orchestrator.types import PlanCounts, PlannedChange

from .root import shown_address
from .ties import Ties

_LONGEST_TEXT = 1_000
_MOST_ATTRIBUTES = 200
_ACTIONS = {
    ("create",): "create",
    ("update",): "update",
    ("delete",): "delete",
    ("read",): "read",
    ("forget",): "forget",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
}


def secrets_of_plan(plan: Mapping[str, Any], known: Secrets) -> Secrets:
    """`known` and every string that the plan marks as sensitive somewhere: it may stand elsewhere unmarked."""
    found: list[Any] = []
    for change in _all_changes(plan):
        found.extend(marked(change.get("before"), change.get("before_sensitive")))
        found.extend(marked(change.get("after"), change.get("after_sensitive")))
    return known.more(found, shortest=SHORTEST_MARKED)


def masked_plan(plan: Mapping[str, Any], sensitive_variables: Iterable[str], secrets: Secrets) -> dict[str, Any]:
    """The plan without secrets. `planned_values`, `prior_state` and `configuration` repeat what the changes say,
    with marks of other shapes; they are left out."""
    hidden = set(sensitive_variables)
    return {
        **{
            name: plan[name]
            for name in ("format_version", "terraform_version", "applyable", "complete")
            if name in plan
        },
        "variables": {
            name: {"value": MASK if name in hidden else secrets.mask(variable.get("value"))}
            for name, variable in (plan.get("variables") or {}).items()
        },
        "resource_changes": [_masked_resource(each, secrets) for each in plan.get("resource_changes") or ()],
        "resource_drift": [_masked_resource(each, secrets) for each in plan.get("resource_drift") or ()],
        "output_changes": {
            name: _masked_change(change, secrets) for name, change in (plan.get("output_changes") or {}).items()
        },
    }


def planned_changes(
    resources: Iterable[Mapping[str, Any]], secrets: Secrets, ties: Ties | None = None
) -> tuple[PlannedChange, ...]:
    """What a plan's `resource_changes` (or `resource_drift`) would do, resources that stay as they are left out; with
    `ties`, the variables that ask for each."""
    return tuple(
        PlannedChange(
            address=shown_address(each["address"]),
            resource_type=each["type"],
            action=_action(each["change"]),
            attributes=tuple(_tied(each, _attributes(each["change"], secrets), ties)),
            variables=ties.of_change(each) if ties else (),
            importing=_importing(each["change"]),
        )
        for each in resources
        if _action(each["change"])
    )


def _action(change: Mapping[str, Any]) -> str:
    """What it is called here; empty for what stays as it is. What exists and is only recorded is imported."""
    return _ACTIONS.get(tuple(change["actions"]), "import" if _importing(change) else "")


def _importing(change: Mapping[str, Any]) -> str:
    return str((change.get("importing") or {}).get("id") or "")


def counted(changes: Iterable[PlannedChange]) -> PlanCounts:
    counts = Counter(change.action for change in changes)
    return PlanCounts(**{name: counts[name] for name in ("create", "update", "delete", "replace", "read")})


def _all_changes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for section in ("resource_changes", "resource_drift"):
        yield from (each["change"] for each in plan.get(section) or ())
    yield from (plan.get("output_changes") or {}).values()


def _masked_resource(resource: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    kept = ("address", "mode", "type", "name", "index", "provider_name", "action_reason", "previous_address", "deposed")
    return {
        **{name: resource[name] for name in kept if name in resource},
        "change": _masked_change(resource["change"], secrets),
    }


def _masked_change(change: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    marks = (change.get("before_sensitive"), change.get("after_sensitive"))
    masked: dict[str, Any] = {"actions": change["actions"], "after_unknown": change.get("after_unknown")}
    for side in ("before", "after"):
        # What was secret before stays so here even if it is not marked any more.
        value = mask_marked(mask_marked(change.get(side), marks[0]), marks[1])
        masked[side] = secrets.mask(value)
        masked[f"{side}_sensitive"] = change.get(f"{side}_sensitive")
    for name in ("replace_paths", "importing"):
        if name in change:
            masked[name] = change[name]
    return masked


def _tied(
    resource: Mapping[str, Any], attributes: Iterable[dict[str, Any]], ties: Ties | None
) -> Iterator[dict[str, Any]]:
    for each in attributes:
        variables = ties.of_attribute(resource, each["path"]) if ties else ()
        yield {**each, "variables": list(variables)} if variables else each


def _attributes(change: Mapping[str, Any], secrets: Secrets) -> Iterator[dict[str, Any]]:
    sides = _Sides(
        change.get("before"),
        change.get("after"),
        change.get("after_unknown"),
        change.get("before_sensitive"),
        change.get("after_sensitive"),
    )
    leaves = [leaf for leaf in sides.leaves("") if leaf["before"] != leaf["after"] or leaf["unknown"]]
    leaves.sort(key=lambda leaf: leaf["unknown"])
    for leaf in leaves[:_MOST_ATTRIBUTES]:
        for side in ("before", "after"):
            hidden = leaf["sensitive"] and leaf[side] is not None
            leaf[side] = MASK if hidden else _short(secrets.mask(leaf[side]))
        yield leaf


class _Sides:
    """One place of a resource before and after, with what is unknown and what is sensitive about it."""

    def __init__(self, before: Any, after: Any, unknown: Any, before_marks: Any, after_marks: Any) -> None:
        self.before, self.after, self.unknown = before, after, unknown
        self.before_marks, self.after_marks = before_marks, after_marks

    def leaves(self, path: str) -> Iterator[dict[str, Any]]:
        sensitive = self.before_marks is True or self.after_marks is True
        keys = () if sensitive or self.unknown is True else self._keys()
        if keys:
            for key in keys:
                step = f"[{key}]" if isinstance(key, int) else f".{key}" if path else str(key)
                yield from self._at(key).leaves(path + step)
        elif path and not (_empty(self.before) and _empty(self.after) and self.unknown is not True):
            yield {
                "path": path,
                "before": self.before,
                "after": self.after,
                "unknown": self.unknown is True,
                "sensitive": sensitive,
            }

    def _keys(self) -> tuple[Any, ...]:
        parts = (self.before, self.after, self.unknown)
        if any(isinstance(part, dict) for part in parts):
            return tuple(dict.fromkeys(key for part in parts if isinstance(part, dict) for key in part))
        return tuple(range(max((len(part) for part in parts if isinstance(part, list)), default=0)))

    def _at(self, key: Any) -> "_Sides":
        parts = (self.before, self.after, self.unknown, self.before_marks, self.after_marks)
        return _Sides(*(_item(part, key) for part in parts))


def _item(part: Any, key: Any) -> Any:
    if isinstance(part, dict):
        return part.get(key)
    if isinstance(part, list) and isinstance(key, int) and key < len(part):
        return part[key]
    # A mark on the whole is a mark on each of its parts.
    return True if part is True else None


def _empty(value: Any) -> bool:
    return value is None or value in ([], {}, "")


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return value[:_LONGEST_TEXT] + "…"
    return value
