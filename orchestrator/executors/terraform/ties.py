"""Which of a blueprint's variables ask for which planned change, by what the module's configuration refers to.

`configuration` of a plan's JSON names what each expression refers to; what it leaves out comes from the files
(`written.py`). The format: https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .written import Written

CALLS = re.compile(r"(?:^|\.)module\.([A-Za-z0-9_-]+)")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_NONE = Written()
# So many resources away, nothing asks for a change any more.
_FAR = 200
# Tags that the root's provider gives to everything.
_OURS = "tags_all.infrachat:"

Path = tuple[str, ...]
"""The module calls that lead to a module, the root's own call first."""


class Ties:
    """Of one plan. Nothing here is secret: names of variables alone."""

    def __init__(self, plan: Mapping[str, Any], written: Mapping[str, Written]) -> None:
        self._root = (plan.get("configuration") or {}).get("root_module") or {}
        self._written = written
        # Large plans ask for the same again for every attribute.
        self._by_name: dict[Path, dict[tuple[Any, ...], Mapping[str, Any]]] = {}
        self._led: dict[tuple[Path, str], set[str]] = {}

    def of_change(self, resource: Mapping[str, Any]) -> tuple[str, ...]:
        """The variables that a resource depends on by its own arguments, or else by those of what it refers to."""
        path, found = self._resource(resource)
        if found is None:
            return ()
        direct = self._variables(path, self._own(path, found), found)
        return tuple(sorted(direct or self._beyond(path, found, set())))

    def of_attribute(self, resource: Mapping[str, Any], attribute: str) -> tuple[str, ...]:
        """The variables that one attribute (`tags.Name`, `rule[0].status`) depends on by itself."""
        path, found = self._resource(resource)
        if found is None or attribute.startswith(_OURS):
            return ()
        steps = [name or int(number) for name, number in _STEP.findall(attribute)]
        named = "tags" if steps[:1] == ["tags_all"] else str(steps[0]) if steps else ""
        expression = _drilled((found.get("expressions") or {}).get(named), steps[1:])
        refers = {*references_of(expression), *self._dynamic(path, found).get(named, ())}
        return tuple(sorted(self._variables(path, refers, found)))

    def _resource(self, resource: Mapping[str, Any]) -> tuple[Path, Mapping[str, Any] | None]:
        path = tuple(CALLS.findall(str(resource.get("module_address", ""))))
        wanted = (resource.get("mode", "managed"), resource.get("type"), resource.get("name"))
        return path, self._find(path, wanted)

    def _find(self, path: Path, wanted: tuple[Any, ...]) -> Mapping[str, Any] | None:
        if path not in self._by_name:
            known: Iterable[Mapping[str, Any]] = self._module(path).get("resources") or ()
            self._by_name[path] = {(each.get("mode"), each.get("type"), each.get("name")): each for each in known}
        return self._by_name[path].get(wanted)

    def _module(self, path: Path) -> Mapping[str, Any]:
        module: Mapping[str, Any] = self._root
        for name in path:
            module = call_of(module, name).get("module") or {}
        return module

    def _dynamic(self, path: Path, found: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
        written = self._written.get(".".join(path), _NONE)
        return written.dynamic.get(f"{found.get('type')}.{found.get('name')}", {})

    def _own(self, path: Path, found: Mapping[str, Any]) -> set[str]:
        """All that a resource refers to: whether there is one, how many, and what they are like."""
        parts = (found.get("expressions"), found.get("count_expression"), found.get("for_each_expression"))
        dynamic = {each for block in self._dynamic(path, found).values() for each in block}
        return {*(each for part in parts for each in references_of(part)), *dynamic}

    def _variables(self, path: Path, refers: Iterable[str], found: Mapping[str, Any]) -> set[str]:
        """The blueprint's variables behind references of a resource, `each` and `count` and the calls above it too."""
        refers = set(refers)
        if any(each.startswith(("each.", "count.")) for each in refers):
            refers |= {*references_of(found.get("for_each_expression")), *references_of(found.get("count_expression"))}
        variables = {each for refer in refers for each in self._led_to(path, refer)}
        return variables | self._of_calls(path)

    def _led_to(self, path: Path, refer: str) -> set[str]:
        if (path, refer) not in self._led:
            self._led[path, refer] = self._follow(path, refer, set())
        return self._led[path, refer]

    def _of_calls(self, path: Path) -> set[str]:
        """What decides whether the modules are called in which something stands."""
        found: set[str] = set()
        for depth in range(1, len(path)):
            call = call_of(self._module(path[:depth]), path[depth])
            parts = (call.get("count_expression"), call.get("for_each_expression"))
            for refer in (each for part in parts for each in references_of(part)):
                found |= self._led_to(path[:depth], refer)
        return found

    def _follow(self, path: Path, refer: str, seen: set[tuple[Path, str]]) -> set[str]:
        """The blueprint's variables that one reference leads to, through locals and module calls."""
        kind, _dot, rest = refer.partition(".")
        name, _dot, deeper = rest.partition(".")
        name, key = bare(name), (path, f"{kind}.{name}.{deeper if kind == 'module' else ''}")
        if key in seen or kind not in ("var", "local", "module"):
            return set()
        seen.add(key)
        if kind == "var" and len(path) <= 1:
            return {name}
        where, refers = self._leads_to(path, kind, name, deeper)
        return {each for next_refer in refers for each in self._follow(where, next_refer, seen)}

    def _leads_to(self, path: Path, kind: str, name: str, deeper: str) -> tuple[Path, Iterable[str]]:
        if kind == "local":
            return path, self._written.get(".".join(path), _NONE).locals.get(name, ())
        if kind == "var":
            call = call_of(self._module(path[:-1]), path[-1])
            return path[:-1], references_of((call.get("expressions") or {}).get(name))
        output = (self._module((*path, name)).get("outputs") or {}).get(bare(deeper)) or {}
        return (*path, name), references_of(output.get("expression"))

    def _beyond(self, path: Path, found: Mapping[str, Any], seen: set[str]) -> set[str]:
        """The variables of what a resource refers to, when it has none of its own."""
        variables: set[str] = set()
        for refer in self._own(path, found):
            parts = refer.split(".")
            mode, parts = ("data", parts[1:]) if parts[0] == "data" else ("managed", parts)
            if len(parts) < 2 or len(seen) >= _FAR or (name := f"{mode}.{parts[0]}.{parts[1].split('[')[0]}") in seen:
                continue
            seen.add(name)
            other = self._find(path, (mode, parts[0], bare(parts[1])))
            if other is not None:
                variables |= self._variables(path, self._own(path, other), other) or self._beyond(path, other, seen)
        return variables


def bare(name: str) -> str:
    """`zones[0].name` as `zones`."""
    return re.split(r"[.\[]", name, maxsplit=1)[0]


def call_of(module: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (module.get("module_calls") or {}).get(name) or {}
    return found


def references_of(expression: Any) -> Iterator[str]:
    """Every `references` at any depth of an expression, a block or a list of blocks."""
    if isinstance(expression, Mapping):
        for key, each in expression.items():
            if key == "references" and isinstance(each, list):
                yield from (str(name) for name in each)
            else:
                yield from references_of(each)
    elif isinstance(expression, list):
        for each in expression:
            yield from references_of(each)


def _drilled(expression: Any, steps: Iterable[str | int]) -> Any:
    """The part of nested blocks that a path leads to, as deep as the configuration has it apart."""
    for step in steps:
        if isinstance(expression, list) and isinstance(step, int):
            if step >= len(expression):
                return None
            expression = expression[step]
        elif isinstance(expression, Mapping) and step in expression and "references" not in expression:
            expression = expression[step]
        else:
            break
    return expression
