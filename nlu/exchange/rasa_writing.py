"""Content as Rasa's YAML. Rasa has no open places: `{slot}` is written as a marked value."""

import hashlib
import json

from ..expansion import PLACEHOLDER, sample_values
from ..types import EntityDefinition
from .content import Content
from .rasa_yaml import OUTSIDE

_LINES = ("# From Infrachat. What Rasa has no words for:", 'version: "3.1"', "nlu:")


def write_rasa(content: Content) -> str:
    """Lossy, and says so at the top: types that Rasa finds with Duckling or not at all are named there."""
    entities = {each.definition.name: each.definition for each in content.entities}
    lost = [f"#   {each.name} is a {each.kind} here" for each in entities.values() if each.kind not in _WRITTEN]
    lines = [_LINES[0], *(lost or ["#   nothing"]), *_LINES[1:]]
    for intent in content.intents:
        lines += _block("intent", intent.name, [_filled(each.text, entities) for each in intent.phrases])
    lines += _block("intent", OUTSIDE[0], [_filled(each.text, entities) for each in content.out_of_scope])
    for entity in entities.values():
        lines += _WRITTEN[entity.kind](entity) if entity.kind in _WRITTEN else []
    return "\n".join(lines if len(lines) > 3 + len(lost or "1") else [*lines[:-1], "nlu: []"]) + "\n"


def _block(kind: str, name: str, examples: list[str]) -> list[str]:
    if not examples:
        return []
    return [
        f"- {kind}: {json.dumps(name, ensure_ascii=False)}",
        "  examples: |",
        *(f"    - {each}" for each in examples),
    ]


def _filled(phrase: str, entities: dict[str, EntityDefinition]) -> str:
    """Each open place with a value of its entity, chosen by the phrase, so that exports do not differ by chance."""
    at = hashlib.sha256(phrase.encode()).digest()[0]

    def value(slot: str) -> str:
        if slot not in entities or entities[slot].kind == "pattern":
            return f"[{slot}]({slot})"
        values = sample_values(entities[slot])
        return f"[{values[at % len(values)]}]({slot})"

    return " ".join(PLACEHOLDER.sub(lambda found: value(found[1]), phrase).split())


def _list(entity: EntityDefinition) -> list[str]:
    lines = _block("lookup", entity.name, list(entity.values))
    for value, words in entity.values.items():
        lines += _block("synonym", value, list(words))
    return lines


def _pattern(entity: EntityDefinition) -> list[str]:
    return _block("regex", entity.name, [entity.pattern])


def _learned(entity: EntityDefinition) -> list[str]:
    """The marks in the phrases are all there is to it."""
    return []


_WRITTEN = {"list": _list, "pattern": _pattern, "learned": _learned}
