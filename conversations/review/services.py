"""Deciding about a message: make it a training phrase, or dismiss it. Each is one transaction, and says who did it."""

from datetime import UTC, datetime

from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction, run_transaction
from nlu.annotations import Marked, as_said, mark, read_marked
from nlu.examples import example_add
from nlu.selectors import intent_slots
from nlu.types import Person

from ..documents import turns
from ..errors import InvalidFrame, NotFound
from .doubts import REASONS
from .queue import REVIEWS, Waiting, waiting_get
from .secrets import looks_secret

LEARNED, DISMISSED = "learned", "dismissed"


def message_learn(*, turn_id: str, intent: str | None, text: str | None = None, by: Person) -> str:
    """Make a message a training phrase of the intent (None: out of scope); the phrase as it was stored.

    `text` is the phrase with its marks; without one it is taken as it was understood, marked with the slots that the
    intent has. The next training takes it in. Doing it again changes nothing. Raises NotFound, InvalidFrame for what
    looks like a secret, and nlu's ExampleRefused with where the phrase stands already or what else is wrong.
    """

    def body(tx: Transaction) -> str:
        entry = _entry(turn_id)
        phrase = text if text is not None else suggested_for(entry, intent)
        if looks_secret(as_said(phrase)):
            raise InvalidFrame(
                "This looks as if there were a secret in it, and training phrases are kept and shown. Write other "
                "words, or {slot}, in its place.",
                field="text",
            )
        example_id = example_add(bot=entry.bot, intent=intent, text=phrase, tx=tx)
        _decide(tx, entry, by, {"decision": LEARNED, "intent": intent or "", "example_id": example_id})
        return phrase

    return run_transaction(body)


def message_dismiss(*, turn_id: str, by: Person) -> None:
    """Say that there is nothing to learn from a message, nor from others that are the same phrase. Raises NotFound."""

    def body(tx: Transaction) -> None:
        _decide(tx, _entry(turn_id), by, {"decision": DISMISSED, "intent": "", "example_id": ""})

    run_transaction(body)


def suggested_for(entry: Waiting, intent: str | None) -> str:
    """The entry's phrase with the marks that the intent has slots for."""
    slots = intent_slots(bot=entry.bot).get(intent or "", ())
    said, marked = read_marked(entry.suggested)
    return mark(said, tuple(Marked(each.slot, each.start, each.end) for each in marked if each.slot in slots))


def _entry(turn_id: str) -> Waiting:
    found = waiting_get(turn_id)
    if found is None:
        raise NotFound("This message is not there any more, so there is nothing to decide.", field="turn_id")
    return found


def _decide(tx: Transaction, entry: Waiting, by: Person, what: dict[str, str]) -> None:
    now = datetime.now(UTC)
    row = {"bot": entry.bot, "by": {"id": by.id, "name": by.name}, "at": now, **what}
    collection(REVIEWS).replace_one({"_id": entry.key}, row, upsert=True, session=tx.session)
    turn = turns().find_one({"_id": entry.turn_id}, {"text": 1, "bot": 1}, session=tx.session)
    if turn is not None:
        same = {"bot": turn["bot"], "doubts": {"$in": list(REASONS)}, "text": turn["text"]}
        turns().update_many({"$or": [{"_id": entry.turn_id}, same]}, {"$set": {"reviewed_at": now}}, session=tx.session)
