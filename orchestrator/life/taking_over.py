"""What a request would be that asks for what somebody changed outside, as far as its variables can say it.

A variable stands for a changed attribute when the attribute depends on it (`variables` of the report's lines) and what
it was asked to be leads to what is there now: the same value, an entry of a map or a list, or a switch that is turned.
Whether that is so in the module as well is proven by the plan: what was taken over does not stand in it any more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.client_session import ClientSession

from orchestrator.catalog_documents import blueprint_version_load
from orchestrator.documents import Document, jobs
from orchestrator.executors.masking import MASK
from orchestrator.plan_views import plan_view
from orchestrator.states import JobKind, JobState
from orchestrator.types import PlannedChange, Variable

_CUT = "…"
_TOP_KEY = re.compile(r"^\w+\.(.+)$")
_MISSING = object()


@dataclass(frozen=True)
class TakenOver:
    """`values` are those to ask for otherwise; `left` is what no variable stands for, by address and attribute."""

    values: dict[str, Any]
    left: tuple[str, ...] = ()


def report_find(stack_id: str, session: ClientSession | None = None) -> Document | None:
    """The last check for drift of a stack, if nothing was changed since."""
    done = [JobState.SUCCEEDED.value, JobState.PARTIALLY_APPLIED.value]
    kinds = [JobKind.APPLY.value, JobKind.DESTROY.value, JobKind.DRIFT.value]
    wanted = {"stack_id": stack_id, "kind": {"$in": kinds}, "state": {"$in": done}}
    last = jobs().find_one(wanted, sort=[("updated_at", -1), ("_id", -1)], session=session)
    return last if last is not None and last["kind"] == JobKind.DRIFT else None


def report_taken_over(report: Document) -> TakenOver:
    """Of a raw check for drift, which has the version and the values that its stack had."""
    plan = plan_view(report["plan"])
    variables = blueprint_version_load(report["blueprint_version"]).variables
    return taken_over(variables, report["values"], plan.changes if plan else ())


def taken_over(variables: Sequence[Variable], values: Mapping[str, Any], changes: Iterable[PlannedChange]) -> TakenOver:
    """`values` are those that are asked for now, `changes` the report of a check for drift."""
    known = {each.name: each for each in variables if not each.sensitive}
    now = {name: values.get(name, each.default) for name, each in known.items()}
    found: dict[str, Any] = {}
    left: list[str] = []
    for change in changes:
        if change.action == "read":
            continue
        if change.action != "update":
            left.append(change.address)
            continue
        gathered = _by_list(change.attributes)
        for path, line in gathered.items():
            asking = [known[each] for each in line.get("variables") or () if each in known]
            fitting = {each.name: new for each in asking if (new := _fitting(each, now, found, line)) is not _MISSING}
            if len(fitting) == 1:
                found |= fitting
            elif not _is_ours(path):
                left.append(f"{change.address}: {path}")
    return TakenOver({name: each for name, each in found.items() if each != now[name]}, tuple(left))


def _fitting(variable: Variable, asked: Mapping[str, Any], found: Mapping[str, Any], line: Mapping[str, Any]) -> Any:
    """What the variable has to be for the attribute to be as it is there; _MISSING when it does not stand for it."""
    before, after = line["before"], line["after"]
    if line.get("sensitive") or _hidden(before) or _hidden(after):
        return _MISSING
    was, is_now = asked[variable.name], found.get(variable.name, asked[variable.name])
    if isinstance(was, dict):
        return _in_map(was, is_now, str(line["path"]), before, after)
    if isinstance(was, list):
        return _in_list(was, is_now, before, after)
    if _same(was, before):
        return after if after is not None or variable.nullable else _MISSING
    only = list(line.get("variables") or ()) == [variable.name]
    return (not was) if only and _is_switch(was, before, after) else _MISSING


def _is_switch(was: Any, before: Any, after: Any) -> bool:
    """Something that is on or off, under other names than true and false."""
    named = all(each is None or isinstance(each, str | bool) for each in (before, after))
    return isinstance(was, bool) and named


def _in_map(was: Mapping[str, Any], is_now: Mapping[str, Any], path: str, before: Any, after: Any) -> Any:
    for key in _keys(path):
        if key in was and _same(was[key], before):
            kept = {name: each for name, each in is_now.items() if name != key}
            return kept if after is None else {**kept, key: after}
    top = _TOP_KEY.match(path)
    if before is None and top is not None and top[1] not in was:
        return {**is_now, top[1]: after}
    return _MISSING


def _keys(path: str) -> Iterator[str]:
    """The names that an entry may have: keys may hold dots themselves."""
    rest = path
    while "." in rest:
        rest = rest.partition(".")[2]
        yield rest


def _in_list(was: Sequence[Any], is_now: Sequence[Any], before: Any, after: Any) -> Any:
    """`before` and `after` are lists of what went and what came."""
    gone, come = (each if isinstance(each, list) else [each] for each in (before, after))
    gone, come = [each for each in gone if each is not None], [each for each in come if each is not None]
    if not (gone or come) or any(each not in was for each in gone):
        return _MISSING
    kept = [each for each in is_now if each not in gone or each in come]
    return [*kept, *(each for each in come if each not in kept)]


def _by_list(attributes: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """By path; the places of one list of plain values together: in a set, their order says nothing."""
    gathered: dict[str, dict[str, Any]] = {}
    for each in attributes:
        path = str(each["path"])
        if not path.endswith("]") or isinstance(each["before"], dict | list) or isinstance(each["after"], dict | list):
            gathered[path] = dict(each)
            continue
        name = path[: path.rindex("[")]
        line = gathered.setdefault(name, {**each, "path": name, "before": [], "after": []})
        line["before"] = [*line["before"], each["before"]]
        line["after"] = [*line["after"], each["after"]]
        line["sensitive"] = line.get("sensitive") or each.get("sensitive")
    return dict(gathered)


def _same(value: Any, shown: Any) -> bool:
    """Whether a value reads so in the cloud, which has some numbers and switches as texts."""
    if isinstance(value, bool) or isinstance(shown, bool):
        return value is shown or str(value).lower() == shown
    return value is not None and (value == shown or str(value) == shown)


def _hidden(value: Any) -> bool:
    text = str(value)
    return MASK in text or text.endswith(_CUT)


def _is_ours(path: str) -> bool:
    """What all of our resources carry beside their tags: said with those already."""
    return path.startswith("tags_all.") and not path.startswith("tags_all.infrachat:")
