"""Gathering what files of another framework hold, said in our words; what we have no place for is noted by name."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..annotations import Marked, as_said, mark, read_marked
from ..expansion import PLACEHOLDER
from ..text import phrase_key
from ..types import EntityDefinition
from ..validation import MAXIMUM_PHRASE, definition_mistakes
from .content import Content, EntityItem, FilePlace, IntentItem, Note, Phrase

MAXIMUM_PHRASES = 30_000
MAXIMUM_NAME = 120
MAXIMUM_ENTITY_NAME = 63
MAXIMUM_PATTERN = 500


@dataclass
class _Intent:
    place: FilePlace
    title: str = ""
    slots: dict[str, None] = field(default_factory=dict)
    phrases: list[Phrase] = field(default_factory=list)


class Collector:
    """Phrases are kept in the order of the files, each once."""

    def __init__(self) -> None:
        self.intents: dict[str, _Intent] = {}
        self.entities: dict[str, EntityItem] = {}
        self._outside: list[Phrase] = []
        self._notes: dict[str, tuple[FilePlace, int]] = {}
        self._owners: dict[str, tuple[str | None, Phrase]] = {}
        self.marked: defaultdict[str, dict[str, None]] = defaultdict(dict)
        """{slot: the words that are marked as its values}"""

    def intent(self, name: str, place: FilePlace, *, title: str = "", slots: Sequence[str] = ()) -> None:
        """Make the intent known; it may be named again."""
        name_check(name, place)
        found = self.intents.setdefault(name, _Intent(place))
        found.title = found.title or title
        found.slots |= dict.fromkeys(slots)

    def spoken(self, intent: str | None, text: str, spans: Sequence[Marked], place: FilePlace) -> None:
        """A phrase as people say it, with the spans of its values. One that our format cannot hold is noted."""
        reads_as_mark = any(read_marked(part)[1] for part in _between(text, spans))
        if "{" in text or "}" in text or reads_as_mark or any(set("[]") & set(text[m.start : m.end]) for m in spans):
            self.note("phrases with { }, [ ]( ) or brackets in a value: they would be read as marks; left out", place)
            return
        self.phrase(intent, " ".join(mark(text, tuple(spans)).split()), place)

    def phrase(self, intent: str | None, text: str, place: FilePlace, *, is_ours: bool = False) -> None:
        """A phrase as our format writes it; `intent` None: out of scope."""
        if not phrase_key(as_said(text)):
            self._unusable("is empty", text, place, is_ours)
        elif len(text) > MAXIMUM_PHRASE:
            self._unusable(f"is longer than {MAXIMUM_PHRASE:,} characters", text, place, is_ours)
        else:
            self._keep(intent, Phrase(text, place), is_ours)

    def entity(self, definition: EntityDefinition, place: FilePlace) -> None:
        if len(definition.pattern) > MAXIMUM_PATTERN:
            place.refuse(f"the pattern of {definition.name} is longer than {MAXIMUM_PATTERN} characters.")
        for mistake in definition_mistakes(definition):
            place.refuse(mistake)
        before = self.entities.get(definition.name)
        if before is not None and before.definition != definition:
            place.refuse(f"the entity {definition.name} is defined differently at {before.place}; keep one of them.")
        self.entities.setdefault(definition.name, EntityItem(definition, place))

    def note(self, text: str, place: FilePlace) -> None:
        first, count = self._notes.get(text, (place, 0))
        self._notes[text] = (first, count + 1)

    def slot_name(self, name: str, place: FilePlace) -> str:
        """The name as a slot of ours may be called."""
        slot = re.sub(r"\W+", "_", name).strip("_")[:MAXIMUM_ENTITY_NAME]
        if not slot:
            place.refuse(f"the entity name {name!r} has no letters in it.")
        if slot != name:
            self.note(f"the entity {name} is called {slot} here", place)
        return slot

    def content(self, format_name: str) -> Content:
        """Everything, checked as a whole. Slots that phrases use belong to their intent."""
        return Content(
            intents=tuple(self._intent_item(name, each) for name, each in self.intents.items()),
            entities=tuple(self.entities.values()),
            out_of_scope=tuple(self._outside),
            notes=tuple(
                Note(text if count == 1 else f"{text} ({count} times, first here)", place)
                for text, (place, count) in self._notes.items()
            ),
            format=format_name,
        )

    def _intent_item(self, name: str, intent: _Intent) -> IntentItem:
        used = {slot: None for phrase in intent.phrases for slot in slots_in(phrase.text)}
        return IntentItem(name, intent.title, tuple(intent.slots | used), tuple(intent.phrases), intent.place)

    def _keep(self, intent: str | None, phrase: Phrase, is_ours: bool) -> None:
        owner, first = self._owners.setdefault(phrase_key(as_said(phrase.text)), (intent, phrase))
        if first is not phrase:
            self._twice(owner, first, intent, phrase, is_ours)
            return
        if len(self._owners) > MAXIMUM_PHRASES:
            phrase.place.refuse(f"there are more than {MAXIMUM_PHRASES:,} phrases; import them in parts.")
        said, marked = read_marked(phrase.text)
        for each in marked:
            self.marked[each.slot][said[each.start : each.end]] = None
        (self.intents[intent].phrases if intent is not None else self._outside).append(phrase)

    def _twice(self, owner: str | None, first: Phrase, intent: str | None, phrase: Phrase, is_ours: bool) -> None:
        """Other frameworks let a phrase stand in two intents; the first one keeps it, and that is said."""
        if owner == intent:
            self.note("phrases that stand twice in one intent: kept once", phrase.place)
            return
        where = f"under {owner}" if owner else "out of scope"
        said = f"the phrase {phrase.text!r} stands {where} already, at {first.place}"
        if is_ours:
            phrase.place.refuse(f"{said}; keep it in one of them.")
        self.note(f"{said}; it is left out under {intent or 'out of scope'}", phrase.place)

    def _unusable(self, why: str, text: str, place: FilePlace, is_ours: bool) -> None:
        if is_ours:
            place.refuse(f"the phrase {text[:60]!r} {why}.")
        self.note(f"a phrase that {why}: left out", place)


def slots_in(phrase: str) -> list[str]:
    return [*(each.slot for each in read_marked(phrase)[1]), *PLACEHOLDER.findall(phrase)]


def name_check(name: str, place: FilePlace) -> None:
    if len(name) > MAXIMUM_NAME or "\n" in name or name != name.strip():
        place.refuse(
            f"the intent name {name[:40]!r} must be one line of up to {MAXIMUM_NAME} characters, with no space around."
        )


def _between(text: str, spans: Sequence[Marked]) -> list[str]:
    at, parts = 0, []
    for each in spans:
        parts.append(text[at : each.start])
        at = each.end
    return [*parts, text[at:]]
