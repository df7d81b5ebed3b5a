"""The client against a model behind a real socket that fails in every way an endpoint can."""

import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from nlu.llm import client as clients
from nlu.llm.breaker import FAILURES, Breaker
from nlu.llm.budget import Unlimited
from nlu.llm.client import ATTEMPTS, Client
from nlu.llm.config import Endpoint
from nlu.llm.errors import (
    BudgetSpent,
    LlmError,
    NotUnderstandable,
    Overloaded,
    Refused,
    Resting,
    TooSlow,
    Unreachable,
)
from nlu.llm.wire import retry_after
from tests.servers.language_model import LanguageModel, Reply, language_model, says
from tests.servers.processes import free_port

MESSAGES = [{"role": "system", "content": "rules"}, {"role": "user", "content": '{"message": "hi"}'}]
SCHEMA = {"type": "object"}
GOOD = Reply(says())


class Asked:
    """One client, what it paused for and what it spent."""

    def __init__(self, base_url: str, *, seconds: float = 5.0, key: str = "") -> None:
        self.pauses: list[float] = []
        self.budget = Unlimited()
        self.breaker = Breaker()
        endpoint = Endpoint(base_url, "small", key, seconds)
        self._client = Client(endpoint, self.budget, pause=self.pauses.append, breaker=self.breaker)

    def __call__(self) -> str:
        return self._client.complete(MESSAGES, SCHEMA)


def ask(model: LanguageModel, **more: Any) -> Asked:
    return Asked(model.base_url, **more)


def test_a_good_answer_comes_back_and_is_paid_for() -> None:
    with language_model(GOOD) as model:
        asked = ask(model, key="sk-test")
        assert asked() == says()
    (body,) = model.requests
    assert body["model"] == "small"
    assert body["messages"] == MESSAGES
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert model.headers[0]["Authorization"] == "Bearer sk-test"
    assert (asked.budget.requests, asked.budget.tokens, asked.pauses) == (1, 120, [])


def test_without_a_key_none_is_sent() -> None:
    with language_model(GOOD) as model:
        ask(model)()
    assert "Authorization" not in model.headers[0]


@pytest.mark.parametrize(
    ("unknown", "left"),
    [
        (("temperature", "max_tokens"), {"response_format"}),
        (("response_format",), set()),
        (("response_format", "temperature", "max_tokens"), set()),
    ],
)
def test_what_an_endpoint_does_not_know_is_left_out_from_then_on(unknown: tuple[str, ...], left: set[str]) -> None:
    with language_model(Reply(says(), unknown=unknown)) as model:
        assert ask(model)() == says()
        needed = len(model.requests)
        assert ask(model)() == says()
    assert len(model.requests) == needed + 1
    assert set(model.requests[-1]) == {"model", "messages"} | left


@pytest.mark.parametrize("status", [429, 500, 503])
def test_it_is_asked_again_after_a_pause(status: int) -> None:
    with language_model(Reply(status=status), Reply(status=status), GOOD) as model:
        asked = ask(model)
        assert asked() == says()
    assert len(asked.pauses) == ATTEMPTS - 1
    assert asked.pauses[0] < asked.pauses[1] * 2
    assert asked.budget.requests == ATTEMPTS


def test_it_is_not_asked_for_ever() -> None:
    with language_model(Reply(status=500)) as model, pytest.raises(Overloaded, match="500"):
        ask(model)()
    assert len(model.requests) == ATTEMPTS


def test_a_pause_is_as_long_as_was_asked_for() -> None:
    with language_model(Reply(status=429, headers={"Retry-After": "2"}), GOOD) as model:
        asked = ask(model)
        assert asked() == says()
    assert asked.pauses == [2.0]


def test_who_asks_for_a_long_pause_is_left_alone_so_long() -> None:
    with language_model(Reply(status=429, headers={"Retry-After": "60"})) as model:
        asked = ask(model)
        with pytest.raises(Overloaded):
            asked()
        with pytest.raises(Resting):
            asked()
    assert (len(model.requests), asked.pauses) == (1, [])


def test_retry_after_is_a_number_or_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 25 < (retry_after(later) or 0) <= 30
    assert retry_after("1.5") == 1.5
    assert retry_after("-3") == 0
    assert [retry_after(each) for each in (None, "soon", "nan", "inf", "1e99", "")] == [None] * 6


@pytest.mark.parametrize(
    "reply",
    [
        Reply(wait=threading.Event()),
        Reply(drips=True),
        Reply(drips_headers=True),
    ],
    ids=["silent", "drips", "drips headers"],
)
def test_no_server_holds_a_message_up_for_longer_than_the_deadline(reply: Reply) -> None:
    with language_model(reply) as model:
        started = time.monotonic()
        with pytest.raises(TooSlow):
            ask(model, seconds=0.4)()
    assert time.monotonic() - started < 10  # it would never end by itself
    assert len(model.requests) == 1


def test_a_huge_answer_is_not_read_to_its_end() -> None:
    with language_model(Reply("x" * 1_000_000)) as model, pytest.raises(NotUnderstandable, match="longer"):
        ask(model)()


def test_a_packed_answer_is_not_unpacked() -> None:
    bomb = Reply(raw=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    with language_model(bomb) as model, pytest.raises(NotUnderstandable, match="packed"):
        ask(model)()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with language_model(GOOD) as elsewhere:
        headers = {"Location": f"{elsewhere.base_url}/chat/completions"}
        with language_model(Reply(status=status, headers=headers)) as model, pytest.raises(Refused, match=str(status)):
            ask(model, key="sk-test")()
        assert elsewhere.requests == []


def test_a_connection_that_breaks_is_tried_again() -> None:
    with language_model(Reply(resets=True), GOOD) as model:
        assert ask(model)() == says()


def test_nobody_there_is_a_sentence() -> None:
    with pytest.raises(Unreachable, match="cannot be reached"):
        Asked(f"http://127.0.0.1:{free_port()}/v1")()


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"<html>", b"[]", b"null", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": null}}]}'),
        *(b'{"choices": [{"message": {"content": 7}}]}', b'{"choices": {"0": 1}}', b"[" * 100_000, b"\xff\xfe"),
    ],
)
def test_what_is_no_completion_is_refused_and_not_asked_for_again(raw: bytes) -> None:
    with language_model(Reply(raw=raw)) as model, pytest.raises(NotUnderstandable):
        ask(model)()
    assert len(model.requests) == 1


@pytest.mark.parametrize("usage", [None, 7, {}, {"total_tokens": -5}, {"total_tokens": True}, {"total_tokens": 1e300}])
def test_a_price_that_cannot_be_right_is_estimated(usage: Any) -> None:
    with language_model(Reply(says(), usage=usage)) as model:
        asked = ask(model)
        asked()
    assert 5 < asked.budget.tokens < 50


def test_an_endpoint_that_fails_is_left_alone_and_tried_by_one() -> None:
    now = [0.0]
    with language_model(Reply(status=401)) as model:
        asked = ask(model)
        asked.breaker._clock = lambda: now[0]
        for _ in range(FAILURES):
            with pytest.raises(Refused):
                asked()
        with pytest.raises(Resting):
            asked()
        assert len(model.requests) == FAILURES
        now[0] += 31
        asked.breaker.enter()
        with pytest.raises(Resting):
            asked()
        asked.breaker.left()
        model.script = [GOOD]
        assert asked() == says()
        assert asked() == says()


def test_a_spent_budget_asks_nobody_and_blames_nobody() -> None:
    class Spent(Unlimited):
        def take(self) -> None:
            raise BudgetSpent("spent")

    with language_model(GOOD) as model:
        breaker = Breaker()
        client = Client(Endpoint(model.base_url, "small"), Spent(), breaker=breaker)
        for _ in range(FAILURES + 1):
            with pytest.raises(BudgetSpent):
                client.complete(MESSAGES, SCHEMA)
        breaker.enter()
    assert model.requests == []


def test_no_error_and_no_log_line_holds_key_message_or_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    replies = [Reply(status=401, raw=b"bad key sk-hidden"), Reply(status=500), Reply("no json"), Reply(resets=True)]
    said = []
    for reply in replies:
        with language_model(reply) as model:
            asked = ask(model, key="sk-hidden")
            try:
                asked()
            except LlmError as error:
                said.append(f"{error!r} {error.__cause__!r}")
    everything = "\n".join([*said, *(f"{each.getMessage()} {each.__dict__}" for each in caplog.records)])
    assert len(said) == 3
    assert "sk-hidden" not in everything
    assert '"hi"' not in everything
    assert repr(Endpoint("http://x/v1", "m", "sk-hidden")).find("sk-hidden") == -1


@pytest.fixture(autouse=True)
def nothing_learned() -> None:
    clients._known_steps.clear()
