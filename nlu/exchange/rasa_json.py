"""Rasa's old JSON: `{"rasa_nlu_data": {"common_examples": [...]}}`."""

from ..annotations import Marked
from .collecting import Collector
from .content import Content
from .nodes import Node
from .rasa_entities import RasaEntities, Table
from .rasa_marks import group_noted, noticed
from .rasa_yaml import OUTSIDE
from .spans import spans_checked

_PARTS = ("common_examples", "intent_examples", "entity_examples")


def is_rasa_json(root: Node) -> bool:
    return root.get("rasa_nlu_data") is not None


def read_rasa_json(roots: list[Node]) -> Content:
    """Raises ImportRefused."""
    collector, entities = Collector(), RasaEntities()
    for root in roots:
        data = root.mapping("the file")["rasa_nlu_data"]
        for name, part in data.mapping("rasa_nlu_data").items():
            if name in _PARTS:
                for example in part.items(name):
                    _example(example, collector, entities)
            elif name == "entity_synonyms":
                _tables(part, ("value", "synonyms"), entities.synonyms, collector, entities)
            elif name == "regex_features":
                _tables(part, ("name", "pattern"), entities.patterns, collector, entities)
            elif name == "lookup_tables":
                _tables(part, ("name", "elements"), entities.lookups, collector, entities)
            else:
                collector.note(f"{name} of Rasa", data.key_places[name])
    entities.settle(collector)
    return collector.content("rasa-json")


def _example(node: Node, collector: Collector, entities: RasaEntities) -> None:
    node.mapping("an example")
    intent, text = node.get("intent"), node.get("text")
    if text is None:
        node.place.refuse('an example must have a "text".')
    if intent is None:
        collector.note("examples without an intent, which teach entities alone: left out", node.place)
        return
    name: str | None = intent.text("intent")
    if name in OUTSIDE:
        name = None
    else:
        collector.intent(str(name), intent.place)
    said = text.text("text")
    found = node.get("entities")
    spans = [_span(each, said, collector, entities) for each in (found.items("entities") if found else ())]
    collector.spoken(name, said, spans_checked(said, spans, node.place, collector), node.place)


def _span(node: Node, text: str, collector: Collector, entities: RasaEntities) -> Marked:
    parts = node.mapping("an entity")
    for name in ("start", "end", "entity"):
        if node.get(name) is None:
            node.place.refuse(f'an entity must have a "{name}".')
    entity = parts["entity"].text("entity")
    role, group = node.get("role"), node.get("group")
    slot = entities.slot(entity, role.text("role") if role else None, node.place, collector)
    start, end = parts["start"].number("start"), parts["end"].number("end")
    value = node.get("value")
    noticed(slot, text[start:end], value.text("value") if value else None, node.place, entities)
    if group is not None:
        group_noted(entity, group.text("group"), node.place, collector)
    return Marked(slot, start, end)


def _tables(part: Node, names: tuple[str, str], table: Table, collector: Collector, entities: RasaEntities) -> None:
    key, content = names
    for node in part.items("this part"):
        name, found = node.get(key), node.get(content)
        if name is None or found is None:
            node.place.refuse(f'this must have a "{key}" and "{content}".')
        if content == "elements" and not isinstance(found.value, list):
            collector.note(f"the lookup table {name.value}, which is in another file: {found.value}", found.place)
            continue
        values = [found.text(content)] if content == "pattern" else [text for text, _ in found.texts(content)]
        entities.add(table, name.text(key), node.place, values)
