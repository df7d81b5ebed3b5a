"""Reviewing messages: what waits, one click that teaches it, who may, and what is never shown."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote
from django.contrib.auth.models import Permission
from django.test import Client
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import run_transaction
from conversations import turns as turns_module
from conversations.bots.configuration import configuration_forget
from conversations.documents import turns
from conversations.errors import InvalidFrame
from conversations.review.figures import figures_get
from conversations.review.queue import Filters, waiting_list
from conversations.review.services import message_dismiss, message_learn
from nlu import catalogue, services, storage
from nlu.errors import ExampleRefused
from nlu.models import Example, Intent
from nlu.types import EntityDefinition, IntentDefinition, Person, TrainingData, Understanding
from tests.integration.mongo.chatting import NEW, Chat
from tests.integration.mongo.clients import page_client
from tests.integration.mongo.orchestrating import person, seed

DATA = TrainingData(
    intents=(
        IntentDefinition(
            "make",
            ("create a bucket", "make a bucket", "new bucket", "i need a bucket", "bucket {name} in {environment}"),
            ("name", "environment"),
        ),
        IntentDefinition("drop", ("delete it", "remove it", "get rid of it", "throw it away", "destroy it")),
    ),
    entities=(
        EntityDefinition("name", "name"),
        EntityDefinition("environment", "list", {"staging": ("stage",), "production": ()}),
        EntityDefinition("region", "region"),
    ),
    out_of_scope=("order me a taxi", "what is the weather"),
)
ANN = Person("7", "ann")
LIST = "/admin/conversations/review/"

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
def bot(mongo_db: Database[dict[str, Any]]) -> Iterator[None]:
    storage.bot_ensure("default")
    run_transaction(lambda tx: catalogue.mirror(tx, "default", DATA, {}))
    configuration_forget()
    yield
    configuration_forget()


def message(text: str, *doubts: str, **changes: Any) -> str:
    """A message as its turn is stored; its key."""
    key = f"{uuid4()}:1"
    slot = {"name": "environment", "value": "staging", "text": "stage", "source": "list"}
    at = text.find("stage")
    understanding = {
        "intent": None,
        "confidence": 0.4,
        "threshold": 0.6,
        "alternatives": [{"intent": "make", "confidence": 0.4}, {"intent": "drop", "confidence": 0.1}],
        "slots": [{**slot, "start": at, "end": at + 5}] if at >= 0 else [],
    }
    document = {
        "_id": key,
        "conversation_id": key.partition(":")[0],
        "seq": 1,
        "state": "done",
        "kind": "message",
        "text": text,
        "bot": "default",
        "doubts": list(doubts),
        "led_to": None,
        "reviewed_at": None,
        "user": {"id": "1", "name": "bob"},
        "created_at": datetime.now(UTC),
        "understanding": understanding,
    }
    turns().insert_one({**document, **changes})
    return key


def waiting(**filters: Any) -> dict[str, Any]:
    return {each.text: each for each in waiting_list(Filters(**filters))[0]}


def test_messages_that_are_the_same_phrase_wait_once() -> None:
    message("magic me a stage bucket", "not_understood")
    message("Magic me a stage bucket!", "low_confidence")
    message("all well", *[])
    (entry,) = waiting().values()
    assert (entry.times, sorted(entry.reasons)) == (2, ["low_confidence", "not_understood"])
    assert (entry.intent, entry.suggested) == ("make", "Magic me a [stage](environment) bucket!")


def test_filters() -> None:
    message("one", "not_understood")
    message("two", "given_up", bot="other")
    note = {"at": datetime.now(UTC), "by": {"id": "1", "name": "bob"}, "intent": "drop", "job_id": "j"}
    message("three", correction={**note, "slots": []})
    message("an answer", correction={**note, "slots": []}, answers=True)
    message("four", "low_confidence", created_at=datetime(2020, 1, 5, 12, tzinfo=UTC))
    assert set(waiting()) == {"one", "two", "three", "four"}
    assert set(waiting(bot="other")) == {"two"}
    assert set(waiting(reason="corrected")) == {"three"}
    assert waiting()["three"].intent == "drop"
    assert set(waiting(since=datetime.now(UTC) - timedelta(days=1))) == {"one", "two", "three"}
    assert set(waiting(until=datetime(2020, 1, 6, tzinfo=UTC))) == {"four"}


def test_a_correction_says_what_was_meant() -> None:
    slots = [{"name": "name", "value": "Stage"}, {"name": "environment", "value": "production"}]
    correction = {"at": datetime.now(UTC), "by": {"id": "1", "name": "bob"}, "intent": "make", "slots": slots}
    message("make me a bucket stage", correction=correction)
    assert waiting()["make me a bucket stage"].suggested == "make me a bucket [stage](name)"


def test_one_click_makes_a_training_phrase_and_the_next_training_takes_it_in() -> None:
    key = message("magic me a stage bucket", "not_understood")
    other = message("MAGIC me a stage bucket", "not_understood")
    assert message_learn(turn_id=key, intent="make", by=ANN) == "magic me a [stage](environment) bucket"
    row = Example.objects.get(source="own")
    assert (row.text, row.intent_id) == ("magic me a [stage](environment) bucket", "default:make")
    assert waiting() == {}
    message_learn(turn_id=other, intent="make", by=ANN)
    assert Example.objects.filter(source="own").count() == 1
    decided = collection("conversations_review").find_one()
    assert decided is not None
    assert (decided["decision"], decided["intent"], decided["by"]) == ("learned", "make", {"id": "7", "name": "ann"})
    services.train(data=DATA)
    assert services.understand("magic me a stage bucket").intent == "make"


def test_marks_the_intent_has_no_slot_for_are_left_out_or_refused() -> None:
    key = message("drop stage now", "not_understood")
    assert message_learn(turn_id=key, intent="drop", by=ANN) == "drop stage now"
    with pytest.raises(ExampleRefused, match="The intent drop has no slot environment; its slots: none"):
        message_learn(turn_id=message("off stage", "given_up"), intent="drop", text="off [stage](environment)", by=ANN)


def test_an_own_intent_gets_the_slots_that_its_phrases_mark() -> None:
    Intent.objects.create(bot_id="default", name="move", slots=["name"])
    message_learn(turn_id=message("to ireland", "given_up"), intent="move", text="to [ireland](region)", by=ANN)
    assert Intent.objects.get(name="move").slots == ["name", "region"]


REFUSED = {
    "stands elsewhere": ("drop", "New bucket", "stands under make already"),
    "out of scope already": ("make", "order me a taxi!", "among the phrases that are out of scope already"),
    "unknown intent": ("fly", "fly me", "has no intent fly"),
    "unknown entity": ("make", "in [x](color)", "there is no entity of that name"),
    "lonely brace": ("make", "in {x", "lonely brace"),
    "empty": ("make", "?!", "is empty"),
    "long": ("make", "x " * 600, "longer than 1,000"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_a_phrase_is_refused_with_a_sentence(name: str) -> None:
    intent, text, sentence = REFUSED[name]
    key = message("hm hm", "not_understood")
    with pytest.raises(ExampleRefused) as caught:
        message_learn(turn_id=key, intent=intent, text=text, by=ANN)
    assert sentence in caught.value.detail
    assert not Example.objects.filter(source="own").exists()
    assert set(waiting()) == {"hm hm"}


def test_two_reviewers_at_once_teach_one_intent() -> None:
    keys = [message("magic it now", "not_understood"), message("Magic it now", "not_understood")]

    def learn(turn_id: str, intent: str) -> str:
        try:
            return message_learn(turn_id=turn_id, intent=intent, by=ANN) and intent
        except ExampleRefused as refused:
            return refused.detail

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(learn, keys, ("make", "drop")))
    row = Example.objects.get(source="own")
    assert f"stands under {row.intent_id.partition(':')[2]} already" in said[0]
    assert said[1] == row.intent_id.partition(":")[2]


def test_what_was_dismissed_does_not_come_back() -> None:
    message_dismiss(turn_id=message("la la la", "not_understood"), by=ANN)
    message("La la la", "not_understood")
    assert waiting() == {}
    assert not Example.objects.filter(source="own").exists()


def test_secrets_are_neither_shown_nor_learned() -> None:
    key = message("my password is hunter2", "not_understood")
    assert set(waiting()) == {"my password is •••"}
    for text in (None, "my password is hunter2", "my password is •••", "use [AKIAIOSFODNN7EXAMPLE](name)"):
        with pytest.raises(InvalidFrame, match="a secret"):
            message_learn(turn_id=key, intent="make", text=text, by=ANN)
    message_learn(turn_id=key, intent="make", text="my password for {name}", by=ANN)


def test_what_retention_removed_is_gone_here_too() -> None:
    key = message("la la la", "not_understood")
    turns().delete_one({"_id": key})
    assert waiting() == {}


def reviewer(*permissions: str) -> Client:
    user = User.objects.create_user(f"r{uuid4().hex[:8]}", is_staff=True)
    for each in permissions:
        app, _dot, codename = each.partition(".")
        user.user_permissions.add(Permission.objects.get(codename=codename, content_type__app_label=app))
    return page_client(user)


FULL = ("conversations.view_review", "conversations.change_review", "nlu.add_example")


def test_the_pages() -> None:
    key = message("magic <b>me</b> a stage bucket", "not_understood")
    client = reviewer(*FULL)
    page = client.get(LIST).content.decode()
    assert "magic &lt;b&gt;me&lt;/b&gt; a stage bucket" in page
    assert "Learn as make" in page
    detail = client.get(f"{LIST}message/{quote(key)}/").content.decode()
    assert "[stage](environment)" in detail
    assert '<option value="make" selected>' in detail
    answer = client.post(f"{LIST}message/{quote(key)}/", {"intent": "drop", "text": "New bucket"})
    assert "stands under make already" in answer.content.decode()
    done = client.post(f"{LIST}message/{quote(key)}/", {"intent": "drop", "text": "magic it away"}, follow=True)
    assert "is a training phrase now (drop)" in done.content.decode()
    assert "Nothing to review here" in done.content.decode()
    assert "made 'magic it away' a training phrase of drop" in LogEntry.objects.get().change_message
    assert "Decided already" in client.get(f"{LIST}message/{quote(key)}/").content.decode()
    assert (
        "made a training phrase" in client.get(f"{LIST}decided/?bot=default&decision__exact=learned").content.decode()
    )
    for address in (f"{LIST}?since=nonsense&bot=none&reason=x&page=99", f"{LIST}figures/", f"{LIST}figures/?bot=none"):
        assert client.get(address).status_code == 200
    assert "script-src" not in page
    assert client.get(LIST).headers["Content-Security-Policy"].startswith("default-src 'self'")


def test_one_click_from_the_list() -> None:
    key = message("magic me a stage bucket", "not_understood")
    client = reviewer(*FULL)
    back = f"{LIST}?reason=not_understood"
    answer = client.post(f"{LIST}decide/{quote(key)}/", {"intent": "make", "back": back})
    assert (answer.status_code, answer["Location"]) == (302, back)
    assert Example.objects.get(source="own").text == "magic me a [stage](environment) bucket"
    lost = message("sing a song", "not_understood")
    client.post(f"{LIST}decide/{quote(lost)}/", {"intent": "-", "back": "https://evil.example/"})
    assert Example.objects.get(text="sing a song").intent_id is None
    gone = client.post(f"{LIST}decide/{quote(lost)}x/", {"dismiss": "1"}, follow=True)
    assert "not there any more" in gone.content.decode()


def test_who_may_do_what() -> None:
    key = message("magic me a stage bucket", "not_understood")
    decide = f"{LIST}decide/{quote(key)}/"
    stranger, reader, dismisser = reviewer(), reviewer(FULL[0]), reviewer(*FULL[:2])
    for address in (LIST, f"{LIST}figures/", f"{LIST}message/{quote(key)}/"):
        assert stranger.get(address).status_code == 403
        assert reader.get(address).status_code == 200
    assert "Learn" not in dismisser.get(LIST).content.decode()
    assert stranger.post(decide, {"dismiss": "1"}).status_code == 403
    assert reader.post(decide, {"dismiss": "1"}).status_code == 403
    assert dismisser.post(decide, {"intent": "make"}).status_code == 403
    assert dismisser.get(decide).status_code == 403
    assert reader.post(f"{LIST}message/{quote(key)}/", {"intent": "make", "text": "x y"}).status_code == 403
    assert not Example.objects.filter(source="own").exists()
    assert dismisser.post(decide, {"dismiss": "1"}).status_code == 302
    assert waiting() == {}


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch, redis_url: str) -> Chat:
    meanings = {"create a staging bucket": 0.9, "create a staging bucket called acme": 0.55}

    def understand(text: str, *, bot: str = "default", now: datetime | None = None) -> Understanding:
        sure = meanings.get(text, 0.1)
        return Understanding(text, NEW if sure > 0.5 else None, sure, 0.5, (), (), ())

    monkeypatch.setattr("nlu.services.understand", understand)
    seed()
    return Chat(person("demo", "requester"))


def stored(chat: Chat) -> list[dict[str, Any]]:
    return list(turns().find({"conversation_id": chat.id}).sort("seq"))


def test_turns_say_themselves_what_is_doubtful(chat: Chat) -> None:
    chat.say("fly me to the moon")
    chat.say("help")
    assert [(each["bot"], each["doubts"]) for each in stored(chat)] == [
        ("default", ["not_understood"]),
        ("default", []),
    ]
    assert set(waiting()) == {"fly me to the moon"}


def test_a_request_that_is_left_is_found_where_it_began(chat: Chat) -> None:
    chat.say("create a staging bucket")
    chat.say("never mind")
    assert [each["doubts"] for each in stored(chat)] == [["given_up"], []]


def test_a_turn_that_failed_is_found(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns_module, "decide", lambda *args: 1 / 0)
    chat.say("create a staging bucket")
    assert [each["doubts"] for each in stored(chat)] == [["given_up"]]


def test_figures_come_from_the_turns(chat: Chat) -> None:
    chat.say("create a staging bucket")
    chat.say("acme-one")
    assert "job.created" in [each["type"] for each in chat.say("staging")]
    chat.say("fly me")
    message("create something", **{"correction": {"at": 1}, "understanding": {"intent": NEW, "confidence": 0.7}})
    message("long ago", created_at=datetime(2020, 1, 1, tzinfo=UTC), understanding={"intent": NEW, "confidence": 0.7})
    found = figures_get(bot="default")
    (row,) = found.intents
    assert (row.intent, row.times, row.corrected, row.led_to_job) == (NEW, 2, 0.5, 0.5)
    assert row.confidence == pytest.approx(0.8)
    assert found.messages == 5
    assert figures_get(bot="other").intents == ()
    client = reviewer(*FULL)
    assert NEW in client.get(f"{LIST}figures/").content.decode()
    popular = client.get("/api/v1/intents/popular/?limit=5").json()
    assert popular == {"bot": "default", "intents": [NEW]}
    assert client.get("/api/v1/intents/popular/?bot=none").status_code == 404
    assert Client().get("/api/v1/intents/popular/").status_code == 401
