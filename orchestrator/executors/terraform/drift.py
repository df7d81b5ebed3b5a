"""What of a refresh-only plan is drift that somebody should hear of.

Terraform reports every attribute that reads differently now, those too that the provider only learned after the
resource was applied: a bucket's computed `versioning` block "drifts" as soon as the resource beside it sets it. Drift
here is what the module says and the cloud does not: its own arguments, tags, and resources that are gone.
"""

import re
from collections.abc import Mapping
from typing import Any

_MODULE = re.compile(r"(?:^|\.)module\.([A-Za-z0-9_-]+)")
_ALWAYS = frozenset({"tags", "tags_all"})


def drifted_resources(plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of `resource_drift` worth telling, reduced to the attributes that are."""
    reduced = (_reduced(plan, resource) for resource in plan.get("resource_drift") or ())
    return [resource for resource in reduced if resource is not None]


def _reduced(plan: Mapping[str, Any], resource: Mapping[str, Any]) -> dict[str, Any] | None:
    change, arguments = resource["change"], _arguments(plan, resource)
    if change["actions"] != ["update"] or arguments is None:
        return dict(resource)
    told = arguments | _ALWAYS
    sides = {side: _part(change.get(side), told) for side in ("before", "after")}
    if _pruned(sides["before"]) == _pruned(sides["after"]):
        return None
    marks = {name: _part(change.get(name), told) for name in ("before_sensitive", "after_sensitive", "after_unknown")}
    return {**resource, "change": {**change, **sides, **marks}}


def _arguments(plan: Mapping[str, Any], resource: Mapping[str, Any]) -> frozenset[str] | None:
    """Names of the arguments that the configuration gives a resource; None when it has the resource no more."""
    found = configuration_of(plan, resource)
    return None if found is None else frozenset(found.get("expressions") or {})


def configuration_of(plan: Mapping[str, Any], resource: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the configuration of a plan says of a resource; None when it has the resource no more."""
    module = (plan.get("configuration") or {}).get("root_module") or {}
    for name in _MODULE.findall(str(resource.get("module_address", ""))):
        module = ((module.get("module_calls") or {}).get(name) or {}).get("module") or {}
    found: Mapping[str, Any]
    for found in module.get("resources") or ():
        if (found.get("mode"), found.get("type"), found.get("name")) == ("managed", resource["type"], resource["name"]):
            return found
    return None


def _part(value: Any, names: frozenset[str]) -> Any:
    return {name: each for name, each in value.items() if name in names} if isinstance(value, dict) else value


def _pruned(value: Any) -> Any:
    """Without what is null or empty: providers read back `{}` for what was never given, and the like."""
    if isinstance(value, dict):
        return {name: pruned for name, each in value.items() if (pruned := _pruned(each)) is not None} or None
    if isinstance(value, list):
        return [_pruned(each) for each in value] or None
    return None if value == "" else value
