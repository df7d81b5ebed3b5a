"""Several bots: each for its people, with its part of the catalogue, its tone and its threshold."""

import json
import time
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from conversations import services, turns
from conversations.bots.configuration import configuration_forget, configuration_get
from conversations.errors import NotAllowed, NotFound
from conversations.opening import conversation_open
from conversations.selectors import conversation_get
from conversations.stream import frames_after
from conversations.training import training_source
from nlu.importing import import_apply
from nlu.models import Bot
from nlu.types import Understanding
from tests.integration.mongo.clients import page_client
from tests.integration.mongo.orchestrating import person, seed

NEW = "blueprint.object-storage.apply"

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    configuration_forget()

    def understand(text: str, *, bot: str = "default", now: datetime | None = None) -> Understanding:
        intent = NEW if "bucket" in text else "base.greet" if "hello" in text else None
        return Understanding(text, intent, 0.8 if intent else 0.1, 0.5, (), (), ())

    monkeypatch.setattr("nlu.services.understand", understand)


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def admin() -> Client:
    return page_client(User.objects.create_superuser("root", password="secret"))


def make_bot(name: str = "buckets", **fields: Any) -> Bot:
    return Bot.objects.create(name=name, **{"title": name.capitalize(), **fields})


def say(user: User, bot: str | None, text: str) -> list[str]:
    """What the bot says to the first message of a new conversation."""
    conversation = services.conversation_create(user=user, bot=bot)
    return say_in(conversation.id, user, text)


def say_in(conversation_id: str, user: User, text: str) -> list[str]:
    accepted = services.message_accept(conversation_id=conversation_id, user=user, client_id=str(uuid4()), text=text)
    assert accepted.turn_id is not None
    assert turns.turn_process(accepted.turn_id)
    found = frames_after(conversation_id, accepted.seq or 0, 50)
    return [each.data["text"] for each in found if each.type == "message.created"]


def test_a_bot_offers_its_part_of_the_catalogue_and_learns_no_other(demo: User) -> None:
    make_bot("lists", all_parts=False, parts=["action.list-buckets"])
    make_bot("buckets", all_parts=False, parts=["blueprint.object-storage"])
    assert "did not understand" in say(demo, "lists", "create a bucket")[0]
    assert "environment" in say(demo, "buckets", "create a bucket")[0].casefold()
    names = {each.name for each in training_source("buckets").data.intents}
    assert NEW in names
    assert not any(each.startswith(("action.", "blueprint.network")) for each in names)


def test_who_is_in_none_of_its_groups_has_no_such_bot(demo: User) -> None:
    make_bot("secret", groups=["platform"])
    with pytest.raises(NotFound):
        services.conversation_create(user=demo, bot="secret")
    with pytest.raises(NotFound):
        conversation_open(user=demo, name="new", after=None, bot="secret")
    client = page_client(demo)
    assert [each["name"] for each in client.get("/api/v1/bots/").json()["results"]] == []
    assert client.get("/api/v1/bots/secret/").status_code == 404
    group = Group.objects.create(name="platform")
    demo.groups.add(group)
    assert services.conversation_create(user=demo, bot="secret").bot == "secret"
    conversation = conversation_open(user=demo, name="new", after=None, bot="secret")
    assert conversation_get(conversation.conversation_id).bot == "secret"
    assert [each["name"] for each in client.get("/api/v1/bots/").json()["results"]] == ["secret"]


@pytest.mark.parametrize("name", ["none", "", "x" * 63, "$where", "a.b", "default\x00"])
def test_a_bot_that_there_is_not(demo: User, name: str) -> None:
    with pytest.raises(NotFound):
        services.conversation_create(user=demo, bot=name)


def test_over_rest(demo: User) -> None:
    make_bot("secret", groups=["platform"])
    make_bot("buckets")
    client = page_client(demo)
    made = client.post("/api/v1/conversations/", {"bot": "buckets"}, content_type="application/json")
    assert (made.status_code, made.json()["bot"]) == (201, "buckets")
    refused = client.post("/api/v1/conversations/", {"bot": "secret"}, content_type="application/json")
    assert (refused.status_code, refused.json()["field"]) == (404, "bot")
    for wrong in (None, 1, {"$ne": ""}, ["buckets"], "x" * 64):
        body = json.dumps({"bot": wrong})
        assert client.post("/api/v1/conversations/", body, content_type="application/json").status_code == 422


def test_without_a_name_it_is_the_first_one_may_use(demo: User) -> None:
    assert services.conversation_create(user=demo).bot == "default"
    make_bot("default", enabled=False)
    with pytest.raises(NotAllowed):
        services.conversation_create(user=demo)
    make_bot("zebra", title="A bot")
    make_bot("apple", title="B bot")
    assert services.conversation_create(user=demo).bot == "zebra"


def test_a_change_counts_within_two_seconds_in_a_conversation_that_goes_on(demo: User, admin: Client) -> None:
    make_bot("buckets", greeting="Welcome {name}!")
    conversation = services.conversation_create(user=demo, bot="buckets")
    assert say_in(conversation.id, demo, "hello") == ["Welcome demo!"]
    page = admin.get("/admin/nlu/bot/buckets/change/")
    assert b"blueprint.object-storage" in page.content
    changed = {"title": "B", "tone": "plain", "rejection_rate": "0.05", "all_parts": "on", "greeting": "Gone."}
    assert admin.post("/admin/nlu/bot/buckets/change/", changed).status_code == 302
    deadline = time.monotonic() + 2
    while (found := configuration_get("buckets")) and found.settings.enabled:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (said,) = say_in(conversation.id, demo, "create a bucket")
    assert "switched off" in said
    assert collection("orchestrator_job").count_documents({}) == 0


def test_a_page_that_was_opened_before_a_training_ended_does_not_undo_it(admin: Client) -> None:
    make_bot("buckets")
    original = Bot.save

    def meanwhile(self: Bot, *args: Any, **kwargs: Any) -> None:
        collection("nlu_bot").update_one({"_id": "buckets"}, {"$set": {"last_number": 7}})
        original(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bot, "save", meanwhile)
        changed = {"title": "New", "tone": "brief", "rejection_rate": "0.05", "all_parts": "on", "enabled": "on"}
        assert admin.post("/admin/nlu/bot/buckets/change/", changed).status_code == 302
    bot = Bot.objects.get(name="buckets")
    assert (bot.last_number, bot.title, bot.tone) == (7, "New", "brief")


def test_a_bot_that_offers_nothing_is_refused(admin: Client) -> None:
    answer = admin.post(
        "/admin/nlu/bot/add/", {"name": "empty", "title": "E", "tone": "plain", "rejection_rate": "0.05"}
    )
    assert b"Choose what it offers" in answer.content
    assert not Bot.objects.exists()


@pytest.mark.parametrize(("threshold", "understood"), [(None, True), (0.01, True), (0.9, False)])
def test_its_threshold_only_makes_it_surer(demo: User, threshold: float | None, understood: bool) -> None:
    make_bot("careful", threshold=threshold)
    (said,) = say(demo, "careful", "create a bucket")
    assert ("did not understand" not in said) == understood


def test_tone_and_words(demo: User) -> None:
    make_bot("short", tone="brief")
    make_bot("warm", tone="friendly")
    make_bot("own", greeting="# {name} {name.x} {{name}} {secret}")
    assert say(demo, "short", "hello") == ["Hello demo. What do you need? Or say “help”."]
    assert "good to see you" in say(demo, "warm", "hello")[0]
    demo.username = "*evil* {greeting}"
    demo.save()
    assert say(demo, "own", "hello") == ["# \\*evil\\* {greeting} {name.x} {\\*evil\\* {greeting}} {secret}"]


def test_without_a_model_it_says_so(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from nlu.errors import NoModel

    def none(text: str, *, bot: str, now: datetime) -> Understanding:
        raise NoModel(f"The bot {bot} has no trained model yet.")

    monkeypatch.setattr("nlu.services.understand", none)
    make_bot("new")
    assert "not trained yet" in say(demo, "new", "create a bucket")[0]


def test_the_page_offers_a_choice_where_there_is_one(demo: User) -> None:
    client = page_client(demo)
    page = client.get("/", follow=True)
    assert b"new-bot" not in page.content
    make_bot("buckets", title="<Buckets>")
    make_bot("hush-hush", groups=["platform"])
    page = client.get(page.redirect_chain[-1][0])
    assert b"&lt;Buckets&gt;" in page.content
    assert b"hush-hush" not in page.content
    opened = client.post("/c/new/", {"bot": "buckets"}, follow=True)
    assert conversation_get(opened.redirect_chain[-1][0].strip("/").split("/")[-1]).bot == "buckets"
    assert client.post("/c/new/", {"bot": "hush-hush"}).status_code == 403


def test_who_may_use_no_bot_is_told(demo: User) -> None:
    make_bot("default", groups=["platform"])
    client = page_client(demo)
    page = client.get("/")
    assert page.status_code == 403
    assert b"Ask an admin" in page.content


def test_what_is_imported_counts_at_once() -> None:
    make_bot("buckets")
    before = Bot.objects.get(name="buckets").revision
    text = "format: infrachat-nlu\nversion: 1\nintents:\n  joke:\n    examples: [tell me a joke]\n"
    import_apply(bot="buckets", files={"a.yaml": text})
    assert Bot.objects.get(name="buckets").revision != before
