"""Walking the graph of a plan."""

from collections.abc import Iterable, Mapping
from typing import Any


def depending_on(nodes: Iterable[str], graph: Mapping[str, Any]) -> set[str]:
    """Everything that depends on one of these nodes, however far away; in a circle that may be they themselves."""
    used_by: dict[str, list[str]] = {}
    for source, target in graph.get("edges") or ():
        used_by.setdefault(target, []).append(source)
    found: set[str] = set()
    left = list(nodes)
    while left:
        fresh = {each for each in used_by.get(left.pop(), ()) if each not in found}
        found |= fresh
        left.extend(fresh)
    return found
