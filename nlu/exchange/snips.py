"""Snips: a dataset's JSON, `{"intents": {name: {"utterances": [{"data": [...]}]}}, "entities": {...}}`."""

from ..annotations import Marked
from ..types import EntityDefinition
from .collecting import Collector
from .content import Content
from .nodes import Node
from .typed_slots import TypedSlots, synonyms_of


def is_snips(root: Node) -> bool:
    intents = root.get("intents")
    if intents is None or not isinstance(intents.value, dict) or root.get("format") is not None:
        return False
    return (
        all(each.get("utterances") is not None for each in intents.value.values()) and root.get("entities") is not None
    )


def read_snips(roots: list[Node]) -> Content:
    """Raises ImportRefused."""
    collector, slots = Collector(), TypedSlots()
    for root in roots:
        root.mapping("the dataset", ("language", "intents", "entities", "snips_nlu_version"))
        for name, node in root.needed("entities").mapping("entities").items():
            if not name.startswith("snips/"):
                _entity(name, node, slots, collector)
        intents = root.needed("intents")
        for name, node in intents.mapping("intents").items():
            collector.intent(name, intents.key_places[name])
            for utterance in node.part_items("utterances"):
                _utterance(name, utterance, slots, collector)
    slots.settle(collector)
    return collector.content("snips")


def _entity(name: str, node: Node, slots: TypedSlots, collector: Collector) -> None:
    """A closed list is a list, and so is one with synonyms; an open one without them is learned from the phrases."""
    groups = [(each.part_text("value"), each.part_texts("synonyms")) for each in node.part_items("data")]
    is_open = node.is_true("automatically_extensible")
    if groups and (not is_open or any(words for _, words in groups)):
        if is_open:
            collector.note(f"{name} is open to other words: a list finds its own words alone", node.place)
        slots.define(EntityDefinition(name, "list", synonyms_of(groups)), node.place)
        return
    if groups:
        collector.note(f"the {len(groups)} values of {name}, which is open: it is learned from phrases", node.place)
    slots.define(EntityDefinition(name, "learned"), node.place)


def _utterance(intent: str, node: Node, slots: TypedSlots, collector: Collector) -> None:
    text, spans = "", []
    for part in node.needed("data").items("data"):
        words = part.mapping("a part of a phrase").get("text")
        said = words.value if words is not None and isinstance(words.value, str) else ""
        kind = part.get("entity")
        if kind is not None and said.strip():
            named = part.get("slot_name") or kind
            slot = collector.slot_name(named.text("slot_name"), part.place)
            slots.use(slot, kind.text("entity"), part.place)
            start = len(text) + len(said) - len(said.lstrip())
            spans.append(Marked(slot, start, start + len(said.strip())))
        text += said
    collector.spoken(intent, text, spans, node.place)
