"""What a bot knows as rows: own rows join a training, built-in rows mirror the last one."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import uuid4

from chatbot_project.mongo.connections import Document, collection
from chatbot_project.mongo.transactions import Transaction

from .types import EntityDefinition, IntentDefinition, Mistake, Place, TrainingData, TrainingError
from .validation import slots_problem, values_problem

INTENTS, EXAMPLES, ENTITIES = "nlu_intent", "nlu_example", "nlu_entitytype"
_BUILT_IN, _OWN = "built-in", "own"


def with_own_rows(bot: str, data: TrainingData) -> TrainingData:
    """The data and what was added in the admin: examples, intents, entities, phrases out of scope."""
    own_intents = list(collection(INTENTS).find({"bot_id": bot, "source": _OWN}).sort("name"))
    phrases: defaultdict[str | None, list[str]] = defaultdict(list)
    for row in collection(EXAMPLES).find({"bot_id": bot, "source": _OWN}).sort("_id"):
        phrases[row["intent_id"]].append(row["text"])
    outside = (*data.out_of_scope, *phrases.pop(None, ()))
    intents = [
        replace(each, examples=(*each.examples, *phrases.pop(intent_id(bot, each.name), ()))) for each in data.intents
    ]
    intents += [
        IntentDefinition(row["name"], tuple(phrases.pop(row["_id"], ())), _own_slots(row), guarded=False)
        for row in own_intents
    ]
    return TrainingData(tuple(intents), (*data.entities, *_own_entities(bot)), outside)


def left_out(bot: str, data: TrainingData) -> list[str]:
    """Own phrases that `with_own_rows` has no place for: their intent is not offered (any more)."""
    own = [row["_id"] for row in collection(INTENTS).find({"bot_id": bot, "source": _OWN}, {"_id": 1})]
    known = [None, *own, *(intent_id(bot, each.name) for each in data.intents)]
    wanted = {"bot_id": bot, "source": _OWN, "intent_id": {"$nin": known}}
    return [row["text"] for row in collection(EXAMPLES).find(wanted, {"text": 1}).sort("text")]


def mirror(tx: Transaction, bot: str, data: TrainingData, titles: Mapping[str, str]) -> None:
    """Replace the built-in rows by the data as it came from the catalogue."""
    intents = [
        {
            "_id": intent_id(bot, each.name),
            "bot_id": bot,
            "name": each.name,
            "title": titles.get(each.name, ""),
            "slots": list(each.slots),
            "source": _BUILT_IN,
        }
        for each in data.intents
    ]
    examples = [
        _example(bot, intent_id(bot, each.name), phrase)
        for each in data.intents
        for phrase in dict.fromkeys(each.examples)
    ]
    examples += [_example(bot, None, phrase) for phrase in dict.fromkeys(data.out_of_scope)]
    entities = [_entity(bot, each) for each in data.entities]

    for name, documents in ((INTENTS, intents), (EXAMPLES, examples), (ENTITIES, entities)):
        _replace(tx, name, bot, documents)
    bot_touch(tx, bot)


def bot_touch(tx: Transaction, bot: str) -> None:
    """What the bot knows was changed: nobody goes on with what was cached of it."""
    collection("nlu_bot").update_one({"_id": bot}, {"$set": {"revision": str(uuid4())}}, session=tx.session)


def intent_id(bot: str, name: str) -> str:
    return f"{bot}:{name}"


def _replace(tx: Transaction, name: str, bot: str, documents: Sequence[Document]) -> None:
    rows = collection(name)
    rows.delete_many({"bot_id": bot, "source": _BUILT_IN}, session=tx.session)
    if documents:
        rows.insert_many(documents, session=tx.session)


def _own_entities(bot: str) -> list[EntityDefinition]:
    return [
        EntityDefinition(row["name"], row["kind"], _own_values(row), row["pattern"])
        for row in collection(ENTITIES).find({"bot_id": bot, "source": _OWN}).sort("name")
    ]


def _own_slots(row: Document) -> tuple[str, ...]:
    """Raises TrainingError: what a person wrote as JSON may be of any shape."""
    problem = slots_problem(row["slots"])
    if problem:
        raise TrainingError(mistakes=[Mistake(f"The intent {row['name']}: {problem}", (Place(row["name"]),))])
    return tuple(row["slots"])


def _own_values(row: Document) -> dict[str, tuple[str, ...]]:
    """Raises TrainingError."""
    problem = values_problem(row["values"])
    if problem:
        raise TrainingError(mistakes=[Mistake(f"The entity {row['name']}: {problem}", (Place(entity=row["name"]),))])
    return {value: tuple(words) for value, words in row["values"].items()}


def _example(bot: str, intent: str | None, phrase: str) -> Document:
    digest = hashlib.sha256(phrase.encode()).hexdigest()[:20]
    return {
        "_id": f"{intent or bot + ':'}:{digest}",
        "bot_id": bot,
        "intent_id": intent,
        "text": phrase,
        "source": _BUILT_IN,
    }


def _entity(bot: str, entity: EntityDefinition) -> Document:
    return {
        "_id": f"{bot}:{entity.name}",
        "bot_id": bot,
        "name": entity.name,
        "kind": entity.kind,
        "values": {value: list(words) for value, words in entity.values.items()},
        "pattern": entity.pattern,
        "source": _BUILT_IN,
    }
