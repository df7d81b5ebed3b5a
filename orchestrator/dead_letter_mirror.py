"""What processes with the queues' keys write down about dead letters; any number of them may do so at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from .dead_letters import LetterState, LetterWish, history_entry, letters, queues
from .documents import Document, utc_now

BODY_CHARACTERS = 16_000
GONE_AFTER = timedelta(seconds=60)
"""So long a letter may be missed before it is called gone: somebody else may have it in hand for half a minute."""

_CARRIED_OUT = {LetterWish.REDRIVE.value: LetterState.REDRIVEN, LetterWish.DROP.value: LetterState.DROPPED}
_NO_WISH: Document = {"wish": "", "wished_by": None, "wished_at": None, "wish_begun_at": None}


@dataclass(frozen=True)
class Letter:
    """A dead letter as seen in its queue; `body` is decoded, `receives` how often it was delivered."""

    id: str
    queue: str
    task: str
    reason: str
    body: str
    body_bytes: int
    receives: int
    sent_at: datetime | None


@dataclass(frozen=True)
class Wish:
    """What somebody decided about one letter."""

    letter_id: str
    action: LetterWish
    at: datetime


def turn_take(queue: str, every_seconds: float) -> bool:
    """Whether it is this process that looks at the queue now: once in `every_seconds`, whoever comes first."""
    now = utc_now()
    due = {"_id": queue, "turn_at": {"$lte": now - timedelta(seconds=every_seconds)}}
    row = {"depth": None, "checked_at": None, "problem": ""}
    try:
        queues().update_one(due, {"$set": {"turn_at": now}, "$setOnInsert": row}, upsert=True)
    except DuplicateKeyError:
        return False
    return True


def depth_store(queue: str, depth: int) -> None:
    now = utc_now()
    seen = {"depth": depth, "checked_at": now, "problem": ""}
    queues().update_one({"_id": queue}, {"$set": seen, "$setOnInsert": {"turn_at": now}}, upsert=True)


def problem_store(queue: str, problem: str) -> None:
    """The queue could not be looked at; what was seen before stays."""
    row = {"depth": None, "checked_at": None, "turn_at": utc_now()}
    queues().update_one({"_id": queue}, {"$set": {"problem": problem}, "$setOnInsert": row}, upsert=True)


def letter_seen(letter: Letter, looked_at: datetime) -> Wish | None:
    """Write down that `letter` was in its queue at `looked_at` or later; what somebody decided about it.

    None as well when its end was written down after `looked_at`: it was taken out in between.
    """
    row = {name: getattr(letter, name) for name in ("queue", "task", "reason", "body_bytes", "receives", "sent_at")}
    row |= {**_NO_WISH, "body": letter.body[:BODY_CHARACTERS], "first_seen_at": utc_now(), "history": []}
    seen = {"last_seen_at": utc_now(), "missing_since": None, "ended_at": None, "state": LetterState.WAITING.value}
    current = {"_id": letter.id, "$or": [{"ended_at": None}, {"ended_at": {"$lt": looked_at}}]}
    try:
        found = letters().find_one_and_update(
            current,
            {"$set": seen, "$setOnInsert": row},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
    except DuplicateKeyError:
        return None
    return Wish(found["_id"], LetterWish(found["wish"]), found["wished_at"]) if found and found["wish"] else None


def wish_begin(wish: Wish) -> bool:
    """Just before a wish is carried out; False when it is not wished any more."""
    return letters().update_one(_wished(wish), {"$set": {"wish_begun_at": utc_now()}}).matched_count == 1


def wish_done(wish: Wish) -> None:
    """The wish was carried out: the message is not in the dead-letter queue any more."""
    found = letters().find_one(_wished(wish))
    if found is not None:
        _end(found, _CARRIED_OUT[wish.action], "")


def letters_missing(queue: str, looked_at: datetime) -> int:
    """After a look at the whole queue that began at `looked_at`: how many letters were called gone.

    What was missed for the first time is remembered; what has been missed for GONE_AFTER is gone.
    """
    waiting: Document = {"queue": queue, "state": LetterState.WAITING.value, "last_seen_at": {"$lt": looked_at}}
    letters().update_many({**waiting, "missing_since": None}, {"$set": {"missing_since": looked_at}})
    gone = list(letters().find({**waiting, "missing_since": {"$lte": looked_at - GONE_AFTER}}))
    for each in gone:
        if each["wish_begun_at"] is not None:
            _end(each, _CARRIED_OUT[each["wish"]], "whoever did it was lost before it could be written down")
        else:
            _end(each, LetterState.GONE, "it expired, or was taken by other means")
    return len(gone)


def _end(letter: Mapping[str, Any], state: LetterState, note: str) -> None:
    now = utc_now()
    by = None if state is LetterState.GONE else letter["wished_by"]
    letters().update_one(
        {"_id": letter["_id"], "state": LetterState.WAITING.value, "last_seen_at": letter["last_seen_at"]},
        {
            "$set": {**_NO_WISH, "state": state.value, "ended_at": now, "missing_since": None},
            "$push": history_entry(str(state.label), now, by, note),
        },
    )


def _wished(wish: Wish) -> Document:
    return {"_id": wish.letter_id, "wish": wish.action.value, "wished_at": wish.at}
