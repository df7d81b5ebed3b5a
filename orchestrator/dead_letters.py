"""The mirror of the dead-letter queues in MongoDB: what waits there, what somebody decided, what came of it.

The web process has no keys to the queues: it reads here and stores what somebody wishes. Who has keys writes down what
is in the queues and carries the wishes out (dead_letter_mirror.py).

| from | to |
|---|---|
| waiting | redriven, dropped (a wish was carried out), gone (it left the queue by itself) |
| redriven, dropped, gone | waiting (it is in the queue all the same) |
"""

from collections.abc import Collection as Several
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from pymongo.collection import Collection

from chatbot_project.mongo.connections import collection

from .documents import Document, actor_document, utc_now
from .types import Actor

# Nobody decides so often about one letter.
_LONGEST_HISTORY = 50


class LetterState(TextChoices):
    WAITING = "waiting", _("waits for a decision")
    REDRIVEN = "redriven", _("sent to its queue again")
    DROPPED = "dropped", _("dropped")
    GONE = "gone", _("left the queue by itself")


class LetterWish(TextChoices):
    REDRIVE = "redrive", _("send to its queue again")
    DROP = "drop", _("drop")


@dataclass(frozen=True)
class QueueDepth:
    """`depth` is None while nobody could look; `problem` says why the last look failed."""

    queue: str
    depth: int | None
    checked_at: datetime | None
    problem: str


def letters_waiting(queue: str | None = None, limit: int = 1_000) -> list[Document]:
    """The letters that wait for a decision, oldest first."""
    wanted = {"state": LetterState.WAITING.value} | ({"queue": queue} if queue else {})
    return list(letters().find(wanted).sort("first_seen_at", 1).limit(limit))


def letters_like(beginning: str) -> list[Document]:
    """The letters, of whatever state, whose id begins so."""
    return list(letters().find({"_id": {"$gte": beginning, "$lt": beginning + "\uffff"}}).limit(3))


def letters_load(ids: Several[str]) -> list[Document]:
    return list(letters().find({"_id": {"$in": list(ids)}}))


def wish_store(ids: Iterable[str], action: LetterWish, actor: Actor) -> int:
    """Decide about letters that wait; about how many it was decided. A later decision takes the place of an earlier
    one until it is being carried out."""
    now, stored = utc_now(), 0
    wish: Document = {"wish": action.value, "wished_by": actor_document(actor), "wished_at": now}
    for letter_id in ids:
        wanted = {"_id": letter_id, "state": LetterState.WAITING.value, "wish_begun_at": None}
        said = history_entry(f"asked to {action.value}", now, wish["wished_by"])
        stored += letters().update_one(wanted, {"$set": wish, "$push": said}).modified_count
    return stored


def depths() -> list[QueueDepth]:
    """How many dead letters every queue had when it was last looked at."""
    return [
        QueueDepth(each["_id"], each["depth"], each["checked_at"], each["problem"])
        for each in queues().find().sort("_id", 1)
    ]


def wishes_wait() -> bool:
    """Whether somebody decided something that has not been carried out yet."""
    return letters().find_one({"state": LetterState.WAITING.value, "wish": {"$ne": ""}}, {"_id": 1}) is not None


def history_entry(what: str, at: datetime, by: Document | None = None, note: str = "") -> Document:
    """What to `$push`: one more line of a letter's history."""
    entry = {"what": what, "at": at.isoformat(timespec="seconds"), "by": by, "note": note}
    return {"history": {"$each": [entry], "$slice": -_LONGEST_HISTORY}}


def letters() -> Collection[Document]:
    return collection("orchestrator_deadletter")


def queues() -> Collection[Document]:
    return collection("orchestrator_deadletterqueue")
