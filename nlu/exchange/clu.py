"""CLU, which followed LUIS: the JSON of an exported conversation project."""

from ..annotations import Marked
from ..types import EntityDefinition
from .collecting import Collector
from .content import Content
from .luis import OUTSIDE
from .nodes import Node
from .spans import from_utf16, spans_checked
from .typed_slots import TypedSlots, built_in, synonyms_of


def is_clu(root: Node) -> bool:
    return root.get("projectFileVersion") is not None


def read_clu(roots: list[Node]) -> Content:
    """Raises ImportRefused."""
    collector, slots = Collector(), TypedSlots()
    for root in roots:
        metadata, assets = root.needed("metadata"), root.needed("assets")
        kind = metadata.get("projectKind")
        if kind is not None and kind.value not in ("Conversation", "Orchestration"):
            kind.place.refuse(f"this is a project of the kind {kind.value}; only Conversation has intents and phrases.")
        said = metadata.get("language")
        language = said.text("language") if said is not None else ""
        for node in assets.part_items("entities"):
            _entity(node, language, slots, collector)
        for node in assets.part_items("intents"):
            if node.part_text("category") != OUTSIDE:
                collector.intent(node.part_text("category"), node.place)
        for node in assets.part_items("utterances"):
            _utterance(node, language, _counts_characters(root), slots, collector)
    slots.settle(collector)
    return collector.content("clu")


def _entity(node: Node, language: str, slots: TypedSlots, collector: Collector) -> None:
    """A CLU entity may be found in several ways; the first of list, pattern, built-in and learned is taken."""
    name = node.part_text("category")
    ways = [way for way in (_list(node, language, collector), _pattern(node), _prebuilt(node, collector)) if way]
    if len(ways) > 1:
        collector.note(f"the components of {name}: it is found as a {ways[0].kind} alone", node.place)
    slots.define(ways[0] if ways else EntityDefinition(name, "learned"), node.place)


def _list(node: Node, language: str, collector: Collector) -> EntityDefinition | None:
    found = node.get("list")
    groups = []
    for each in found.part_items("sublists") if found is not None else ():
        words: list[str] = []
        for synonyms in each.part_items("synonyms"):
            said = synonyms.get("language")
            if said is None or not language or said.value == language:
                words += synonyms.part_texts("values")
            else:
                collector.note(f"synonyms in {said.value}: the project's language is {language}", synonyms.place)
        groups.append((each.part_text("listKey"), words))
    return EntityDefinition(node.part_text("category"), "list", synonyms_of(groups)) if groups else None


def _pattern(node: Node) -> EntityDefinition | None:
    found = node.get("regex")
    expressions = [each.part_text("regexPattern") for each in found.part_items("expressions")] if found else []
    if not expressions:
        return None
    pattern = expressions[0] if len(expressions) == 1 else "|".join(f"(?:{each})" for each in expressions)
    return EntityDefinition(node.part_text("category"), "pattern", {}, pattern)


def _prebuilt(node: Node, collector: Collector) -> EntityDefinition | None:
    name = node.part_text("category")
    kinds = [each.part_text("category") for each in node.part_items("prebuilts")]
    found = [definition for kind in kinds if (definition := built_in(name, kind)) is not None]
    if kinds and not found:
        collector.note(f"the prebuilt component {kinds[0]} of {name}: there is none like it here", node.place)
    return found[0] if found else None


def _utterance(node: Node, language: str, is_characters: bool, slots: TypedSlots, collector: Collector) -> None:
    text, intent = node.part_text("text"), node.part_text("intent")
    said, dataset = node.get("language"), node.get("dataset")
    if said is not None and language and said.value != language:
        collector.note(f"phrases in {said.value}: the project's language is {language}; left out", node.place)
        return
    if dataset is not None and str(dataset.value).casefold() == "test":
        collector.note("phrases of the test set: left out, as a test's are no training phrases", node.place)
        return
    spans = []
    for each in node.part_items("entities"):
        kind = each.part_text("category")
        start = each.part_number("offset")
        end = start + each.part_number("length")
        slot = collector.slot_name(kind, each.place)
        slots.use(slot, kind, each.place)
        spans.append(Marked(slot, *((start, end) if is_characters else from_utf16(text, start, end))))
    if intent != OUTSIDE:
        collector.intent(intent, node.place)
    checked = spans_checked(text, spans, node.place, collector)
    collector.spoken(None if intent == OUTSIDE else intent, text, checked, node.place)


def _counts_characters(root: Node) -> bool:
    """Utf16CodeUnit is what exports say; the others count what people would call characters."""
    found = root.get("stringIndexType")
    return found is not None and found.value in ("TextElement_V8", "UnicodeCodePoint", "TextElements_v8")
