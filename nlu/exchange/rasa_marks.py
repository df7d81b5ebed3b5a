"""Rasa's marks in phrases: `[words](entity)`, `[words](entity:value)` and `[words]{"entity": "city", "role": "to"}`."""

import re
from dataclasses import dataclass

from ..annotations import Marked
from .collecting import Collector
from .content import FilePlace
from .json_nodes import json_node
from .rasa_entities import RasaEntities

_MARK = re.compile(
    r"\[(?P<words>[^\[\]]+?)\](?:\((?P<entity>[^:()]+?)(?::(?P<value>[^()]+))?\)"
    r"|(?P<parts>\{[^{}]+\})|\[(?P<several>\{[^\[\]]*\})\])"
)
_KNOWN = ("entity", "value", "role", "group")


@dataclass(frozen=True)
class _Mark:
    entity: str
    value: str | None = None
    role: str | None = None


def marked_phrase(
    intent: str | None, text: str, place: FilePlace, collector: Collector, entities: RasaEntities
) -> None:
    """Take over a phrase of Rasa's YAML."""
    said, spans, at = "", [], 0
    for match in _MARK.finditer(text):
        said += text[at : match.start()]
        words, mark = match["words"], _mark(match, place, collector)
        slot = entities.slot(mark.entity, mark.role, place, collector)
        spans.append(Marked(slot, len(said), len(said) + len(words)))
        noticed(slot, words, mark.value, place, entities)
        said, at = said + words, match.end()
    collector.spoken(intent, said + text[at:], spans, place)


def noticed(slot: str, words: str, value: str | None, place: FilePlace, entities: RasaEntities) -> None:
    entities.places.setdefault(slot, place)
    if value is not None and value != words:
        entities.meant[slot].setdefault(words, value)
        entities.meant_at.setdefault(slot, place)


def group_noted(entity: str, group: str, place: FilePlace, collector: Collector) -> None:
    collector.note(f"the group {group} of {entity}: the value is marked without it", place)


def _mark(match: re.Match[str], place: FilePlace, collector: Collector) -> _Mark:
    if match["entity"]:
        return _Mark(match["entity"], match["value"])
    several = json_node(place.path, f"[{match['parts'] or match['several']}]", place.line).items("the marks")
    if len(several) > 1:
        collector.note("words that are values of several entities: the first one is taken", place)
    parts = several[0].mapping("a mark")
    found = {name: each.text(f'"{name}" of a mark') for name, each in parts.items() if each.value is not None}
    if "entity" not in found:
        place.refuse(f'the mark {match.group()} must say which entity it is: {{"entity": "city"}}.')
    for name, each in found.items():
        if name == "group":
            group_noted(found["entity"], each, place, collector)
        elif name not in _KNOWN:
            collector.note(f"{name!r} in the marks of {found['entity']}", place)
    return _Mark(found["entity"], found.get("value"), found.get("role"))
