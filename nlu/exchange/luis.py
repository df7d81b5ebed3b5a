"""LUIS: the JSON of an exported app, versions 3 to 7 of its schema."""

from ..annotations import Marked
from ..types import EntityDefinition
from .collecting import Collector
from .content import Content
from .nodes import Node
from .spans import from_utf16, spans_checked
from .typed_slots import TypedSlots, built_in, synonyms_of

OUTSIDE = "None"
_ABOUT_THE_APP = "luis_schema_version versionId name desc culture tokenizerVersion settings"
_READ = "intents utterances entities closedLists regex_entities prebuiltEntities patternAnyEntities"


def is_luis(root: Node) -> bool:
    return root.get("luis_schema_version") is not None or (
        root.get("utterances") is not None and root.get("culture") is not None and root.get("intents") is not None
    )


def read_luis(roots: list[Node]) -> Content:
    """Raises ImportRefused."""
    collector, slots = Collector(), TypedSlots()
    for root in roots:
        _entities(root, slots, collector)
        for node in root.part_items("intents"):
            name = node.part_text("name")
            if name != OUTSIDE:
                collector.intent(name, node.place)
        for node in root.part_items("utterances"):
            _utterance(node, slots, collector)
        for name, part in root.mapping("the app").items():
            if name not in f"{_ABOUT_THE_APP} {_READ}".split() and part.value not in (None, [], {}):
                collector.note(f"{name} of LUIS", root.key_places[name])
    slots.settle(collector)
    return collector.content("luis")


def _entities(root: Node, slots: TypedSlots, collector: Collector) -> None:
    for node in root.part_items("closedLists"):
        groups = [(each.part_text("canonicalForm"), each.part_texts("list")) for each in node.part_items("subLists")]
        _define(node, EntityDefinition(node.part_text("name"), "list", synonyms_of(groups)), slots, collector)
    for node in root.part_items("regex_entities"):
        definition = EntityDefinition(node.part_text("name"), "pattern", {}, node.part_text("regexPattern"))
        _define(node, definition, slots, collector)
    for part in ("entities", "patternAnyEntities"):
        for node in root.part_items(part):
            _define(node, EntityDefinition(node.part_text("name"), "learned"), slots, collector)
    for node in root.part_items("prebuiltEntities"):
        name = node.part_text("name")
        known = built_in(name, name)
        if known is None:
            collector.note(f"the prebuilt entity {name}: there is none like it here", node.place)
        else:
            _define(node, known, slots, collector)


def _define(node: Node, definition: EntityDefinition, slots: TypedSlots, collector: Collector) -> None:
    for part in ("children", "features", "inherits", "explicitList"):
        found = node.get(part)
        if found is not None and found.value not in ([], {}):
            collector.note(f"{part} of the entity {definition.name}", node.key_places[part])
    slots.define(definition, node.place)


def _utterance(node: Node, slots: TypedSlots, collector: Collector) -> None:
    text, intent = node.part_text("text"), node.part_text("intent")
    spans = []
    for each in node.part_items("entities"):
        kind = each.part_text("entity")
        # LUIS counts UTF-16 units, and endPos is the last one of the value.
        start, end = from_utf16(text, each.part_number("startPos"), each.part_number("endPos") + 1)
        role = each.get("role")
        # Slots of one kind are told apart by the words around them: a role is a slot of its own.
        slot = collector.slot_name(f"{kind}_{role.text('role')}" if role is not None else kind, each.place)
        slots.use(slot, kind, each.place)
        spans.append(Marked(slot, start, end))
        if each.part_items("children"):
            collector.note(f"the parts inside of {kind}: only the whole value is marked", each.place)
    if intent != OUTSIDE:
        collector.intent(intent, node.place)
    checked = spans_checked(text, spans, node.place, collector)
    collector.spoken(None if intent == OUTSIDE else intent, text, checked, node.place)
