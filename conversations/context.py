"""Recent context in Redis: an hour of a conversation, a day of a bot's configuration, what people ask for most.

All of it can be lost at any moment and is made anew from MongoDB; while Redis is away it simply is not kept.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

import redis
from django.conf import settings
from pymongo.errors import PyMongoError

from . import redis_client
from .documents import frames
from .review.figures import intents_counted
from .selectors import conversation_get

logger = logging.getLogger(__name__)
Json = dict[str, Any]

RECENT_MESSAGES = 10
_COUNTED_SECONDS = 86_400


def context_get(conversation_id: str) -> Json:
    """`bot`, `dialogue`, `dialogue_version` and `recent` (the last messages: author, text). Raises NotFound."""
    raw = redis_client.attempt(lambda client: client.get(_key(conversation_id)), default=None)
    found = _loaded(raw)
    return found if found is not None else context_rebuild(conversation_id)


def context_rebuild(conversation_id: str) -> Json:
    """The same from MongoDB, kept again: after a flush, or when somebody else wrote the dialogue meanwhile."""
    conversation = conversation_get(conversation_id)
    context = {
        "bot": conversation.bot,
        "dialogue": conversation.dialogue,
        "dialogue_version": conversation.dialogue_version,
        "recent": _recent(conversation_id),
    }
    context_put(conversation_id, context)
    return context


def context_put(conversation_id: str, context: Json) -> None:
    """Keep the context for an hour from now."""
    text = json.dumps(context, default=str)
    ttl = settings.CONVERSATION_CONTEXT_TTL_SECONDS
    redis_client.attempt(lambda client: client.set(_key(conversation_id), text, ex=ttl), default=None)


def context_forget(conversation_id: str) -> None:
    redis_client.attempt(lambda client: client.delete(_key(conversation_id)), default=0)


def bot_configuration_get(bot: str, revision: str, load: Callable[[], Json]) -> Json:
    """What `load` said within the last day about this revision of a bot."""
    key = f"infrachat:bot:{bot}:{revision}"
    found = _loaded(redis_client.attempt(lambda client: client.get(key), default=None))
    if found is not None:
        return found
    configuration = load()
    text, ttl = json.dumps(configuration, default=str), settings.BOT_CONFIGURATION_TTL_SECONDS
    redis_client.attempt(lambda client: client.set(key, text, ex=ttl), default=None)
    return configuration


def intent_count(bot: str, intent: str) -> None:
    """Somebody asked for this."""
    redis_client.attempt(lambda client: client.zincrby(_popular(bot), 1, intent), default=None)


def intents_popular(bot: str, limit: int = 5) -> list[str]:
    """What was asked for most in the last days, the most popular first; empty while Redis is away.

    Counted anew from MongoDB once a day and after a flush.
    """

    def read(client: redis.Redis) -> list[str]:
        found: Any = client.zrevrange(_popular(bot), 0, limit - 1)
        return [each.decode() for each in found]

    if redis_client.attempt(lambda client: client.set(_counted(bot), 1, nx=True, ex=_COUNTED_SECONDS), default=None):
        _popular_rebuild(bot)
    return redis_client.attempt(read, default=[])


def _popular_rebuild(bot: str) -> None:
    """Only whoever sets the mark counts, so that a flush makes nobody wait but one."""
    try:
        counts = intents_counted(bot)
    except PyMongoError as error:
        logger.warning("the popular intents of %s could not be counted (%s)", bot, type(error).__name__)
        return

    def write(client: redis.Redis) -> None:
        with client.pipeline(transaction=True) as pipeline:
            pipeline.delete(_popular(bot))
            if counts:
                pipeline.zadd(_popular(bot), dict(counts))
            pipeline.execute()

    redis_client.attempt(write, default=None)


def _recent(conversation_id: str) -> list[Json]:
    wanted = {"conversation_id": conversation_id, "type": "message.created"}
    found = frames().find(wanted, {"data.author": 1, "data.text": 1}).sort("seq", -1).limit(RECENT_MESSAGES)
    return [{"author": each["data"]["author"], "text": each["data"]["text"]} for each in reversed(list(found))]


def _loaded(raw: Any) -> Json | None:
    try:
        value = json.loads(raw) if raw is not None else None
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _key(conversation_id: str) -> str:
    return f"infrachat:context:{conversation_id}"


def _popular(bot: str) -> str:
    return f"infrachat:popular:{bot}"


def _counted(bot: str) -> str:
    return f"infrachat:popular:{bot}:counted"
