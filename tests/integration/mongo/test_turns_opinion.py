"""Messages on which a language model is heard: the turn waits, a worker asks once, and whatever fails costs seconds."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from chatbot_project import checks
from chatbot_project.mongo.connections import collection
from chatbot_project.observability.language_models import language_model_gauges
from conversations import context, opinions, turns
from conversations.documents import TURNS
from conversations.documents import conversations as conversation_rows
from conversations.selectors import turn_get
from conversations.tasks import opinion_task
from nlu import language_models
from nlu.active import active_models
from nlu.language_models import DailyBudget, LanguageModelSettings
from nlu.llm import breaker
from nlu.llm.config import Mode
from nlu.llm.errors import BudgetSpent
from orchestrator import outbox, queue, selectors
from orchestrator.states import JobState
from tests.integration.mongo.opinions import KEY, NEW, UNSURE, Chat, new_bucket, set_up, teach
from tests.integration.mongo.orchestrating import person, planned
from tests.servers.language_model import Reply, language_model, number_of, says
from tests.servers.processes import wait_until

pytestmark = pytest.mark.usefixtures("redis_url")


@pytest.fixture(autouse=True)
def bot(mongo_db: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A small trained bot, and the queue in this process."""
    teach()
    breaker._breakers.clear()
    monkeypatch.setenv("LLM_API_KEY_TEST", KEY)
    monkeypatch.setattr(queue, "publish_task", lambda task, argument: None)
    yield
    active_models.forget()


@pytest.fixture
def chat() -> Chat:
    return Chat()


def work() -> list[str]:
    """What a background worker does with the tasks that were promised."""
    promised = list(collection("orchestrator_outbox").find({"kind": "task", "done_at": None}))
    outbox.relay_once()
    return [opinion_task(row["argument"]) for row in promised]


def stored(turn_id: str) -> dict[str, Any]:
    return collection(TURNS).find_one({"_id": turn_id}) or {}


def usage() -> dict[str, Any]:
    (row,) = language_models.usage_today()
    return row


def time_passes(turn_id: str) -> None:
    collection(TURNS).update_one({"_id": turn_id}, {"$set": {"opinion.deadline": time.time() - 1}})


def jobs() -> list[Any]:
    return selectors.jobs_list(viewer=None)


def test_an_unsure_message_waits_is_asked_about_once_and_goes_on(chat: Chat) -> None:
    with language_model(Reply(new_bucket)) as model:
        set_up(model)
        turn_id = chat.write(UNSURE)
        assert (turn_get(turn_id).state, chat.bot(), model.requests) == ("pending", [], [])
        assert work() == ["given"]
        assert opinion_task(turn_id) == "nothing to ask"
        assert len(model.requests) == 1
    (job,) = jobs()
    assert (job.environment, job.values["name"], job.state) == ("staging", "acme-raw", JobState.QUEUED)
    understanding = chat.bot()[0]["understanding"]
    assert (understanding["intent"], understanding["source"]) == (NEW, "small")
    assert understanding["confidence"] >= understanding["threshold"]
    assert stored(turn_id)["doubts"] == ["low_confidence"]
    assert (usage()["requests"], usage()["tokens"], usage()["failures"]) == (1, 120, 0)


def test_a_clear_message_is_nobody_elses_business(chat: Chat) -> None:
    with language_model(Reply(new_bucket)) as model:
        set_up(model)
        for text in ("create a bucket called acme-logs", "cancel", "help", "approve"):
            assert turn_get(chat.write(text)).state == "done"
        assert model.requests == []


def test_several_requests_are_told_apart_by_the_bot_alone(chat: Chat) -> None:
    with language_model(Reply(new_bucket)) as model:
        set_up(model, Mode.REPLACEMENT)
        text = "create a bucket called acme-one in staging and create a bucket called acme-two in staging"
        assert turn_get(chat.write(text)).state == "done"
        assert model.requests == []


@pytest.mark.parametrize("mode", [Mode.OFF, None])
def test_without_a_language_model_nobody_waits(chat: Chat, mode: Mode | None) -> None:
    with language_model(Reply(new_bucket)) as model:
        if mode:
            set_up(model, mode)
        assert turn_get(chat.write(UNSURE)).state == "done"
    assert chat.bot()[0]["understanding"]["source"] == ""


def test_what_was_written_later_is_answered_later(chat: Chat) -> None:
    with language_model(Reply(new_bucket)) as model:
        set_up(model)
        first, second = chat.write(UNSURE), chat.write("help")
        assert [turn_get(each).state for each in (first, second)] == ["pending", "pending"]
        work()
    assert [turn_get(each).state for each in (first, second)] == ["done", "done"]
    said = [each["text"] for each in chat.bot()]
    assert said[0].startswith("Got it")
    assert said[-1].startswith("I plan and change infrastructure")


def test_after_the_deadline_the_bot_answers_alone_and_nobody_asks_any_more(chat: Chat) -> None:
    with language_model(Reply(new_bucket)) as model:
        set_up(model)
        turn_id = chat.write(UNSURE)
        assert not turns.turn_process(turn_id)
        time_passes(turn_id)
        assert turns.turn_process(turn_id)
        assert work() == ["nothing to ask"]
        assert model.requests == []
    assert "did not understand" in chat.bot()[0]["text"]
    assert jobs() == []


def test_a_worker_that_died_while_asking_is_not_followed_by_one_that_asks_again(chat: Chat) -> None:
    with language_model(Reply(new_bucket)) as model:
        set_up(model)
        turn_id = chat.write(UNSURE)
        collection(TURNS).update_one({"_id": turn_id}, {"$set": {"opinion.taken": True}})
        assert opinion_task(turn_id) == "nothing to ask"
        assert turn_get(turn_id).state == "pending"
        time_passes(turn_id)
        assert turns.turn_process(turn_id)
        assert model.requests == []


def test_a_slow_model_holds_one_process_of_a_worker_and_the_others_have_their_turn_later(chat: Chat) -> None:
    answers = threading.Event()
    with language_model(Reply(new_bucket, wait=answers)) as model, ThreadPoolExecutor(1) as other_process:
        set_up(model, timeout_seconds=60.0)
        slow, next_one = chat.write(UNSURE), Chat(person("ann", "requester")).write(UNSURE)
        held = other_process.submit(opinion_task, slow)
        wait_until(lambda: len(model.requests) == 1, seconds=30, what="a request")
        assert opinion_task(next_one) == "another process asks"
        assert len(model.requests) == 1
        assert (turn_get(next_one).state, stored(next_one)["opinion"]["taken"]) == ("pending", False)
        (row,) = collection("orchestrator_outbox").find({"argument": next_one, "done_at": None})
        assert row["not_before"] > datetime.now(UTC)
        answers.set()
        assert held.result() == "given"
        assert opinion_task(next_one) == "given"
    assert len(jobs()) == 2


def test_a_process_that_died_while_waiting_holds_nobody_after_its_deadline(chat: Chat) -> None:
    with language_model(Reply(new_bucket)) as model:
        set_up(model, timeout_seconds=60.0)
        dead, next_one = chat.write(UNSURE), Chat(person("ann", "requester")).write(UNSURE)
        assert opinions._taken(dead) is not None
        assert opinion_task(next_one) == "another process asks"
        time_passes(dead)
        assert opinion_task(next_one) == "given"


def test_of_many_at_once_at_most_one_asks_and_in_the_end_all_have_an_answer(chat: Chat) -> None:
    answers = threading.Event()
    with language_model(Reply(new_bucket, wait=answers)) as model, ThreadPoolExecutor(6) as processes:
        set_up(model, timeout_seconds=60.0)
        written = [Chat(person(f"p{at}", "requester")).write(UNSURE) for at in range(6)]
        busy = [processes.submit(opinion_task, each) for each in written]
        wait_until(lambda: sum(each.done() for each in busy) >= 5, seconds=30, what="all but one that may wait")
        assert len(model.requests) <= 1
        answers.set()
        assert sorted(each.result() for each in busy)[:5] == ["another process asks"] * 5
        for each in written:
            opinion_task(each)
    assert len(jobs()) == 6


def test_an_answer_is_kept_when_its_worker_dies_before_the_turn_is_done(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    with language_model(Reply(new_bucket)) as model:
        set_up(model)
        turn_id = chat.write(UNSURE)
        monkeypatch.setattr(turns, "turns_process_of", lambda turn_id: False)
        work()
        assert turn_get(turn_id).state == "pending"
        assert turns.turn_process(turn_id)
        assert len(model.requests) == 1
    assert len(jobs()) == 1


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(status=401), "refused"),
        (Reply("I would create a bucket."), "not_understandable"),
        (Reply(says("i99")), "not_understandable"),
        (Reply(status=503, headers={"Retry-After": "3600"}), "overloaded"),
    ],
)
def test_a_model_that_is_of_no_help_costs_nothing_but_a_moment(chat: Chat, reply: Reply, code: str) -> None:
    with language_model(reply) as model:
        set_up(model)
        turn_id = chat.write(UNSURE)
        assert work() == ["failed"]
    assert turn_get(turn_id).state == "done"
    assert stored(turn_id)["opinion"]["error"] == code
    assert "did not understand" in chat.bot()[0]["text"]
    assert (usage()["failures"], usage()["last_error"]) == (1, code)


def test_a_missing_key_or_a_spent_budget_asks_nobody(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    with language_model(Reply(new_bucket)) as model:
        set_up(model, requests_per_day=1)
        chat.write(UNSURE)
        work()
        for limits in ({"requests_per_day": 1}, {"tokens_per_day": 100}, {"requests_per_day": 0}):
            set_up(model, **limits)
            chat.write("somewhere else for it")
            work()
            assert usage()["last_error"] == "budget_spent"
        set_up(model)
        monkeypatch.delenv("LLM_API_KEY_TEST")
        chat.write("somewhere else for it")
        work()
        assert len(model.requests) == 1
    assert (usage()["requests"], usage()["failures"], usage()["last_error"]) == (1, 4, "not_set_up")


@pytest.mark.parametrize("mode", [Mode.SECOND_OPINION, Mode.REPLACEMENT])
def test_the_answer_to_a_question_goes_to_nobody(chat: Chat, mode: Mode) -> None:
    with language_model(Reply(new_bucket)) as model:
        chat.write("i need a staging bucket")
        set_up(model, mode)
        # Redis remembers the time before the question, as it does after it was away.
        old = {**context.context_get(chat.id), "dialogue": {}, "dialogue_version": 0}
        context.context_put(chat.id, old)
        assert turn_get(chat.write("my very own pass phrase")).state == "done"
        assert model.requests == []
    assert collection("orchestrator_outbox").find_one({"kind": "task"}) is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "the password of my bucket is hunter2",
            "use AKIAABCDEFGHIJKLMNOP somewhere",
            "push to https://bob:pw1@git.example",
        ),
        *("{{ approve }}", "x " * 1500),
    ],
)
def test_what_may_be_a_secret_or_is_no_request_goes_to_nobody(chat: Chat, text: str) -> None:
    with language_model(Reply(new_bucket)) as model:
        set_up(model, Mode.REPLACEMENT)
        assert turn_get(chat.write(text)).state == "done"
        assert model.requests == []


@pytest.mark.parametrize("mode", [Mode.SECOND_OPINION, Mode.REPLACEMENT])
@pytest.mark.parametrize(
    "text", ["sounds splendid, carry on with it", "the plan is fine by us", "we may as well let it happen"]
)
def test_no_approval_ever_comes_from_a_language_model(chat: Chat, mode: Mode, text: str) -> None:
    chat.write("bucket acme-one in staging")
    (job,) = jobs()
    planned(job)

    def hostile(body: Any) -> str:
        assert "approve" not in json.dumps(body["messages"][0])
        return says("base.approve")

    with language_model(Reply(hostile)) as model:
        set_up(model, mode)
        chat.write(text)
        work()
    assert jobs()[0].state is JobState.AWAITING_APPROVAL


def test_nothing_that_is_kept_has_the_key(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="nlu")
    with language_model(Reply(new_bucket), Reply(status=401)) as model:
        set_up(model)
        for text in (UNSURE, "somewhere else for it"):
            chat.write(text)
            work()
        assert model.headers[0]["Authorization"] == f"Bearer {KEY}"
    database = conversation_rows().database
    kept = [each for name in database.list_collection_names() for each in database[name].find()]
    assert KEY not in repr(kept)
    logged = "\n".join(f"{each.getMessage()} {each.__dict__}" for each in caplog.records if each.name.startswith("nlu"))
    assert "answered" in logged
    assert KEY not in logged
    assert UNSURE not in logged


def test_what_was_spent_is_in_the_metrics(chat: Chat) -> None:
    assert list(language_model_gauges()) == []
    with language_model(Reply(new_bucket), Reply(status=401)) as model:
        set_up(model)
        for text in (UNSURE, "somewhere else for it"):
            chat.write(text)
            work()
    lines = list(language_model_gauges())
    assert 'infrachat_language_model_requests_today{bot="default"} 2' in lines
    assert 'infrachat_language_model_tokens_today{bot="default"} 120' in lines
    assert 'infrachat_language_model_failures_today{bot="default"} 1' in lines


def test_the_budget_holds_for_all_processes_together(chat: Chat) -> None:
    """Also on the first request of a day, which all of them count at once."""
    settings = LanguageModelSettings("default", Mode.REPLACEMENT, "http://10.0.0.7/v1", "small", "", 8.0, 7, 1_000)

    def take(_: int) -> bool:
        try:
            DailyBudget(settings).take()
        except BudgetSpent:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(take, range(40))) == 7
    assert usage()["requests"] == 7


def test_words_that_nobody_wrote_are_not_even_kept(chat: Chat) -> None:
    def invents(body: Any) -> str:
        name = number_of(body, "name:")
        return says(
            number_of(body, "blueprint: object storage: apply"), (name, "\ud800"), (name, KEY), (name, "acme-raw")
        )

    with language_model(Reply(invents)) as model:
        set_up(model)
        turn_id = chat.write(UNSURE)
        assert work() == ["given"]
    assert stored(turn_id)["opinion"]["suggestion"]["slots"] == [["name", "acme-raw"]]


@pytest.mark.parametrize("argument", [{"$ne": None}, None, 7, ["x"]])
def test_a_message_that_names_no_turn_is_a_dead_letter(chat: Chat, argument: Any) -> None:
    with language_model(Reply(new_bucket)) as model:
        set_up(model)
        turn_id = chat.write(UNSURE)
        with pytest.raises(ValueError, match="does not name a turn"):
            opinion_task(argument)
        assert opinion_task("no such turn") == "nothing to ask"
        assert (turn_get(turn_id).state, model.requests) == ("pending", [])


def test_the_worker_says_at_start_what_is_missing(chat: Chat, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PROCESS_ROLE = "background"
    with language_model(Reply(new_bucket)) as model:
        set_up(model)
        assert checks.language_models_can_be_asked() == []
        monkeypatch.delenv("LLM_API_KEY_TEST")
        (warning,) = checks.language_models_can_be_asked()
    assert "LLM_API_KEY_TEST is not set" in warning.msg
