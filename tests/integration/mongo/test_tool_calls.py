"""HTTP calls of bots' own intents: from a message to an answer, once, whatever is lost in between."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from conversations import services, turns
from conversations.bots.configuration import configuration_forget
from conversations.documents import tool_calls
from conversations.models import Reply, ReplyText
from conversations.stream import frames_after
from conversations.tasks import tool_call_task
from conversations.tools.calls import call_work_off
from conversations.tools.sweeping import calls_sweep
from nlu.models import Bot, EntityType, Intent
from nlu.types import Entity, Understanding
from tests.integration.mongo.orchestrating import person, seed
from tests.servers.http import Asked, ScriptedServer, answer, scripted_server

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture(autouse=True)
def understanding(monkeypatch: pytest.MonkeyPatch) -> None:
    configuration_forget()

    def understand(text: str, *, bot: str = "default", now: datetime | None = None) -> Understanding:
        words = text.split()
        entities = tuple(Entity("city", each, each, 0, 1, "test") for each in words if each.istitle())
        intent = words[0] if words[0] in ("weather", "order") else None
        return Understanding(text, intent, 0.9 if intent else 0.1, 0.5, (), entities, ())

    monkeypatch.setattr("nlu.services.understand", understand)


@pytest.fixture
def server(settings: Any) -> Iterator[ScriptedServer]:
    with scripted_server(answer(200, b'{"now": {"temp": -3, "words": "*cold* {city}"}}')) as server:
        settings.CONVERSATIONS = {**settings.CONVERSATIONS, "TOOL_INTERNAL_HOSTS": (server.place,)}
        yield server


class Chat:
    def __init__(self, user: User) -> None:
        self.user = user
        self.id = services.conversation_create(user=user).id

    def say(self, text: str) -> list[str]:
        accepted = services.message_accept(conversation_id=self.id, user=self.user, client_id=str(uuid4()), text=text)
        assert accepted.turn_id is not None
        assert turns.turn_process(accepted.turn_id)
        assert turns.turn_process(accepted.turn_id)
        return self.bot(accepted.seq or 0)

    def bot(self, after: int = 0) -> list[str]:
        found = frames_after(self.id, after, 100)
        return [each.data["text"] for each in found if each.type == "message.created" and each.data["author"] == "bot"]


@pytest.fixture
def chat() -> Chat:
    seed()
    return Chat(person("demo", "requester"))


def make_reply(server: ScriptedServer, name: str = "weather", **fields: Any) -> Reply:
    bot, _ = Bot.objects.get_or_create(name="default", defaults={"title": "Default"})
    intent = Intent.objects.create(bot=bot, name=name, title=name.title(), slots=["city"])
    given = {
        "slots": "city: In which city?",
        "text": "It is {temp} °C in {city}: {words}",
        "method": "GET",
        "url": f"{server.url}/v1/{{city}}",
        "jmespath": "now",
        "headers": "X-Key: {secret.WEATHER}",
    }
    return Reply.objects.create(intent=intent, **{**given, **fields})


def make_order(server: ScriptedServer, **fields: Any) -> Reply:
    given = {
        "method": "POST",
        "url": f"{server.url}/orders",
        "body": {"to": "{city}"},
        "headers": "",
        "text": "Ordered.",
    }
    return make_reply(server, "order", **{**given, **fields})


def the_call() -> dict[str, Any]:
    (call,) = list(tool_calls().find())
    return call


def work_off(owner: str = "w1") -> str:
    return call_work_off(the_call()["_id"], owner)


def test_a_question_is_asked_by_a_worker_and_its_answer_told(
    chat: Chat, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_reply(server)
    monkeypatch.setenv("TOOL_SECRET_WEATHER", "s3cret")
    (said,) = chat.say("weather in Oslo")
    assert said.startswith("Got it")
    assert server.asked == []
    row = collection("orchestrator_outbox").find_one({"task": "conversations.tool_call"})
    assert row is not None and row["argument"] == the_call()["_id"]
    assert work_off() == "done"
    assert chat.bot()[-1] == "It is -3 °C in Oslo: \\*cold\\* {city}"
    (asked,) = server.asked
    assert (asked.method, asked.target, asked.headers["x-key"]) == ("GET", "/v1/Oslo", "s3cret")
    assert "s3cret" not in str(list(tool_calls().find())) + str(chat.bot())


def test_many_workers_and_many_messages_make_one_call(chat: Chat, server: ScriptedServer) -> None:
    make_order(server)
    assert "yes or no" in chat.say("order to Oslo")[-1]
    assert tool_calls().count_documents({}) == 0
    chat.say("yes")
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda number: work_off(f"w{number}"), range(8)))
    assert sorted(outcomes) == ["done"] + ["nothing to do"] * 7
    assert [(each.method, each.body) for each in server.asked] == [("POST", b'{"to": "Oslo"}')]
    assert server.asked[0].headers["idempotency-key"] == the_call()["_id"]
    assert chat.bot()[-1] == "Ordered."
    assert chat.bot().count("Ordered.") == 1


def test_a_no_asks_nobody(chat: Chat, server: ScriptedServer) -> None:
    make_order(server)
    chat.say("order to Oslo")
    assert chat.say("no")[-1] == "All right, nothing was sent."
    assert tool_calls().count_documents({}) == 0


def lose_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies while it sends, long ago."""

    def die(call: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr("conversations.tools.calls.outcome_of", die)
        work_off("lost")
    tool_calls().update_one({}, {"$set": {"due_at": datetime.now(UTC) - timedelta(seconds=1)}})


def test_what_changes_something_is_never_sent_twice(
    chat: Chat, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_order(server)
    chat.say("order to Oslo")
    chat.say("yes")
    lose_the_worker(monkeypatch)
    assert work_off("w2") == "nothing to do"
    assert calls_sweep() == 1
    assert calls_sweep() == 0
    assert work_off("w3") == "nothing to do"
    assert the_call()["state"] == "unknown"
    assert "nobody can say" in chat.bot()[-1]
    assert server.asked == []


def test_what_only_reads_is_asked_again_three_times_at_most(
    chat: Chat, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_reply(server, headers="")
    chat.say("weather in Oslo")
    for _ in range(2):
        lose_the_worker(monkeypatch)
        assert calls_sweep() == 1
    assert work_off() == "done"
    assert "-3" in chat.bot()[-1]
    chat.say("weather in Rome")
    tool_calls().delete_one({"state": "done"})
    for _ in range(3):
        lose_the_worker(monkeypatch)
        calls_sweep()
    assert the_call()["state"] == "failed"
    assert "stopped trying" in chat.bot()[-1]


def test_a_worker_that_was_only_slow_tells_nothing_after_it_was_given_up(chat: Chat, server: ScriptedServer) -> None:
    make_order(server)
    chat.say("order to Oslo")
    chat.say("yes")
    begun, go_on = threading.Event(), threading.Event()

    def slow(asked: Asked, connection: Any) -> None:
        begun.set()
        go_on.wait(10)
        answer(200, b"{}")(asked, connection)

    server.answerer = slow
    thread = threading.Thread(target=work_off)
    thread.start()
    assert begun.wait(10)
    tool_calls().update_one({}, {"$set": {"due_at": datetime.now(UTC) - timedelta(seconds=1)}})
    assert calls_sweep() == 1
    go_on.set()
    thread.join(10)
    assert the_call()["state"] == "unknown"
    assert "Ordered." not in chat.bot()


def test_a_message_that_was_lost_is_promised_again_and_not_for_ever(chat: Chat, server: ScriptedServer) -> None:
    make_reply(server)
    chat.say("weather in Oslo")
    assert calls_sweep() == 0
    tool_calls().update_one({}, {"$set": {"due_at": datetime.now(UTC) - timedelta(seconds=1)}})
    collection("orchestrator_outbox").update_many({}, {"$set": {"done_at": datetime.now(UTC)}})
    assert calls_sweep() == 1
    assert collection("orchestrator_outbox").find_one({"task": "conversations.tool_call"})["done_at"] is None  # type: ignore[index]
    long_ago = datetime.now(UTC) - timedelta(days=2)
    tool_calls().update_one({}, {"$set": {"due_at": long_ago, "created_at": long_ago}})
    assert calls_sweep() == 1
    assert "gave it up" in chat.bot()[-1]
    assert work_off() == "nothing to do"


def test_nothing_inside_is_reached_without_the_setting(chat: Chat, server: ScriptedServer, settings: Any) -> None:
    settings.CONVERSATIONS = {**settings.CONVERSATIONS, "TOOL_INTERNAL_HOSTS": ()}
    make_reply(server, headers="")
    chat.say("weather in Oslo")
    assert work_off() == "failed"
    assert "may not be called" in chat.bot()[-1]
    assert server.connections == 0


@pytest.mark.parametrize(
    ("status", "state", "words"),
    [(404, "failed", "404 (Not Found)"), (503, "unknown", "may have been carried out"), (302, "unknown", "redirect")],
)
def test_a_refusal_is_said(chat: Chat, server: ScriptedServer, status: int, state: str, words: str) -> None:
    server.answerer = answer(status, b"no", Location="/there")
    make_order(server)
    chat.say("order to Oslo")
    chat.say("yes")
    assert work_off() == state
    assert words in chat.bot()[-1]
    assert len(server.asked) == 1


def test_a_missing_secret_is_said_by_its_name(chat: Chat, server: ScriptedServer) -> None:
    make_reply(server)
    chat.say("weather in Oslo")
    assert work_off() == "failed"
    assert "TOOL_SECRET_WEATHER" in chat.bot()[-1]
    assert server.connections == 0


def test_a_tool_that_was_changed_meanwhile_is_called_as_it_was_agreed_to(chat: Chat, server: ScriptedServer) -> None:
    reply = make_order(server)
    chat.say("order to Oslo")
    chat.say("yes")
    reply.url = f"{server.url}/changed"
    reply.save()
    assert work_off() == "done"
    assert server.asked[0].target == "/orders"


def test_a_conversation_that_is_gone(chat: Chat, server: ScriptedServer) -> None:
    make_reply(server, headers="")
    chat.say("weather in Oslo")
    collection("conversations_conversation").delete_many({})
    assert work_off() == "done"
    assert work_off() == "nothing to do"


def test_entities_make_choices_and_changes_count_at_once(chat: Chat, server: ScriptedServer) -> None:
    reply = make_reply(server, headers="")
    EntityType.objects.create(bot_id="default", name="city", kind="list", values={"Oslo": [], "Rome": []})
    assert "`Oslo` or `Rome`" in chat.say("weather")[-1]
    chat.say("cancel")
    ReplyText.objects.create(reply=reply, language="en", text="In English: {temp}")
    configuration_forget()
    chat.say("weather in Rome")
    assert work_off() == "done"
    assert chat.bot()[-1] == "In English: -3"
    reply.delete()
    configuration_forget()
    assert "did not understand" in chat.say("weather in Rome")[-1]


def test_nobody_fills_the_queue(chat: Chat, server: ScriptedServer) -> None:
    make_reply(server, headers="")
    for _ in range(5):
        assert chat.say("weather in Oslo")[-1].startswith("Got it")
    assert "still open" in chat.say("weather in Oslo")[-1]
    assert tool_calls().count_documents({}) == 5


@pytest.mark.parametrize("gone", ["person", "bot"])
def test_who_may_not_be_answered_any_more_asks_nobody(chat: Chat, server: ScriptedServer, gone: str) -> None:
    make_order(server)
    chat.say("order to Oslo")
    chat.say("yes")
    if gone == "person":
        User.objects.filter(id=chat.user.id).update(is_active=False)
    else:
        Bot.objects.filter(name="default").update(enabled=False, revision="other")
        configuration_forget()
    assert work_off() == "failed"
    assert server.connections == 0


def test_half_a_character_in_an_answer_is_told_all_the_same(chat: Chat, server: ScriptedServer) -> None:
    server.answerer = answer(200, b'{"now": {"temp": "\\ud800", "words": "\\u0000"}}')
    make_reply(server, headers="")
    chat.say("weather in Oslo")
    assert work_off() == "done"
    assert "in Oslo" in chat.bot()[-1]


def test_the_promised_task_is_the_one_that_works_it_off(chat: Chat, server: ScriptedServer) -> None:
    make_reply(server, headers="")
    chat.say("weather in Oslo")
    row = collection("orchestrator_outbox").find_one({"task": tool_call_task.name})
    assert row is not None
    assert tool_call_task(row["argument"]) == "done"
    with pytest.raises(ValueError, match="badly formed"):
        tool_call_task("nonsense")
