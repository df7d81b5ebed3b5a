"""Monitoring never waits for Redis and never raises."""

import threading
from typing import Any

import pytest

from chatbot_project.broker import outbox as module
from chatbot_project.broker.outbox import Outbox
from tests.servers.processes import wait_until


def test_goes_on_after_redis_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Any] = [OSError("away"), "connection"]

    def connected() -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(module, "connected", connected)
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.001)
    sent: list[Any] = []
    outbox = Outbox()
    outbox.put(sent.append)
    outbox.put(sent.append)
    wait_until(lambda: sent == ["connection"], seconds=10, what="the second message")


def test_drops_what_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    monkeypatch.setattr(module, "_CAPACITY", 2)
    monkeypatch.setattr(module, "connected", lambda: "connection")
    sent: list[int] = []
    outbox = Outbox()
    outbox.put(lambda connection: gate.wait(10))
    wait_until(outbox._queue.empty, seconds=10, what="the first message being worked on")
    for number in range(5):
        outbox.put(lambda connection, number=number: sent.append(number))  # type: ignore[misc]
    gate.set()
    wait_until(lambda: outbox._queue.empty() and len(sent) == 2, seconds=10, what="the messages")
    assert sent == [0, 1]
