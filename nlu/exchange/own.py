"""Our own YAML: the one format that holds everything and reads back exactly (docs/reference/training-data.md)."""

import re

from ..types import EntityDefinition
from ..validation import KINDS
from .collecting import MAXIMUM_ENTITY_NAME, MAXIMUM_NAME, MAXIMUM_PATTERN, Collector
from .content import Content, FilePlace
from .nodes import Node

FORMAT, VERSION = "infrachat-nlu", 1
_MAXIMUM_TITLE = 160


def is_own(root: Node) -> bool:
    return root.get("format") is not None


def read_own(roots: list[Node]) -> Content:
    """Files of our own format together. Raises ImportRefused."""
    collector = Collector()
    for root in roots:
        parts = root.mapping("the file", ("format", "version", "intents", "entities", "out_of_scope"))
        _version_check(root)
        for name, node in _mapping(root, "entities").items():
            _entity(name, node, collector)
        for name, node in _mapping(root, "intents").items():
            _intent(name, node, collector)
        outside = root.get("out_of_scope")
        for text, place in outside.texts("out_of_scope") if outside else ():
            _phrase(None, text, place, collector)
        if not parts.keys() & {"intents", "entities", "out_of_scope"}:
            root.place.refuse("the file has neither intents, entities nor out_of_scope; there is nothing to import.")
    return collector.content("infrachat")


def _version_check(root: Node) -> None:
    name, version = root.get("format"), root.get("version")
    if name is None or name.value != FORMAT:
        (name.place if name else root.place).refuse(f"the file must say `format: {FORMAT}`.")
    if version is None:
        root.place.refuse(f"the file must say `version: {VERSION}`.")
    elif version.number("version") != VERSION:
        version.place.refuse(f"this is version {version.value} of the format; version {VERSION} can be read.")


def _mapping(root: Node, name: str) -> dict[str, Node]:
    found = root.get(name)
    return found.mapping(name) if found else {}


def _intent(name: str, node: Node, collector: Collector) -> None:
    node.mapping(f"the intent {name}", ("title", "slots", "examples"))
    if name in collector.intents:
        node.place.refuse(f"the intent {name} stands at {collector.intents[name].place} already; keep it in one place.")
    title, slots, examples = node.get("title"), node.get("slots"), node.get("examples")
    collector.intent(
        name,
        node.place,
        title=_short(title, "the title", _MAXIMUM_TITLE) if title else "",
        slots=[_slot(text, place) for text, place in slots.texts("slots")] if slots else (),
    )
    for text, place in examples.texts("examples") if examples else ():
        _phrase(name, text, place, collector)


def _phrase(intent: str | None, text: str, place: FilePlace, collector: Collector) -> None:
    if re.search(r"[\n\r\t]", text):
        place.refuse(f"the phrase {text[:60]!r} must stand on one line, without tabs.")
    if re.search(r"[{}]", re.sub(r"\{\w+\}", "", text)):
        place.refuse(f"the phrase {text[:60]!r} has a lonely brace; a value's place is written {{slot}}.")
    collector.phrase(intent, text, place, is_ours=True)


def _entity(name: str, node: Node, collector: Collector) -> None:
    node.mapping(f"the entity {name}", ("kind", "values", "pattern"))
    kind, pattern, values = node.get("kind"), node.get("pattern"), node.get("values")
    if kind is None or kind.value not in KINDS:
        (kind or node).place.refuse(f"the entity {name} must say `kind:` and one of {', '.join(KINDS)}.")
    if name in collector.entities:
        place = collector.entities[name].place
        node.place.refuse(f"the entity {name} stands at {place} already; keep it in one place.")
    definition = EntityDefinition(
        name=_slot(name, node.place),
        kind=str(kind.value),
        values=_values(values) if values else {},
        pattern=_short(pattern, "the pattern", MAXIMUM_PATTERN) if pattern else "",
    )
    collector.entity(definition, node.place)


def _values(node: Node) -> dict[str, tuple[str, ...]]:
    """`{large: [big, huge], small: []}`; a value without synonyms may also stand alone: `[large, small]`."""
    if isinstance(node.value, list):
        return {text: () for text, _ in node.texts("values")}
    found = {}
    for value, words in node.mapping("values").items():
        found[value] = tuple(text for text, _ in words.texts(f"the synonyms of {value}")) if words.value else ()
    return found


def _slot(name: str, place: FilePlace) -> str:
    if not re.fullmatch(r"\w+", name) or len(name) > MAXIMUM_ENTITY_NAME:
        place.refuse(f"the entity name {name[:MAXIMUM_NAME]!r} may have letters, digits and underscores only.")
    return name


def _short(node: Node, what: str, limit: int) -> str:
    text = node.text(what)
    if len(text) > limit:
        node.place.refuse(f"{what} is longer than {limit} characters.")
    return text
