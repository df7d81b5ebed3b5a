"""Context in Redis: rebuilt from MongoDB after a flush, and never needed."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import redis
from pymongo.database import Database

from chatbot_project.accounts.models import User
from conversations import context, limits, services
from conversations.documents import turns
from conversations.errors import TooMany
from tests.servers.processes import free_port

Mongo = Database[dict[str, Any]]


@pytest.fixture
def conversation_id(mongo_db: Mongo) -> str:
    user = User.objects.create_user("ann")
    conversation = services.conversation_create(user=user)
    for text in ("one", "two"):
        services.message_accept(conversation_id=conversation.id, user=user, client_id=str(uuid4()), text=text)
    return conversation.id


@pytest.fixture
def no_redis(settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"


def test_it_is_rebuilt_after_a_flush(redis_url: str, conversation_id: str) -> None:
    first = context.context_get(conversation_id)
    assert [each["text"] for each in first["recent"]] == ["one", "two"]
    client = redis.Redis.from_url(redis_url)
    assert 0 < int(client.ttl(f"infrachat:context:{conversation_id}")) <= 3600
    client.flushall()
    assert context.context_get(conversation_id) == first


def test_what_was_put_is_what_is_got(redis_url: str, conversation_id: str) -> None:
    changed = {**context.context_get(conversation_id), "dialogue": {"intent": "x"}, "dialogue_version": 3}
    context.context_put(conversation_id, changed)
    assert context.context_get(conversation_id) == changed
    context.context_forget(conversation_id)
    assert context.context_get(conversation_id)["dialogue"] == {}


def test_rubbish_in_redis_is_not_believed(redis_url: str, conversation_id: str) -> None:
    redis.Redis.from_url(redis_url).set(f"infrachat:context:{conversation_id}", "{")
    assert context.context_get(conversation_id)["bot"] == "default"


def test_without_redis(no_redis: None, conversation_id: str) -> None:
    assert [each["text"] for each in context.context_get(conversation_id)["recent"]] == ["one", "two"]
    context.intent_count("default", "base.help")
    assert context.intents_popular("default") == []
    assert context.bot_configuration_get("default", "1", lambda: {"threshold": 0.5}) == {"threshold": 0.5}


def test_popular_intents_come_in_order(redis_url: str, mongo_db: Mongo) -> None:
    assert context.intents_popular("default") == []
    for intent in ("base.help", "base.status", "base.help"):
        context.intent_count("default", intent)
    assert context.intents_popular("default") == ["base.help", "base.status"]


def test_popular_intents_are_counted_anew_after_a_flush(redis_url: str, mongo_db: Mongo) -> None:
    now = datetime.now(UTC)
    for at, intent in enumerate(("base.status", "base.help", "base.help")):
        turn = {"_id": f"c:{at}", "bot": "default", "kind": "message", "state": "done", "created_at": now}
        turns().insert_one({**turn, "understanding": {"intent": intent}})
    assert context.intents_popular("default") == ["base.help", "base.status"]
    redis.Redis.from_url(redis_url).flushall()
    context.intent_count("default", "base.status")
    assert context.intents_popular("default") == ["base.help", "base.status"]
    assert context.intents_popular("other") == []


def test_a_bots_configuration_is_loaded_once_a_day(redis_url: str) -> None:
    loads: list[int] = []

    def load() -> dict[str, Any]:
        loads.append(1)
        return {"threshold": 0.5}

    assert context.bot_configuration_get("default", "1", load) == context.bot_configuration_get("default", "1", load)
    assert loads == [1]


@pytest.mark.parametrize("with_redis", [True, False])
def test_too_many_messages(with_redis: bool, settings: Any, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("redis_url" if with_redis else "no_redis")
    settings.CONVERSATIONS = {**settings.CONVERSATIONS, "RATE_MESSAGES": 3, "RATE_SECONDS": 3600}
    user_id = str(uuid4())
    for _ in range(3):
        limits.message_allow(user_id)
    with pytest.raises(TooMany) as refused:
        limits.message_allow(user_id)
    assert "3 in 3600 seconds" in refused.value.detail
    assert refused.value.retry_after >= 1
    limits.message_allow(str(uuid4()))
