"""Figures of a bot's intents, counted from the turns in MongoDB: the truth behind the quick list in Redis."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ..documents import Document, turns

DAYS = 30
_CHAT_MAY_WAIT_MS = 300
_PAGE_MAY_WAIT_MS = 10_000


@dataclass(frozen=True)
class IntentFigures:
    """Shares are of `times`; None where nothing was counted."""

    intent: str
    times: int
    confidence: float
    corrected: float
    led_to_job: float
    last_at: datetime


@dataclass(frozen=True)
class BotFigures:
    intents: tuple[IntentFigures, ...]
    """The most asked for first."""
    messages: int
    not_understood: float
    """The share of messages to which the bot said so."""


def figures_get(*, bot: str, days: int = DAYS, limit: int = 200) -> BotFigures:
    """Of the last `days`. Raises ExecutionTimeout when it would take longer than a person waits."""
    facets = {
        "intents": [
            {"$match": {"understanding.intent": {"$nin": [None, ""]}}},
            _GROUPED,
            {"$sort": {"times": -1, "_id": 1}},
            {"$limit": limit},
        ],
        "all": [
            {
                "$group": {
                    "_id": None,
                    "messages": {"$sum": 1},
                    "not_understood": {"$sum": {"$cond": [{"$in": ["not_understood", _DOUBTS]}, 1, 0]}},
                }
            }
        ],
    }
    pipeline = [{"$match": _messages(bot, days)}, {"$facet": facets}]
    (found,) = turns().aggregate(pipeline, maxTimeMS=_PAGE_MAY_WAIT_MS)
    total = found["all"][0] if found["all"] else {"messages": 0, "not_understood": 0}
    share = total["not_understood"] / total["messages"] if total["messages"] else 0.0
    return BotFigures(tuple(_figures(each) for each in found["intents"]), total["messages"], share)


def intents_counted(bot: str, days: int = DAYS) -> dict[str, int]:
    """{intent: how often} of the last days, for the list in Redis. Raises ExecutionTimeout: chat never waits for it."""
    pipeline: list[Document] = [
        {"$match": {**_messages(bot, days), "understanding.intent": {"$nin": [None, ""]}}},
        {"$group": {"_id": "$understanding.intent", "times": {"$sum": 1}}},
    ]
    return {each["_id"]: each["times"] for each in turns().aggregate(pipeline, maxTimeMS=_CHAT_MAY_WAIT_MS)}


def _messages(bot: str, days: int) -> Document:
    since = datetime.now(UTC) - timedelta(days=days)
    return {"bot": bot, "created_at": {"$gte": since}, "kind": "message", "state": "done"}


_DOUBTS = {"$ifNull": ["$doubts", []]}
_CORRECTED = {"$or": [{"$in": ["corrected", _DOUBTS]}, {"$ne": [{"$ifNull": ["$correction", None]}, None]}]}
_GROUPED: Document = {
    "$group": {
        "_id": "$understanding.intent",
        "times": {"$sum": 1},
        "confidence": {"$avg": "$understanding.confidence"},
        "corrected": {"$sum": {"$cond": [_CORRECTED, 1, 0]}},
        "jobs": {"$sum": {"$cond": [{"$ne": [{"$ifNull": ["$led_to", None]}, None]}, 1, 0]}},
        "last_at": {"$max": "$created_at"},
    }
}


def _figures(found: Mapping[str, Any]) -> IntentFigures:
    return IntentFigures(
        intent=found["_id"],
        times=found["times"],
        confidence=found["confidence"] or 0.0,
        corrected=found["corrected"] / found["times"],
        led_to_job=found["jobs"] / found["times"],
        last_at=found["last_at"],
    )
