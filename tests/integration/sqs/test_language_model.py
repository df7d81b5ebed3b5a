"""The whole way of a message that needs a language model: outbox, queue, the real background worker, answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conversations.selectors import turn_get
from orchestrator import outbox, queue
from tests.integration.mongo.opinions import KEY, NEW, UNSURE, Chat, new_bucket, set_up, teach
from tests.servers.language_model import Reply, language_model
from tests.servers.mongo import DATABASE
from tests.servers.processes import wait_until

from .conftest import Broker


def test_the_background_worker_asks_and_answers(
    broker: Broker,
    mongo_db: Any,
    mongod_uri: str,
    start_worker: Callable[[], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    teach()
    monkeypatch.setattr(queue, "publish_task", broker.send)
    broker.env.update(MONGODB_URI=mongod_uri, MONGODB_DATABASE=DATABASE, MONGODB_TIMEOUT_MS="5000")
    broker.env.update(LLM_API_KEY_TEST=KEY)
    chat = Chat()
    with language_model(Reply(new_bucket)) as model:
        set_up(model)
        log = start_worker()
        first, second = chat.write(UNSURE), chat.write("help")
        outbox.relay_once()
        wait_until(lambda: turn_get(second).state == "done", seconds=30, what="the worker's answer")
        assert (turn_get(first).state, len(model.requests)) == ("done", 1)
        assert model.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert chat.bot()[0]["understanding"]["intent"] == NEW
    said = log.read_text()
    assert "a language model answered" in said
    assert KEY not in said
    assert UNSURE not in said
