"""Which version answers for a bot, and the history of it. Only this module writes `active_model_id`."""

from dataclasses import asdict
from datetime import UTC, datetime

from pymongo.collection import Collection

from chatbot_project.mongo.connections import Document, collection
from chatbot_project.mongo.transactions import Transaction, run_transaction

from . import proving, storage
from .errors import ModelNotFound, VersionChanged
from .types import Person

ACTIVATIONS = "nlu_activation"
ACTIVATED, ROLLED_BACK = "activated", "rolled back"


def activate(tx: Transaction, model_id: str, by: Person) -> None:
    """Let a version answer from the commit on; nothing happens when it does already. Raises ModelNotFound."""
    model = storage.model_document(model_id, tx.session)
    bot = _bot(tx, model["bot_id"])
    if bot["active_model_id"] != model_id:
        _switch(tx, bot, model_id, by, kind=ACTIVATED, before=_current(bot))


def roll_back(*, bot: str, by: Person, from_model_id: str | None = None) -> str:
    """Let the version answer again that did before the active one; its id. With `from_model_id` only if that one is
    still active. Raises ModelNotFound (there is none before), VersionChanged, ArtefactDamaged, EncoderMissing."""
    target = version_before(bot)
    if target is None:
        raise ModelNotFound(f"No version answered for the bot {bot} before this one.", field="bot")
    proving.prove(storage.model_load(target["model_id"]))
    seen = from_model_id or storage.active_model_id(bot)

    def body(tx: Transaction) -> None:
        row = _bot(tx, bot)
        if row["active_model_id"] != seen or version_before(bot, row) != target:
            raise VersionChanged(f"Another version answers for the bot {bot} by now. Look again.", field="bot")
        _switch(tx, row, target["model_id"], by, kind=ROLLED_BACK, before=target["before_id"])

    run_transaction(body)
    return str(target["model_id"])


def version_before(bot: str, row: Document | None = None) -> Document | None:
    """The activation that rolling back would repeat."""
    row = row or collection(storage.BOTS).find_one({"_id": bot})
    current = activations().find_one({"_id": _current(row)}) if row else None
    return activations().find_one({"_id": current["before_id"]}) if current and current["before_id"] else None


def activations() -> Collection[Document]:
    return collection(ACTIVATIONS)


def _switch(tx: Transaction, bot: Document, model_id: str, by: Person, *, kind: str, before: str | None) -> None:
    now, number = datetime.now(UTC), bot.get("last_activation", 0) + 1
    # First: of two transactions that read the same bot, the later one is begun again here.
    changed = {"$set": {"active_model_id": model_id, "last_activation": number}}
    collection(storage.BOTS).update_one({"_id": bot["_id"]}, changed, session=tx.session)
    activations().insert_one(
        {
            "_id": _activation_id(bot["_id"], number),
            "bot_id": bot["_id"],
            "number": number,
            "model_id": model_id,
            "before_id": before,
            "kind": kind,
            "by": asdict(by),
            "at": now,
        },
        session=tx.session,
    )
    collection(storage.MODELS).update_one({"_id": model_id}, {"$set": {"activated_at": now}}, session=tx.session)


def _current(bot: Document) -> str | None:
    number = bot.get("last_activation", 0)
    return _activation_id(bot["_id"], number) if number else None


def _activation_id(bot: str, number: int) -> str:
    return f"{bot}:{number:06d}"


def _bot(tx: Transaction, bot: str) -> Document:
    row = collection(storage.BOTS).find_one({"_id": bot}, session=tx.session)
    if row is None:
        raise ModelNotFound(f"There is no bot {bot}.", field="bot")
    return row
