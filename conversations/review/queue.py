"""The messages that wait for a look: those that are the same phrase to a bot are one entry, the newest first.

Read from the turns themselves: what retention removes there is gone here too.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo import DESCENDING

from chatbot_project.mongo.connections import collection
from nlu.annotations import Marked, mark
from nlu.text import phrase_key

from ..documents import Document, turns
from .doubts import CORRECTED, REASONS
from .secrets import hidden

REVIEWS = "conversations_review"
LOOKED_THROUGH = 2_000
"""How many of the newest doubted messages are grouped; whoever has more narrows by date."""

_NEEDED = ("conversation_id", "seq", "text", "bot", "doubts", "correction", "understanding", "created_at")


@dataclass
class Waiting:
    """One phrase as people wrote it, with how its newest message was understood."""

    key: str
    turn_id: str
    conversation_id: str
    bot: str
    text: str
    """With ••• for what looks like a secret."""
    suggested: str
    """The same with the values found marked: a training phrase."""
    intent: str
    """What it is most likely to mean: as corrected, as understood, or the best guess; empty when there is none."""
    confidence: float
    threshold: float
    is_likely: bool
    """Whether the intent is more than the least bad guess: a correction, or half as sure as would be needed."""
    alternatives: tuple[tuple[str, float], ...]
    last_at: datetime
    reasons: list[str] = field(default_factory=list)
    times: int = 0
    is_masked: bool = False


@dataclass(frozen=True)
class Filters:
    bot: str = ""
    reason: str = ""
    since: datetime | None = None
    until: datetime | None = None


def waiting_list(filters: Filters) -> tuple[list[Waiting], bool]:
    """The entries, and whether there may be more than were looked through."""
    wanted = {**_between(filters), "bot": filters.bot or {"$type": "string"}, "reviewed_at": None}
    found = list(
        turns()
        .find({**wanted, **_doubted(filters.reason)}, _projection())
        .sort("created_at", DESCENDING)
        .limit(LOOKED_THROUGH)
    )
    entries: dict[str, Waiting] = {}
    for document in found:
        key = key_of(document["bot"], document["text"])
        if key not in entries:
            entries[key] = _entry(key, document)
        entry = entries[key]
        entry.times += 1
        entry.reasons += [each for each in _reasons(document) if each not in entry.reasons]
    for key in decided_keys(entries):
        del entries[key]
    return list(entries.values()), len(found) == LOOKED_THROUGH


def waiting_get(turn_id: str) -> Waiting | None:
    """The entry of one message, decided or not; None when it is gone, or nothing was doubted about it."""
    document = turns().find_one({"_id": turn_id, "bot": {"$type": "string"}, **_doubted("")}, _projection())
    if document is None:
        return None
    entry = _entry(key_of(document["bot"], document["text"]), document)
    entry.times, entry.reasons = 1, _reasons(document)
    return entry


def key_of(bot: str, text: str) -> str:
    return hashlib.sha256(f"{bot}\n{phrase_key(text)}".encode()).hexdigest()


def decided_keys(keys: Iterable[str]) -> list[str]:
    return [each["_id"] for each in collection(REVIEWS).find({"_id": {"$in": list(keys)}}, {"_id": 1})]


def _between(filters: Filters) -> Document:
    bounds = {"$gte": filters.since, "$lt": filters.until}
    kept = {operator: moment for operator, moment in bounds.items() if moment is not None}
    return {"created_at": kept} if kept else {}


def _doubted(reason: str) -> Document:
    by_doubt = {"doubts": reason or {"$in": list(REASONS)}}
    if reason not in ("", CORRECTED):
        return by_doubt
    # A correction is written into the turn by the dialogue, which does not know of reviews.
    # What answers a question ("staging") teaches no intent.
    corrected = {"correction.at": {"$exists": True}, "kind": "message", "answers": {"$ne": True}}
    return {"$or": [by_doubt, corrected]}


def _projection() -> dict[str, int]:
    return dict.fromkeys(_NEEDED, 1)


def _reasons(document: Mapping[str, Any]) -> list[str]:
    found = list(document.get("doubts") or ())
    return found if not document.get("correction") or CORRECTED in found else [*found, CORRECTED]


def _entry(key: str, document: Mapping[str, Any]) -> Waiting:
    understanding = document.get("understanding") or {}
    text = document["text"]
    shown = hidden(text)
    likely = _likely(document, understanding)
    confidence, threshold = (float(understanding.get(name) or 0.0) for name in ("confidence", "threshold"))
    others = ((each["intent"], each["confidence"]) for each in understanding.get("alternatives") or ())
    return Waiting(
        key=key,
        turn_id=document["_id"],
        conversation_id=document["conversation_id"],
        bot=document["bot"],
        text=shown,
        suggested=_marked(text, _slots(document, understanding)) if shown == text else shown,
        intent=likely,
        confidence=confidence,
        threshold=threshold,
        is_likely=bool(document.get("correction")) or confidence >= threshold / 2,
        alternatives=tuple(each for each in others if each[0] != likely),
        last_at=document["created_at"],
        is_masked=shown != text,
    )


def _likely(document: Mapping[str, Any], understanding: Mapping[str, Any]) -> str:
    corrected = (document.get("correction") or {}).get("intent")
    guesses = [each["intent"] for each in understanding.get("alternatives") or ()]
    return str(corrected or understanding.get("intent") or (guesses[0] if guesses else ""))


def _slots(document: Mapping[str, Any], understanding: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The values found, and in place of those that were corrected what they should have been, where it is said."""
    corrected = (document.get("correction") or {}).get("slots") or ()
    wrong = {each["name"] for each in corrected}
    found = [each for each in understanding.get("slots") or () if each["name"] not in wrong]
    for each in corrected:
        # None: it was wrong, and what would be right was to be asked.
        value = "" if each["value"] is None else str(each["value"])
        said = re.search(re.escape(value), document["text"], re.IGNORECASE)
        if said and said.group():
            found.append({"name": each["name"], "text": said.group(), "start": said.start(), "end": said.end()})
    return found


def _marked(text: str, slots: Iterable[Mapping[str, Any]]) -> str:
    """The text with `[words](slot)` around each value that stands in it; of two that overlap, the first."""
    kept: list[Marked] = []
    for each in sorted(slots, key=lambda slot: (slot["start"], -slot["end"])):
        begins = kept[-1].end if kept else 0
        fits = begins <= each["start"] < each["end"] <= len(text) and text[each["start"] : each["end"]] == each["text"]
        if fits and not set("[]") & set(each["text"]):
            kept.append(Marked(each["name"], each["start"], each["end"]))
    return " ".join(mark(text, tuple(kept)).split())
