"""What a preparation was made from: when nothing of it has changed, it is not made again."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from chatbot_project.mongo.connections import collection
from nlu.encoder.files import encoder_id, is_made

from .state import PROJECT

_COLLECTION = "devstack_preparation"

SOURCES = {
    "migrations": (
        "**/migrations/*.py",
        "chatbot_project/contrib_migrations/**/*.py",
        "chatbot_project/mongo/engine/*.py",
    ),
    "model": (
        *("nlu/**/*.py", "nlu/**/*.yaml", "nlu/**/*.json", "nlu/**/*.txt", "conversations/training_data.py"),
        *("orchestrator/catalog/blueprints/**/*", "orchestrator/catalog/actions/**/*"),
    ),
}
_OURS = ("chatbot_project", "conversations", "orchestrator", "nlu")


def fingerprint(what: str) -> str:
    """The digest of the names and contents of the sources of `what`."""
    digest = hashlib.sha256()
    if what == "model" and is_made(settings.NLU["ENCODER_DIR"]):  # trained with it, or without
        digest.update(encoder_id().encode())
    for path in _files(SOURCES[what]):
        digest.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_done(what: str) -> bool:
    """Whether this database has already seen `what` as it is now."""
    stored = collection(_COLLECTION).find_one({"_id": what})
    return stored is not None and stored["fingerprint"] == fingerprint(what)


def done(what: str) -> None:
    values = {"fingerprint": fingerprint(what), "at": datetime.now(UTC)}
    collection(_COLLECTION).update_one({"_id": what}, {"$set": values}, upsert=True)


def _files(patterns: Iterable[str]) -> list[Path]:
    found = {path for pattern in patterns for path in PROJECT.glob(pattern) if path.is_file()}
    return sorted(
        path
        for path in found
        if path.relative_to(PROJECT).parts[0] in _OURS and "__pycache__" not in path.parts and path.suffix != ".pyc"
    )
