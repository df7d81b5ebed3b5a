"""Slots whose framework gives them a type: which kind of entity each becomes here."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ..text import phrase_key
from ..types import EntityDefinition
from .collecting import Collector
from .content import FilePlace

BUILT_IN = {
    # Dialogflow, LUIS, CLU and Snips name the same things differently.
    **dict.fromkeys(("number", "number-integer", "cardinal", "quantity.number", "snips/number"), "number"),
    **dict.fromkeys(("duration", "snips/duration"), "duration"),
}


@dataclass
class TypedSlots:
    """`types` are what the files define: {type: definition named as the type}; `slots` what phrases mark."""

    types: dict[str, EntityDefinition] = field(default_factory=dict)
    places: dict[str, FilePlace] = field(default_factory=dict)
    slots: dict[str, tuple[str, FilePlace]] = field(default_factory=dict)

    def define(self, definition: EntityDefinition, place: FilePlace) -> None:
        if definition.name in self.types:
            place.refuse(f"the entity {definition.name} stands at {self.places[definition.name]} already.")
        self.types[definition.name], self.places[definition.name] = definition, place

    def use(self, slot: str, kind: str, place: FilePlace) -> None:
        """A phrase has a value of the type `kind` for `slot`."""
        first, where = self.slots.setdefault(slot, (kind, place))
        if first != kind:
            place.refuse(f"{slot} is a {kind} here and a {first} at {where}; give one of them another name.")

    def settle(self, collector: Collector) -> None:
        """Make the entities known to the collector: one for each slot, and those that no phrase marks."""
        for slot, (kind, place) in self.slots.items():
            collector.entity(self._definition(slot, kind, place, collector), self.places.get(kind, place))
        used = {kind for kind, _ in self.slots.values()}
        for name, definition in self.types.items():
            place = self.places[name]
            if name in used:
                continue
            if definition.kind == "learned":
                collector.note(f"the entity {name}: no phrase marks it, so nothing can be learned", place)
                continue
            slot = collector.slot_name(name, place)
            if slot not in collector.entities:
                collector.entity(replace(definition, name=slot), place)

    def can_stand_open(self, kind: str) -> bool:
        """Whether `{slot}` may stand for a value of the type: not for one that is learned from marked words."""
        found = self.types.get(kind)
        return found.kind != "learned" if found else built_in(kind, kind) is not None

    def _definition(self, slot: str, kind: str, place: FilePlace, collector: Collector) -> EntityDefinition:
        found = self.types.get(kind)
        if found is not None:
            return replace(found, name=slot)
        known = built_in(slot, kind)
        if known is None:
            collector.note(f"the type {kind} of {slot}: it is learned from the phrases that mark it instead", place)
        return known or EntityDefinition(slot, "learned")


def built_in(slot: str, kind: str) -> EntityDefinition | None:
    """The entity for a framework's own type; None when there is none like it here."""
    found = BUILT_IN.get(kind.casefold().removeprefix("sys.").removeprefix("builtin."))
    if found is None:
        return None
    return EntityDefinition(slot, found, {slot: ()} if found == "number" else {})


def synonyms_of(groups: Iterable[tuple[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    """{value: its synonyms}; a word that a value has already stays where it came first."""
    values: dict[str, list[str]] = {}
    owners: dict[str, str] = {}
    listed = [(owners.setdefault(phrase_key(value), value), list(words)) for value, words in groups]
    for value, words in listed:
        kept = values.setdefault(value, [])
        for word in words:
            if phrase_key(word) not in owners and phrase_key(word):
                owners[phrase_key(word)] = value
                kept.append(word)
    return {value: tuple(words) for value, words in values.items()}
