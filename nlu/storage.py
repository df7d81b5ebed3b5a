"""Bots, versions and artefacts in MongoDB, written and read with PyMongo: understanding never waits for the ORM."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import gridfs
import pymongo
from gridfs.errors import CorruptGridFile, NoFile
from pymongo import ReturnDocument
from pymongo.client_session import ClientSession

from chatbot_project.mongo.connections import Document, collection, database
from chatbot_project.mongo.transactions import Transaction

from . import artefacts
from .errors import ArtefactDamaged, ModelNotFound
from .model import Model, data_digest
from .types import NluModelView

BOTS, MODELS = "nlu_bot", "nlu_model"
_BUCKET = "nlu_artefact"
_CHECK_SECONDS = 1.0
# Longer than any training takes from its file to the row that refers to it.
_ORPHANED_AFTER = timedelta(days=1)


def active_model_id(bot: str) -> str | None:
    """Which version answers for a bot: one read by primary key that gives up after a second."""
    with pymongo.timeout(_CHECK_SECONDS):
        document = collection(BOTS).find_one({"_id": bot}, {"active_model_id": 1})
    return document.get("active_model_id") if document else None


def bot_find(bot: str, *fields: str) -> Document | None:
    """The bot's document, or only these fields of it; None when there is no such bot."""
    return collection(BOTS).find_one({"_id": bot}, dict.fromkeys(fields, 1) if fields else None)


def bots_all() -> list[Document]:
    return list(collection(BOTS).find().sort("_id"))


def bot_ensure(bot: str) -> Document:
    """The bot's document, made with default settings when there is none."""
    document = collection(BOTS).find_one_and_update(
        {"_id": bot},
        {
            "$setOnInsert": {
                "title": bot.replace("-", " ").capitalize(),
                "enabled": True,
                "groups": [],
                "all_parts": True,
                "parts": [],
                "tone": "plain",
                "greeting": "",
                "help_text": "",
                "threshold": None,
                "revision": str(uuid4()),
                "rejection_rate": 0.05,
                "active_model_id": None,
                "last_number": 0,
                "last_activation": 0,
            }
        },
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    assert document is not None  # noqa: S101 (an upsert returns what it made)
    return document


@dataclass(frozen=True)
class StoredFile:
    """An artefact in GridFS, to which nothing refers yet."""

    file_id: str
    digest: str
    size: int


def artefact_upload(bot: str, content: bytes) -> StoredFile:
    """Store an artefact; it is there for good before anything refers to it."""
    file_id = str(uuid4())
    _bucket().upload_from_stream_with_id(file_id, f"{bot}.npz", content)
    return StoredFile(file_id, artefacts.digest(content), len(content))


def model_insert(tx: Transaction, bot: str, model: Model, stored: StoredFile) -> str:
    """Make a version of a stored artefact, inactive; its id. Raises ModelNotFound when there is no such bot."""
    model_id = str(uuid4())
    counted = collection(BOTS).find_one_and_update(
        {"_id": bot}, {"$inc": {"last_number": 1}}, return_document=ReturnDocument.AFTER, session=tx.session
    )
    if counted is None:
        raise ModelNotFound(f"There is no bot {bot}.", field="bot")
    row: Document = {
        "_id": model_id,
        "bot_id": bot,
        "number": counted["last_number"],
        "digest": stored.digest,
        "data_digest": data_digest(model.data, model.encoder_id),
        "size": stored.size,
        "file_id": stored.file_id,
        "threshold": model.threshold,
        "metrics": model.metrics,
        "created_at": datetime.now(UTC),
        "activated_at": None,
        "damaged_at": None,
        "archived_at": None,
        "archive_problem": "",
        "archive_due_at": None,
    }
    collection(MODELS).insert_one(row, session=tx.session)
    return model_id


def model_load(model_id: str) -> Model:
    """Read a version's artefact and check it against its digest. Raises ModelNotFound, ArtefactDamaged."""
    return artefacts.load(artefact_read(model_document(model_id)))


def artefact_read(document: Document) -> bytes:
    """The file of a version, checked against its digest. Raises ArtefactDamaged; then it is written down, so that a
    background worker brings the archive's copy."""
    number = document["number"]
    try:
        content = _bucket().open_download_stream(document["file_id"]).read()
        if artefacts.digest(content) == document["digest"]:
            return content
        problem = f"The file of version {number} is not what was stored; train again."
    except NoFile:
        problem = f"The file of version {number} is gone; train again."
    except CorruptGridFile as error:
        problem = f"The file of version {number} is damaged ({error}); train again."
    unknown = {"_id": document["_id"], "file_id": document["file_id"], "damaged_at": None}
    found = {"$set": {"damaged_at": datetime.now(UTC), "archive_due_at": None}}
    collection(MODELS).update_one(unknown, found)
    raise ArtefactDamaged(problem)


def artefact_delete(file_id: str) -> None:
    """Remove a file to which nothing refers; nothing happens when it is gone already."""
    with suppress(NoFile):
        _bucket().delete(file_id)


def artefacts_tidy() -> int:
    """Remove files to which no version refers, left by trainings that were lost at the end; how many."""
    old = {"uploadDate": {"$lt": datetime.now(UTC) - _ORPHANED_AFTER}}
    files = {each["_id"] for each in collection(f"{_BUCKET}.files").find(old, {"_id": 1})}
    kept = {each["file_id"] for each in collection(MODELS).find({}, {"file_id": 1})}
    for file_id in files - kept:
        artefact_delete(file_id)
    return len(files - kept)


def model_view(model_id: str) -> NluModelView:
    document = model_document(model_id)
    return as_view(document, active_model_id(document["bot_id"]))


def as_view(document: dict[str, Any], active_id: str | None) -> NluModelView:
    return NluModelView(
        id=document["_id"],
        bot=document["bot_id"],
        number=document["number"],
        digest=document["digest"],
        data_digest=document["data_digest"],
        size=document["size"],
        threshold=document["threshold"],
        metrics=document["metrics"],
        created_at=document["created_at"],
        active=document["_id"] == active_id,
    )


def model_document(model_id: str, session: ClientSession | None = None) -> Document:
    """A version's row. Raises ModelNotFound."""
    document = collection(MODELS).find_one({"_id": model_id}, session=session)
    if document is None:
        raise ModelNotFound(f"There is no trained version {model_id}.", field="model_id")
    return document


def _bucket() -> gridfs.GridFSBucket:
    return gridfs.GridFSBucket(database(), bucket_name=_BUCKET)
