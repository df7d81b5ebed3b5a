"""Dialogflow's export: `intents/NAME.json`, `intents/NAME_usersays_en.json`, `entities/NAME_entries_en.json`."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from ..annotations import Marked
from ..types import EntityDefinition
from .collecting import Collector
from .content import Content
from .nodes import Node
from .typed_slots import TypedSlots, synonyms_of

_LANGUAGE_FILE = re.compile(r"^(?P<name>.+)_(?P<kind>usersays|entries)_(?P<language>[\w-]+)\.json$")
_TEMPLATE_VALUE = re.compile(r"@(?P<kind>[\w.-]+):(?P<alias>[\w.-]+)")


def is_dialogflow(roots: Mapping[str, Node]) -> bool:
    return any(
        _LANGUAGE_FILE.match(PurePosixPath(path).name) and isinstance(root.value, list) for path, root in roots.items()
    )


def read_dialogflow(roots: Mapping[str, Node]) -> Content:
    """All files of an agent. Raises ImportRefused."""
    collector, slots = Collector(), TypedSlots()
    language = _language(roots)
    about = {str(PurePosixPath(path).with_suffix("")): root for path, root in roots.items()}
    for kind in ("entries", "usersays"):
        for path, root in roots.items():
            found = _LANGUAGE_FILE.match(PurePosixPath(path).name)
            if found is None or found["kind"] != kind:
                continue
            if found["language"] != language:
                collector.note(f"the language {found['language']}: the agent's own, {language}, is read", root.place)
                continue
            described = about.get(str(PurePosixPath(path).with_name(found["name"])))
            if kind == "entries":
                _entity(found["name"], described, root, slots, collector)
            else:
                _intent(found["name"], described, root, slots, collector)
    slots.settle(collector)
    return collector.content("dialogflow")


def _language(roots: Mapping[str, Node]) -> str:
    """The agent's, or the one that most files are in."""
    for path, root in roots.items():
        said = root.get("language") if PurePosixPath(path).name == "agent.json" else None
        if said is not None:
            return said.text("language")
    found = [match["language"] for path in roots if (match := _LANGUAGE_FILE.match(PurePosixPath(path).name))]
    return max(sorted(set(found)), key=found.count)


def _entity(name: str, about: Node | None, root: Node, slots: TypedSlots, collector: Collector) -> None:
    place = about.place if about else root.place
    name = _name(about, name)
    groups = []
    for node in root.items(f"the entries of {name}"):
        value, synonyms = node.get("value"), node.get("synonyms")
        if value is None:
            node.place.refuse(f'an entry of {name} must have a "value".')
        words = [text for text, _ in synonyms.texts("synonyms")] if synonyms else []
        if any(word.startswith("@") for word in words):
            collector.note(f"the composite value {value.value} of {name}: only words are taken", node.place)
        else:
            groups.append((value.text("value"), words))
    if about is not None and about.is_true("isRegexp"):
        expressions = [word for value, words in groups for word in (words or [value])]
        slots.define(EntityDefinition(name, "pattern", {}, "|".join(f"(?:{each})" for each in expressions)), place)
        return
    if about is not None and about.is_true("automatedExpansion"):
        collector.note(f"automated expansion of {name}: a list finds its own words alone", place)
    if groups:
        slots.define(EntityDefinition(name, "list", synonyms_of(groups)), place)


def _intent(name: str, about: Node | None, root: Node, slots: TypedSlots, collector: Collector) -> None:
    name = _name(about, name)
    intent: str | None = name
    if about is not None and about.is_true("fallbackIntent"):
        collector.note(f"the fallback intent {name}: its phrases are out of scope here", about.place)
        intent = None
    else:
        collector.intent(name, about.place if about else root.place)
    if about is not None:
        _answers_noted(name, about, collector)
    for node in root.items(f"the phrases of {name}"):
        _phrase(intent, node, slots, collector)


def _answers_noted(name: str, about: Node, collector: Collector) -> None:
    for part in ("contexts", "events", "parentId", "webhookUsed", "responses"):
        found = about.get(part)
        if found is not None and found.value not in ([], "", "false"):
            collector.note(f"{part} of intents: only names and phrases are taken", about.key_places[part])


def _phrase(intent: str | None, node: Node, slots: TypedSlots, collector: Collector) -> None:
    data = node.get("data")
    if data is None:
        node.place.refuse('a phrase must have its "data".')
    if node.is_true("isTemplate"):
        _template(intent, node, data, slots, collector)
        return
    text, spans = "", []
    for part in data.items("data"):
        words = part.mapping("a part of a phrase").get("text")
        said = words.value if words is not None and isinstance(words.value, str) else ""
        alias, meta = part.get("alias"), part.get("meta")
        if alias is not None and meta is not None and said.strip():
            slot = collector.slot_name(alias.text("alias"), part.place)
            slots.use(slot, meta.text("meta").removeprefix("@"), part.place)
            spans.append(_trimmed(slot, text, said))
        text += said
    collector.spoken(intent, text, spans, node.place)


def _template(intent: str | None, node: Node, data: Node, slots: TypedSlots, collector: Collector) -> None:
    text = "".join(each.text("text") for part in data.items("data") if (each := part.get("text")) is not None)
    used = [(match["kind"], match["alias"]) for match in _TEMPLATE_VALUE.finditer(text)]
    if not all(slots.can_stand_open(kind) for kind, _ in used) or re.search(r"[{}]", text):
        collector.note("templates with a type that has no list here: left out", node.place)
        return
    for kind, alias in used:
        slots.use(collector.slot_name(alias, node.place), kind, node.place)
    shown = _TEMPLATE_VALUE.sub(lambda match: f"{{{collector.slot_name(match['alias'], node.place)}}}", text)
    collector.phrase(intent, " ".join(shown.split()), node.place)


def _trimmed(slot: str, before: str, words: str) -> Marked:
    start = len(before) + len(words) - len(words.lstrip())
    return Marked(slot, start, start + len(words.strip()))


def _name(about: Node | None, otherwise: str) -> str:
    found = about.get("name") if about is not None else None
    return found.text("name") if found is not None else otherwise
