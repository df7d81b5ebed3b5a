"""Bots, versions and artefacts in MongoDB, written and read with PyMongo: understanding never waits for the ORM."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import gridfs
import pymongo
from gridfs.errors import CorruptGridFile, NoFile
from pymongo import ReturnDocument

from chatbot_project.mongo.connections import Document, collection, database

from . import artefacts
from .errors import ArtefactDamaged, ModelNotFound
from .model import Model, data_digest
from .types import NluModelView

BOTS, MODELS = "nlu_bot", "nlu_model"
_BUCKET = "nlu_artefact"
_CHECK_SECONDS = 1.0


def active_model_id(bot: str) -> str | None:
    """Which version answers for a bot: one read by primary key that gives up after a second."""
    with pymongo.timeout(_CHECK_SECONDS):
        document = collection(BOTS).find_one({"_id": bot}, {"active_model_id": 1})
    return document.get("active_model_id") if document else None


def bot_ensure(bot: str) -> Document:
    """The bot's document, made with default settings when there is none."""
    document = collection(BOTS).find_one_and_update(
        {"_id": bot},
        {
            "$setOnInsert": {
                "title": bot.replace("-", " ").capitalize(),
                "rejection_rate": 0.05,
                "active_model_id": None,
                "last_number": 0,
            }
        },
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    assert document is not None  # noqa: S101 (an upsert returns what it made)
    return document


def model_store(bot: str, model: Model) -> str:
    """Store a trained version, inactive; its id. The artefact is there before anything refers to it."""
    content = artefacts.dump(model)
    model_id, file_id = str(uuid4()), str(uuid4())
    _bucket().upload_from_stream_with_id(file_id, f"{bot}-{model_id}.npz", content)
    counted = collection(BOTS).find_one_and_update(
        {"_id": bot}, {"$inc": {"last_number": 1}}, return_document=ReturnDocument.AFTER
    )
    if counted is None:
        raise ModelNotFound(f"There is no bot {bot}.", field="bot")
    collection(MODELS).insert_one(
        {
            "_id": model_id,
            "bot_id": bot,
            "number": counted["last_number"],
            "digest": artefacts.digest(content),
            "data_digest": data_digest(model.data, model.encoder_id),
            "size": len(content),
            "file_id": file_id,
            "threshold": model.threshold,
            "metrics": model.metrics,
            "created_at": datetime.now(UTC),
            "activated_at": None,
        }
    )
    return model_id


def model_load(model_id: str) -> Model:
    """Read a version's artefact and check it against its digest. Raises ModelNotFound, ArtefactDamaged."""
    document = _document(model_id)
    try:
        content = _bucket().open_download_stream(document["file_id"]).read()
    except NoFile as error:
        raise ArtefactDamaged(f"The file of version {document['number']} is gone; train again.") from error
    except CorruptGridFile as error:
        raise ArtefactDamaged(f"The file of version {document['number']} is damaged ({error}); train again.") from error
    if artefacts.digest(content) != document["digest"]:
        raise ArtefactDamaged(f"The file of version {document['number']} is not what was stored; train again.")
    return artefacts.load(content)


def model_activate(model_id: str) -> None:
    document = _document(model_id)
    collection(MODELS).update_one({"_id": model_id}, {"$set": {"activated_at": datetime.now(UTC)}})
    collection(BOTS).update_one({"_id": document["bot_id"]}, {"$set": {"active_model_id": model_id}})


def model_view(model_id: str) -> NluModelView:
    document = _document(model_id)
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


def _document(model_id: str) -> Document:
    document = collection(MODELS).find_one({"_id": model_id})
    if document is None:
        raise ModelNotFound(f"There is no trained version {model_id}.", field="model_id")
    return document


def _bucket() -> gridfs.GridFSBucket:
    return gridfs.GridFSBucket(database(), bucket_name=_BUCKET)
