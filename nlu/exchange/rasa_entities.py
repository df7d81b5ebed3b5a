"""Rasa's lookup tables, regular expressions and synonyms, which belong to no entity until all files are read.

An entity with a lookup table becomes a list, one with a regular expression a pattern, any other that phrases mark is
learned. An entity in a role is a slot of its own. Rasa's synonyms hold for all entities; they go to the lists that
have their value or one of their words.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from ..text import phrase_key
from ..types import EntityDefinition
from .collecting import Collector
from .content import FilePlace

Table = dict[str, tuple[FilePlace, list[str]]]
"""{name: (where it stands first, its examples)}"""


@dataclass
class RasaEntities:
    lookups: Table = field(default_factory=dict)
    patterns: Table = field(default_factory=dict)
    synonyms: Table = field(default_factory=dict)
    meant: defaultdict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """{slot: {marked words: the value that the annotation gives them}}"""
    places: dict[str, FilePlace] = field(default_factory=dict)
    """Where each slot is marked first."""
    bases: dict[str, str] = field(default_factory=dict)
    """{slot: the slot of its entity, without a role}"""
    meant_at: dict[str, FilePlace] = field(default_factory=dict)

    def add(self, table: Table, name: str, place: FilePlace, values: list[str]) -> None:
        table.setdefault(name, (place, []))[1].extend(values)

    def slot(self, entity: str, role: str | None, place: FilePlace, collector: Collector) -> str:
        """The slot of an entity in a role: one of its own, as slots of one kind are told apart by the words around."""
        base = collector.slot_name(entity, place)
        if role is None:
            self.bases.setdefault(base, base)
            return base
        slot = collector.slot_name(f"{base}_{role}", place)
        collector.note(f"the role {role} of {entity}: it is the slot {slot} here", place)
        self.bases[slot] = base
        return slot

    def settle(self, collector: Collector) -> None:
        """Make the entities known to the collector."""
        lookups = {collector.slot_name(name, found[0]): found for name, found in self.lookups.items()}
        patterns = {collector.slot_name(name, found[0]): found for name, found in self.patterns.items()}
        used: set[str] = set()
        slots = [slot for slot in collector.marked if slot in self.bases]
        for base, (place, words) in lookups.items():
            values = self._values(base, words, collector, used)
            if base in patterns:
                collector.note(f"the regex {base}: there is a lookup table of that name, which is taken", place)
            of_base = [slot for slot in slots if self.bases[slot] == base]
            for slot in of_base or [base]:
                collector.entity(EntityDefinition(slot, "list", values), place)
        for base, (place, expressions) in patterns.items():
            of_base = [slot for slot in slots if self.bases[slot] == base and base not in lookups]
            for slot in of_base:
                collector.entity(EntityDefinition(slot, "pattern", {}, _either(expressions)), place)
            if not of_base and base not in lookups:
                collector.note(f"the regex {base}: no phrase marks an entity of that name, so it is not taken", place)
        for slot in slots:
            if self.bases[slot] not in lookups and self.bases[slot] not in patterns:
                collector.entity(EntityDefinition(slot, "learned"), self.places[slot])
        self._leftovers(collector, used)

    def _values(self, base: str, words: list[str], collector: Collector, used: set[str]) -> dict[str, tuple[str, ...]]:
        """The table's words, and those that phrases mark in any role, each under the value that a synonym or a mark
        gives it."""
        slots = [slot for slot, owner in self.bases.items() if owner == base]
        marked = [word for slot in slots for word in collector.marked.get(slot, ())]
        values: dict[str, dict[str, None]] = {}
        taken: dict[str, str] = {}
        canonical = {phrase_key(word): value for value, (_, group) in self.synonyms.items() for word in group}
        given = {phrase_key(word): value for slot in slots for word, value in self.meant[slot].items()}
        for word in dict.fromkeys((*words, *marked)):
            value = given.get(phrase_key(word)) or canonical.get(phrase_key(word)) or word
            value = taken.setdefault(phrase_key(value), value)
            values.setdefault(value, {})
            if taken.setdefault(phrase_key(word), value) == value and word != value:
                values[value][word] = None
        for value, group in values.items():
            for word in self.synonyms.get(value, (None, []))[1]:
                if taken.setdefault(phrase_key(word), value) == value and word != value:
                    group[word] = None
            if value in self.synonyms:
                used.add(value)
        return {value: tuple(group) for value, group in values.items()}

    def _leftovers(self, collector: Collector, used: set[str]) -> None:
        for value, (place, _) in self.synonyms.items():
            if value not in used:
                collector.note(
                    f"the synonyms of {value}: no lookup table has them, and a learned value stays as it is said",
                    place,
                )
        for slot, words in self.meant.items():
            if slot in collector.entities and collector.entities[slot].definition.kind != "list":
                shown = ", ".join(f"{word} as {value}" for word, value in list(words.items())[:3])
                collector.note(
                    f"the values that marks of {slot} give ({shown}): only a list (a lookup table) keeps them",
                    self.meant_at[slot],
                )


def _either(expressions: list[str]) -> str:
    return expressions[0] if len(expressions) == 1 else "|".join(f"(?:{each})" for each in expressions)
