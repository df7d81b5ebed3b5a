"""What an import would do to a bot's own rows, row by row and why. Pure: rows in, changes and writes out."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .annotations import as_said
from .exchange import Content, EntityItem, IntentItem, Phrase
from .exchange.collecting import slots_in
from .text import phrase_key
from .types import EntityDefinition, IntentDefinition, TrainingData, TrainingError
from .validation import validate

Document = dict[str, Any]
OWN, BUILT_IN = "own", "built-in"
INTENTS, EXAMPLES, ENTITIES = "nlu_intent", "nlu_example", "nlu_entitytype"
ADD, CHANGE, REMOVE, SKIP, SAME = "add", "change", "remove", "skip", "same"

_OF_THE_CATALOGUE = ("blueprint.", "action.", "base.")


@dataclass(frozen=True)
class Change:
    action: str
    """add, change, remove, skip (not taken, and `why` says it) or same"""
    kind: str
    """intent, phrase, phrase out of scope or entity"""
    name: str
    why: str = ""
    place: str = ""


@dataclass(frozen=True)
class ImportPlan:
    bot: str
    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    """What the files have and we have not, each with its place."""
    warnings: tuple[str, ...]
    """What the next training would refuse."""
    writes: tuple[tuple[str, str, Document | None], ...]
    """(collection, id, document); None deletes."""
    format: str = ""

    def counts(self) -> dict[str, int]:
        found = dict.fromkeys((ADD, CHANGE, REMOVE, SKIP, SAME), 0)
        for each in self.changes:
            found[each.action] += 1
        return found

    def of(self, action: str) -> list[Change]:
        return [each for each in self.changes if each.action == action]

    @property
    def digest(self) -> str:
        """Two plans with the same digest do the same."""
        text = json.dumps(sorted(self.writes, key=lambda each: each[:2]), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Rows:
    """Everything a bot has, as it is stored: {id: document}."""

    intents: dict[str, Document] = field(default_factory=dict)
    examples: dict[str, Document] = field(default_factory=dict)
    entities: dict[str, Document] = field(default_factory=dict)

    def table(self, name: str) -> dict[str, Document]:
        return {INTENTS: self.intents, EXAMPLES: self.examples, ENTITIES: self.entities}[name]


def import_plan(bot: str, content: Content, rows: Rows, *, replace: bool = False) -> ImportPlan:
    """With `replace` the bot's own rows become what the files say; without, nothing of them is taken away.

    Raises ImportRefused for a phrase that needs an entity which neither the files nor the bot have.
    """
    planner = _Planner(bot, content, rows)
    if replace:
        planner.removals()
    for entity in content.entities:
        planner.entity(entity, replace=replace)
    for intent in content.intents:
        planner.intent(intent, replace=replace)
    for phrase in content.out_of_scope:
        planner.phrase(None, "", phrase)
    notes = tuple(f"{each.place}: {each.text}" for each in content.notes)
    writes = tuple((name, key, document) for (name, key), document in planner.writes.items())
    return ImportPlan(bot, tuple(planner.changes), notes, _warnings(planner.rows), writes, content.format)


def own_example_id(bot: str, text: str) -> str:
    """The id of an own phrase: the same for every way of writing it, so that nobody stores it twice."""
    return f"own:{bot}:{hashlib.sha256(phrase_key(as_said(text)).encode()).hexdigest()[:32]}"


def example_document(bot: str, intent_id: str | None, text: str) -> Document:
    return {"bot_id": bot, "intent_id": intent_id, "text": text, "source": OWN}


def place_of_phrase(rows: Rows, text: str) -> Document | None:
    """The example of a bot that is this phrase already."""
    key = phrase_key(as_said(text))
    return next((each for each in rows.examples.values() if phrase_key(as_said(each["text"])) == key), None)


class _Planner:
    """`rows` are what the bot will have; they change as the plan grows."""

    def __init__(self, bot: str, content: Content, rows: Rows) -> None:
        self._bot, self._content = bot, content
        self.rows = Rows(dict(rows.intents), dict(rows.examples), dict(rows.entities))
        self.changes: list[Change] = []
        self.writes: dict[tuple[str, str], Document | None] = {}
        self._intent_ids = {each["name"]: key for key, each in rows.intents.items()}
        self._entity_ids = {each["name"]: key for key, each in rows.entities.items()}
        self._phrases = {phrase_key(as_said(each["text"])): key for key, each in rows.examples.items()}

    def removals(self) -> None:
        """Own rows that the files do not have."""
        said = {phrase_key(as_said(each.text)): i.name for i in self._content.intents for each in i.phrases}
        said |= {phrase_key(as_said(each.text)): "" for each in self._content.out_of_scope}
        for key, row in _own(self.rows.examples):
            intent = self._name(row["intent_id"])
            if said.get(phrase_key(as_said(row["text"]))) != intent:
                self._remove(EXAMPLES, key, _kind(row["intent_id"]), row["text"], intent)
                self._phrases.pop(phrase_key(as_said(row["text"])), None)
        named = {each.name for each in self._content.intents}
        for key, row in _own(self.rows.intents):
            if row["name"] not in named:
                self._remove(INTENTS, key, "intent", row["name"])
                del self._intent_ids[row["name"]]
        defined = {each.definition.name for each in self._content.entities}
        for key, row in _own(self.rows.entities):
            if row["name"] not in defined:
                self._remove(ENTITIES, key, "entity", row["name"])
                del self._entity_ids[row["name"]]

    def entity(self, item: EntityItem, *, replace: bool) -> None:
        name, place = item.definition.name, str(item.place)
        key = self._entity_ids.get(name)
        before = self.rows.entities[key] if key is not None else None
        fresh = _entity_document(self._bot, item.definition)
        if before is None:
            self._entity_ids[name] = f"own:{self._bot}:{name}"
            self._store(ENTITIES, self._entity_ids[name], fresh, Change(ADD, "entity", name, place=place))
        elif before["source"] == BUILT_IN:
            why = "" if _same_entity(before, fresh) else "is built in as something else, and built-in ones stay"
            self.changes.append(Change(SKIP if why else SAME, "entity", name, why, place))
        elif not replace and (before["kind"], before["pattern"]) != (fresh["kind"], fresh["pattern"]):
            why = f"is a {before['kind']} here and another in the file; replace the bot's own data to take the file's"
            self.changes.append(Change(SKIP, "entity", name, why, place))
        else:
            values = fresh["values"] if replace else _merged(before["values"], fresh["values"])
            self._update(ENTITIES, str(key), {**before, **fresh, "values": values}, ("entity", name, place))

    def intent(self, item: IntentItem, *, replace: bool) -> None:
        key = self._intent_ids.get(item.name)
        if key is None and item.name.startswith(_OF_THE_CATALOGUE):
            why = f"the catalogue, to which such names belong, has none here; its {len(item.phrases)} phrases stay out"
            self.changes.append(Change(SKIP, "intent", item.name, why, str(item.place)))
            return
        if key is None:
            key = self._intent_ids[item.name] = f"own:{self._bot}:{item.name}"
            change = Change(ADD, "intent", item.name, place=str(item.place))
            self._store(INTENTS, key, _intent_document(self._bot, item), change)
        elif self.rows.intents[key]["source"] == OWN:
            before = self.rows.intents[key]
            slots = list(item.slots) if replace else list(dict.fromkeys((*before["slots"], *item.slots)))
            after = {**before, "slots": slots, "title": item.title or ("" if replace else before["title"])}
            self._update(INTENTS, key, after, ("intent", item.name, str(item.place)))
        for phrase in item.phrases:
            self.phrase(key, item.name, phrase)

    def phrase(self, intent_id: str | None, intent: str, phrase: Phrase) -> None:
        self._slots_check(phrase)
        key = phrase_key(as_said(phrase.text))
        found, kind, place = self._phrases.get(key), _kind(intent_id), str(phrase.place)
        if found is None:
            self._phrases[key] = own_example_id(self._bot, phrase.text)
            document = example_document(self._bot, intent_id, phrase.text)
            self._store(EXAMPLES, self._phrases[key], document, Change(ADD, kind, phrase.text, intent, place))
            return
        before = self.rows.examples[found]
        if before["intent_id"] != intent_id:
            why = f"stands {where(self._name(before['intent_id']))} already, and belongs to one place only"
            self.changes.append(Change(SKIP, kind, phrase.text, why, place))
        elif before["source"] == OWN:
            self._update(EXAMPLES, found, {**before, "text": phrase.text}, (kind, phrase.text, place))
        else:
            is_same = before["text"] == phrase.text
            why = "" if is_same else f"is built in as {before['text']!r}, and built-in ones stay"
            self.changes.append(Change(SAME if is_same else SKIP, kind, phrase.text, why, place))

    def _slots_check(self, phrase: Phrase) -> None:
        for slot in slots_in(phrase.text):
            if slot not in self._entity_ids:
                phrase.place.refuse(
                    f"the phrase {phrase.text!r} has a {slot}, and neither the files nor the bot has an entity of that "
                    "name; define it under entities."
                )

    def _store(self, table: str, key: str, document: Document, change: Change) -> None:
        self.rows.table(table)[key] = self.writes[table, key] = {"_id": key, **document}
        self.changes.append(change)

    def _update(self, table: str, key: str, after: Document, about: tuple[str, str, str]) -> None:
        before = self.rows.table(table)[key]
        kind, name, place = about
        if before == after:
            self.changes.append(Change(SAME, kind, name, place=place))
            return
        differs = [part for part in after if before.get(part) != after[part]]
        why = f"was {before['text']!r}" if differs == ["text"] else f"other {', '.join(differs)}"
        self._store(table, key, after, Change(CHANGE, kind, name, why, place))

    def _remove(self, table: str, key: str, kind: str, name: str, why: str = "") -> None:
        del self.rows.table(table)[key]
        self.writes[table, key] = None
        self.changes.append(Change(REMOVE, kind, name, why))

    def _name(self, intent_id: str | None) -> str:
        """The intent's name; empty for out of scope."""
        found = self.rows.intents.get(intent_id) if intent_id is not None else None
        return str(found["name"]) if found is not None else (intent_id or "")


def where(intent: str) -> str:
    return f"under {intent}" if intent else "among the phrases that are out of scope"


def _own(table: Mapping[str, Document]) -> list[tuple[str, Document]]:
    return [(key, row) for key, row in table.items() if row["source"] == OWN]


def _kind(intent_id: str | None) -> str:
    return "phrase" if intent_id is not None else "phrase out of scope"


def _intent_document(bot: str, item: IntentItem) -> Document:
    return {"bot_id": bot, "name": item.name, "title": item.title, "slots": list(item.slots), "source": OWN}


def _entity_document(bot: str, definition: EntityDefinition) -> Document:
    values = {value: list(words) for value, words in definition.values.items()}
    about = {"kind": definition.kind, "values": values, "pattern": definition.pattern}
    return {"bot_id": bot, "name": definition.name, **about, "source": OWN}


def _same_entity(before: Document, fresh: Document) -> bool:
    return all(before[part] == fresh[part] for part in ("kind", "values", "pattern"))


def _merged(before: Mapping[str, Sequence[str]], fresh: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """All words of both; a word that stood for a value already goes on standing for it."""
    owners = {phrase_key(word): value for value, words in before.items() for word in (value, *words)}
    merged = {value: list(words) for value, words in before.items()}
    for value, words in fresh.items():
        owner = owners.setdefault(phrase_key(value), value)
        kept = merged.setdefault(owner, [])
        kept += [word for word in words if owners.setdefault(phrase_key(word), owner) == owner and word not in kept]
    return merged


def _warnings(rows: Rows) -> tuple[str, ...]:
    """Before the first training there are no built-in rows, and nothing can be said."""
    if not any(each["source"] == BUILT_IN for each in rows.intents.values()):
        return ()
    try:
        validate(training_data_of(rows))
    except TrainingError as error:
        return tuple(error.detail.split("\n"))
    return ()


def training_data_of(rows: Rows) -> TrainingData:
    phrases: defaultdict[str | None, list[str]] = defaultdict(list)
    for row in rows.examples.values():
        phrases[row["intent_id"]].append(row["text"])
    return TrainingData(
        tuple(
            IntentDefinition(row["name"], tuple(phrases[key]), tuple(row["slots"])) for key, row in rows.intents.items()
        ),
        tuple(
            EntityDefinition(row["name"], row["kind"], {v: tuple(w) for v, w in row["values"].items()}, row["pattern"])
            for row in rows.entities.values()
        ),
        tuple(phrases[None]),
    )
