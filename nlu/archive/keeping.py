"""Archiving a version and restoring one. Any process with the archive's keys may do both, again and again."""

import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from chatbot_project.mongo.connections import Document, collection

from .. import artefacts, storage
from ..errors import ArtefactDamaged
from .base import Archive, ArchiveAway

logger = logging.getLogger(__name__)

_LONGEST_PROBLEM = 300
_HOPELESS_FOR = timedelta(days=1)


class Kept(StrEnum):
    """What became of it."""

    ARCHIVED = "archived"
    RESTORED = "restored"
    AS_IT_WAS = "as it was"
    PROBLEM = "problem"


def model_keep(model_id: str, archive: Archive) -> Kept:
    """Restore the version if its file is damaged, archive it if it was not yet. A problem is written down for people,
    and it is tried again. Raises ModelNotFound."""
    model = storage.model_document(model_id)
    try:
        if model.get("damaged_at") is None and model.get("archived_at") is None:
            return _archive(model, archive)
        return _restore(model, archive) if model.get("damaged_at") is not None else Kept.AS_IT_WAS
    except ArchiveAway as error:
        return _problem(model, error, {})
    except ArtefactDamaged as error:
        # Time does not mend it; somebody may.
        return _problem(model, error, {"archive_due_at": datetime.now(UTC) + _HOPELESS_FOR})


def archive_key(model: Document) -> str:
    """A version's name in the archive, for good."""
    return f"models/{model['bot_id']}/{model['number']:06d}-{model['_id']}.npz"


def archive_forget() -> int:
    """The archive is a new, empty one: have everything archived again. How many versions that are."""
    forgotten = {"$set": {"archived_at": None, "archive_due_at": None}}
    return collection(storage.MODELS).update_many({"archived_at": {"$ne": None}}, forgotten).modified_count


def model_check(model_id: str, archive: Archive) -> None:
    """Read the version's file, and its copy; what is not what was stored is written down for `model_keep`. Raises
    ModelNotFound, ArchiveAway."""
    model = storage.model_document(model_id)
    with suppress(ArtefactDamaged):
        storage.artefact_read(model)
    if model.get("archived_at") is None:
        return
    copy = archive.get(archive_key(model), model["size"])
    if copy is None or artefacts.digest(copy) != model["digest"]:
        _note(model, {"archived_at": None, "archive_due_at": None})


def _archive(model: Document, archive: Archive) -> Kept:
    archive.put(archive_key(model), storage.artefact_read(model))
    _note(model, {"archived_at": datetime.now(UTC), "archive_problem": ""})
    return Kept.ARCHIVED


def _restore(model: Document, archive: Archive) -> Kept:
    content = archive.get(archive_key(model), model["size"])
    if content is None:
        raise ArtefactDamaged("Its file is damaged, and it is not in the archive; train again.")
    if artefacts.digest(content) != model["digest"]:
        raise ArtefactDamaged("Its file is damaged, and the archive's copy is not what was stored; train again.")
    stored = storage.artefact_upload(model["bot_id"], content)
    whole = {"file_id": stored.file_id, "damaged_at": None, "archive_problem": ""}
    if not _note(model, whole):
        storage.artefact_delete(stored.file_id)
        return Kept.AS_IT_WAS
    storage.artefact_delete(model["file_id"])
    return Kept.RESTORED


def _problem(model: Document, error: Exception, changes: Document) -> Kept:
    said = {"version": model["number"], "bot": model["bot_id"]}
    logger.warning("a version could not be archived or restored: %s", error, extra=said)
    _note(model, {"archive_problem": str(error)[:_LONGEST_PROBLEM], **changes})
    return Kept.PROBLEM


def _note(model: Document, changes: Document) -> bool:
    """Whether its file was still the one that was looked at."""
    wanted = {"_id": model["_id"], "file_id": model["file_id"]}
    return collection(storage.MODELS).update_one(wanted, {"$set": changes}).matched_count == 1
