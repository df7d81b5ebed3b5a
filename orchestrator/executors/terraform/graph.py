"""Who depends on whom: the resources of a plan and the references between them, as nodes and edges.

From `configuration` of a plan's JSON (through variables, locals, outputs and data sources, which are no nodes
themselves), and for what the configuration has no more from `prior_state`. Only names stand in it, nothing secret.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .root import shown_address
from .ties import CALLS, Path, bare, call_of, references_of
from .written import Written

_INDEX = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|\d+)\]')
_ACTIONS: dict[tuple[str, ...], str] = {
    ("create",): "create",
    ("update",): "update",
    ("delete",): "delete",
    ("no-op",): "no-op",
}
_WORST = ("replace", "delete", "update", "create", "no-op")
_NO_RESOURCES = frozenset({"each", "count", "self", "path", "terraform", "provider"})
_MOST_NODES, _MOST_EDGES = 5_000, 20_000
_NONE = Written()

Key = tuple[Path, str, str, str]
"""Module path, mode, type and name."""


def resource_graph(plan: Mapping[str, Any], written: Mapping[str, Written]) -> dict[str, Any]:
    """`nodes`: each {id, type, module, action, instances}; `edges`: [from, to], where `from` depends on `to`;
    `complete` is false when there were too many. An id is an address without indices, as the module knows it."""
    uses = _Uses(plan, written)
    nodes = _nodes(plan)
    edges = {
        (source, target)
        for source, target in (*uses.edges(), *_of_state(plan, uses.known))
        if source != target and source in nodes and target in nodes
    }
    kept = sorted(edges)[:_MOST_EDGES]
    return {
        "nodes": list(nodes.values())[:_MOST_NODES],
        "edges": [list(each) for each in kept],
        "complete": len(nodes) <= _MOST_NODES and len(edges) <= _MOST_EDGES,
    }


def node_id(address: str) -> str:
    """The node of a resource instance's address."""
    return _INDEX.sub("", shown_address(address))


def _nodes(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    nodes: dict[str, dict[str, Any]] = {}
    for each in plan.get("resource_changes") or ():
        if each.get("mode", "managed") != "managed":
            continue
        name, action = node_id(each["address"]), _action(each["change"]["actions"])
        module = ".".join(CALLS.findall(str(each.get("module_address", "")))[1:])
        node = nodes.setdefault(
            name, {"id": name, "type": each["type"], "module": module, "action": "no-op", "instances": 0}
        )
        node["instances"] += 1
        node["action"] = min(node["action"], action, key=_WORST.index)
    return nodes


def _action(actions: Iterable[str]) -> str:
    named = tuple(actions)
    return "replace" if len(named) > 1 else _ACTIONS.get(named, "no-op")


def _of_state(plan: Mapping[str, Any], known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What the state remembers of those that the configuration has no more, on either end."""
    root = ((plan.get("prior_state") or {}).get("values") or {}).get("root_module") or {}
    for each in _in_state(root):
        source = node_id(str(each.get("address", "")))
        for other in each.get("depends_on") or ():
            target = node_id(str(other))
            if source not in known or target not in known:
                yield source, target


def _in_state(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module.get("resources") or ()
    for child in module.get("child_modules") or ():
        yield from _in_state(child)


class _Uses:
    """The references of a configuration, followed to resources."""

    def __init__(self, plan: Mapping[str, Any], written: Mapping[str, Written]) -> None:
        self._root = (plan.get("configuration") or {}).get("root_module") or {}
        self._written = written
        self._found: dict[Key, Mapping[str, Any]] = {}
        self._led: dict[tuple[Path, str], frozenset[Key]] = {}
        self._collect((), self._root)
        self.known = frozenset(_named(key) for key in self._found if key[1] == "managed")

    def edges(self) -> Iterator[tuple[str, str]]:
        for key, resource in self._found.items():
            if key[1] == "managed":
                for other in self._of(key, resource):
                    yield _named(key), _named(other)

    def _collect(self, path: Path, module: Mapping[str, Any]) -> None:
        for each in module.get("resources") or ():
            key = (path, str(each.get("mode", "managed")), str(each.get("type")), str(each.get("name")))
            self._found[key] = each
        for name, call in (module.get("module_calls") or {}).items():
            self._collect((*path, name), call.get("module") or {})

    def _module(self, path: Path) -> Mapping[str, Any]:
        module: Mapping[str, Any] = self._root
        for name in path:
            module = call_of(module, name).get("module") or {}
        return module

    def _of(self, key: Key, resource: Mapping[str, Any]) -> set[Key]:
        path, _mode, kind, name = key
        parts = [resource.get(part) for part in ("expressions", "count_expression", "for_each_expression")]
        refers = {each for part in parts for each in references_of(part)}
        dynamic = self._written.get(".".join(path), _NONE).dynamic.get(f"{kind}.{name}", {})
        refers |= {each for block in dynamic.values() for each in block}
        found = {key for each in _longest(refers) for key in self._leads(path, each)}
        found |= {key for each in resource.get("depends_on") or () for key in self._whole(path, str(each))}
        return found | self._of_calls(path)

    def _of_calls(self, path: Path) -> set[Key]:
        """What the modules wait for in which something stands."""
        found: set[Key] = set()
        for depth in range(1, len(path)):
            call = call_of(self._module(path[:depth]), path[depth])
            refers = {
                each for part in ("count_expression", "for_each_expression") for each in references_of(call.get(part))
            }
            found |= {key for each in _longest(refers) for key in self._leads(path[:depth], each)}
            found |= {key for each in call.get("depends_on") or () for key in self._whole(path[:depth], str(each))}
        return found

    def _whole(self, path: Path, refer: str) -> Iterable[Key]:
        """Of `depends_on`: a module is everything in it."""
        kind, _dot, name = refer.partition(".")
        if kind != "module":
            return self._leads(path, refer)
        inside = (*path, bare(name))
        return [key for key in self._found if key[0][: len(inside)] == inside and key[1] == "managed"]

    def _leads(self, path: Path, refer: str) -> frozenset[Key]:
        if (path, refer) not in self._led:
            self._led[path, refer] = frozenset()  # for who comes by again in a circle
            self._led[path, refer] = frozenset(self._follow(path, refer))
        return self._led[path, refer]

    def _follow(self, path: Path, refer: str) -> set[Key]:
        kind, _dot, rest = refer.partition(".")
        if kind in _NO_RESOURCES or not rest:
            return set()
        if kind == "data":
            key = (path, "data", rest.partition(".")[0], bare(rest.partition(".")[2]))
            return self._of(key, self._found[key]) if key in self._found else set()
        if kind not in ("var", "local", "module"):
            return {(path, "managed", bare(kind), bare(rest))}
        where, refers = self._meant(path, kind, bare(rest), rest.partition(".")[2])
        return {key for each in _longest(refers) for key in self._leads(where, each)}

    def _meant(self, path: Path, kind: str, name: str, deeper: str) -> tuple[Path, Iterable[str]]:
        if kind == "local":
            return path, self._written.get(".".join(path), _NONE).locals.get(name, ())
        if kind == "var":
            call = call_of(self._module(path[:-1]), path[-1]) if path else {}
            return path[:-1], references_of((call.get("expressions") or {}).get(name))
        output = (self._module((*path, name)).get("outputs") or {}).get(bare(deeper)) or {}
        return (*path, name), references_of(output.get("expression"))


def _longest(refers: Iterable[str]) -> set[str]:
    """Terraform names `a.b.c` and `a.b` for one expression; a module's bare name would be all of it."""
    return {each for each in refers if not (each.startswith("module.") and each.count(".") == 1)}


def _named(key: Key) -> str:
    path, _mode, kind, name = key
    return ".".join([*(f"module.{call}" for call in path[1:]), f"{kind}.{name}"])
