"""Bots' language models as they are set up, what they may cost and what they cost: MongoDB, seen by all processes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pymongo
from pymongo.errors import DuplicateKeyError

from chatbot_project.mongo.connections import Document, collection

from .catalogue import INTENTS
from .llm.config import KEY_NAME, Endpoint, Mode, url_problem
from .llm.errors import BudgetSpent, NotSetUp

LANGUAGE_MODELS, USAGE = "nlu_languagemodel", "nlu_languagemodelusage"
_READ_SECONDS = 1.0


@dataclass(frozen=True)
class LanguageModelSettings:
    """As the admin page has them: the key by the name of a variable that the background worker has."""

    bot: str
    mode: Mode
    base_url: str
    model: str
    key_name: str
    timeout_seconds: float
    requests_per_day: int
    tokens_per_day: int

    @property
    def problem(self) -> str | None:
        """What keeps it from being asked, as far as any process can see; None when nothing does."""
        if not self.model:
            return "The language model has no name."
        if self.key_name and not KEY_NAME.fullmatch(self.key_name):
            return (
                f"{self.key_name!r} cannot be the name of its key: it must be LLM_API_KEY or begin with LLM_API_KEY_."
            )
        return url_problem(self.base_url)


def language_model(bot: str) -> LanguageModelSettings | None:
    """None where the bot has none, or it is off: one read by primary key."""
    with pymongo.timeout(_READ_SECONDS):
        document = collection(LANGUAGE_MODELS).find_one({"_id": bot, "mode": {"$ne": Mode.OFF.value}})
    return _settings(document) if document else None


def language_models() -> list[LanguageModelSettings]:
    """All that are not off."""
    with pymongo.timeout(_READ_SECONDS):
        return [_settings(each) for each in collection(LANGUAGE_MODELS).find({"mode": {"$ne": Mode.OFF.value}})]


def endpoint(settings: LanguageModelSettings, environ: Mapping[str, str] = os.environ) -> Endpoint:
    """Where to ask, with the key from this process's environment. Raises NotSetUp."""
    problem = settings.problem or missing_key(settings, environ)
    if problem:
        raise NotSetUp(problem)
    key = environ[settings.key_name] if settings.key_name else ""
    return Endpoint(settings.base_url, settings.model, key, settings.timeout_seconds)


def missing_key(settings: LanguageModelSettings, environ: Mapping[str, str]) -> str | None:
    """The sentence about a key that is named and not there."""
    if not settings.key_name or environ.get(settings.key_name):
        return None
    return f"The key of the language model of {settings.bot} is missing: {settings.key_name} is not set."


def intent_titles(bot: str) -> dict[str, str]:
    """{intent: what it does, for people}."""
    found = collection(INTENTS).find({"bot_id": bot, "title": {"$ne": ""}}, {"name": 1, "title": 1})
    return {each["name"]: each["title"] for each in found}


class DailyBudget:
    """A bot's requests and tokens of a day (UTC), counted before and after each request."""

    def __init__(self, settings: LanguageModelSettings) -> None:
        self._settings = settings

    def take(self) -> None:
        """Raises BudgetSpent."""
        if not (self._taken() or self._begun() or self._taken()):
            raise BudgetSpent("The bot's language model has spent what it may today.")

    def _taken(self) -> bool:
        """Whether there was room for one more in the row of this day."""
        room = {"requests": {"$lt": self._settings.requests_per_day}, "tokens": {"$lt": self._settings.tokens_per_day}}
        update = {"$inc": {"requests": 1}, "$currentDate": {"updated_at": True}}
        return collection(USAGE).update_one({"_id": self._key, **room}, update).modified_count == 1

    def _begun(self) -> bool:
        """Whether this was the first of the day; another process may be quicker."""
        if self._settings.requests_per_day <= 0 or self._settings.tokens_per_day <= 0:
            return False
        counts = {"requests": 1, "tokens": 0, "failures": 0, "last_error": "", "updated_at": datetime.now(UTC)}
        try:
            collection(USAGE).insert_one({"_id": self._key, "bot_id": self._settings.bot, "day": _day(), **counts})
        except DuplicateKeyError:
            return False
        return True

    def spend(self, tokens: int) -> None:
        collection(USAGE).update_one({"_id": self._key}, {"$inc": {"tokens": tokens}})

    def fail(self, code: str) -> None:
        """Count a message that was answered without the language model, and why."""
        made = {"bot_id": self._settings.bot, "day": _day(), "requests": 0, "tokens": 0}
        collection(USAGE).update_one(
            {"_id": self._key},
            {
                "$inc": {"failures": 1},
                "$set": {"last_error": code},
                "$currentDate": {"updated_at": True},
                "$setOnInsert": made,
            },
            upsert=True,
        )

    @property
    def _key(self) -> str:
        return f"{self._settings.bot}:{_day()}"


def usage_today() -> list[Document]:
    """`bot_id`, `requests`, `tokens`, `failures`, `last_error` of each bot that asked today."""
    return list(collection(USAGE).find({"day": _day()}).sort("_id"))


def _day() -> str:
    return datetime.now(UTC).date().isoformat()


def _settings(document: Mapping[str, Any]) -> LanguageModelSettings:
    return LanguageModelSettings(
        bot=document["_id"],
        mode=Mode(document["mode"]),
        base_url=document["base_url"],
        model=document["model"],
        key_name=document["key_name"],
        timeout_seconds=float(document["timeout_seconds"]),
        requests_per_day=int(document["requests_per_day"]),
        tokens_per_day=int(document["tokens_per_day"]),
    )
