"""Rasa's YAML: `nlu` sections of any number of files. Stories, rules and domains are named and left alone."""

import re
from collections.abc import Iterator

from .collecting import Collector
from .content import Content, FilePlace
from .nodes import Node
from .rasa_entities import RasaEntities
from .rasa_marks import marked_phrase

SECTIONS = (
    *("version", "nlu", "stories", "rules", "e2e_tests", "intents", "entities", "slots", "responses", "actions"),
    *("forms", "session_config", "e2e_actions", "recipe", "pipeline", "policies", "language", "assistant_id"),
)
OUTSIDE = ("out_of_scope", "nlu_fallback")
"""What Rasa's users call the intent that no other intent should claim."""
_ENTRY = re.compile(r"\s*[-*+]\s+(?P<text>.*\S)\s*$")


def is_rasa_yaml(root: Node) -> bool:
    parts = set(root.value) if isinstance(root.value, dict) else set()
    return bool(parts & {"nlu", "version"}) and parts <= set(SECTIONS)


def read_rasa_yaml(roots: list[Node]) -> Content:
    """Raises ImportRefused."""
    collector, entities = Collector(), RasaEntities()
    for root in roots:
        for name, part in root.mapping("the file").items():
            if name == "nlu":
                for entry in part.items("nlu") if part.value is not None else ():
                    _entry(entry, collector, entities)
            elif name != "version" and part.value is not None:
                collector.note(f"{name} of Rasa: only nlu sections hold training data", root.key_places[name])
    entities.settle(collector)
    return collector.content("rasa")


def _entry(entry: Node, collector: Collector, entities: RasaEntities) -> None:
    parts = entry.mapping("an entry of nlu")
    kinds = [kind for kind in ("intent", "synonym", "regex", "lookup") if kind in parts]
    if len(kinds) != 1:
        entry.place.refuse("an entry of nlu must be one of intent, synonym, regex or lookup.")
    kind = kinds[0]
    name = parts[kind].text(kind)
    for other in sorted(parts.keys() - {kind, "examples"}):
        collector.note(f"{other} of {kind} {name}", entry.key_places[other])
    if "examples" not in parts:
        entry.place.refuse(f"the {kind} {name} has no examples; write `examples: |` and a line `- …` for each.")
    texts = list(_examples(parts["examples"], f"{kind} {name}", collector))
    if kind == "intent":
        _intent(name, entry.place, texts, collector, entities)
    else:
        table = {"synonym": entities.synonyms, "regex": entities.patterns, "lookup": entities.lookups}[kind]
        entities.add(table, name, entry.place, [text for text, _ in texts])


def _intent(
    name: str, place: FilePlace, texts: list[tuple[str, FilePlace]], collector: Collector, entities: RasaEntities
) -> None:
    if name in OUTSIDE:
        collector.note(f"the intent {name}: its phrases are out of scope here, which needs no intent", place)
        for text, at in texts:
            marked_phrase(None, text, at, collector, entities)
        return
    collector.intent(name, place)
    for text, at in texts:
        marked_phrase(name, text, at, collector, entities)


def _examples(node: Node, what: str, collector: Collector) -> Iterator[tuple[str, FilePlace]]:
    """A block of lines `- text`, or a list of texts or of {text, metadata}."""
    if isinstance(node.value, list):
        for each in node.value:
            yield from _listed(each, what, collector)
        return
    first = node.place.line + (1 if node.is_block else 0)
    for number, line in enumerate(node.text(f"the examples of {what}").split("\n")):
        place = FilePlace(node.place.path, first + number)
        match = _ENTRY.match(line)
        if match:
            yield match["text"], place
        elif line.strip() not in ("", "-"):
            place.refuse(f"an example of {what} must begin with `- `; this line is {line.strip()[:40]!r}.")


def _listed(node: Node, what: str, collector: Collector) -> Iterator[tuple[str, FilePlace]]:
    if not isinstance(node.value, dict):
        yield node.text(f"an example of {what}"), node.place
        return
    parts = node.mapping(f"an example of {what}", ("text", "metadata"))
    if "metadata" in parts:
        collector.note("metadata of examples", node.key_places["metadata"])
    if "text" not in parts:
        node.place.refuse(f"an example of {what} has no text.")
    text = parts["text"]
    lines = text.text("the text").strip("\n").split("\n")
    match = _ENTRY.match(lines[0])
    yield match["text"] if match else lines[0].strip(), text.place
