"""Replies in the admin: mistakes at their fields, the text as it will read, and a call that a worker tries."""

from typing import Any

import pytest
from django.test import Client

from chatbot_project.accounts.models import User
from conversations.bots.configuration import configuration_forget, configuration_get
from conversations.documents import tool_calls
from conversations.models import Reply
from conversations.tools.calls import call_work_off
from nlu.models import Bot, EntityType, Example, Intent
from tests.integration.mongo.clients import page_client
from tests.integration.mongo.orchestrating import person
from tests.servers.http import answer, scripted_server

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")

GOOD = {
    "enabled": "on",
    "slots": "city: In which city?\ndays: How many days? (optional)",
    "text": "It is {temp} °C in {city}.",
    "method": "GET",
    "url": "https://api.example.com/{city}?days={days}",
    "headers": "Authorization: Bearer {secret.WEATHER}",
    "body": "",
    "seconds": "5",
    "response_kb": "64",
    "jmespath": "main",
    "texts-TOTAL_FORMS": "1",
    "texts-INITIAL_FORMS": "0",
    "texts-0-language": "de",
    "texts-0-text": "{city}: {temp} Grad.",
}


@pytest.fixture
def admin() -> Client:
    return page_client(User.objects.create_superuser("root", password="secret"))


@pytest.fixture
def intent() -> Intent:
    bot = Bot.objects.create(name="default", title="Default")
    intent = Intent.objects.create(bot=bot, name="weather", title="Weather")
    Example.objects.create(bot=bot, intent=intent, text="weather in {city}")
    EntityType.objects.create(bot=bot, name="city", kind="list", values={"Oslo": [], "Rome": ["roma"]})
    return intent


def post(admin: Client, intent: Intent, **changed: Any) -> Any:
    return admin.post("/admin/conversations/reply/add/", {**GOOD, "intent": intent.id, **changed})


def test_a_reply_is_written_and_counts_at_once(admin: Client, intent: Intent) -> None:
    configuration_forget()
    assert configuration_get("default").replies == ()  # type: ignore[union-attr]
    assert post(admin, intent).status_code == 302
    configuration_forget()
    (reply,) = configuration_get("default").replies  # type: ignore[union-attr]
    assert (reply.intent, reply.title, reply.phrase) == ("weather", "Weather", "weather")
    assert [(each.name, each.type, each.required) for each in reply.slots] == [
        ("city", "choice", True),
        ("days", "string", False),
    ]
    assert [each.language for each in reply.texts] == ["", "de"]
    page = admin.get(f"/admin/conversations/reply/{Reply.objects.get().id}/change/").content.decode()
    assert "It is {temp} °C in ‹city›." in page
    assert "Try the stored call" in page
    assert "weather (default)" in page
    assert "null</textarea>" not in page
    assert (
        admin.post(f"/admin/conversations/reply/{Reply.objects.get().id}/delete/", {"post": "yes"}).status_code == 302
    )
    configuration_forget()
    assert configuration_get("default").replies == ()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "https://{city}/"},
        {"url": "http://127.1/"},
        {"url": ""},
        {"headers": "Authorization: Bearer abc"},
        {"headers": "no colon"},
        {"body": '{"a": 1}'},
        {"jmespath": "a["},
        {"slots": "environment: Where?"},
        {"slots": "city: x\ncity: y"},
        {"text": "{secret.WEATHER}"},
        {"method": "", "headers": "", "text": "{unknown}", "url": ""},
        {"method": "", "headers": ""},
        {"seconds": "120"},
        {"texts-0-text": "{secret.X}"},
    ],
)
def test_what_would_not_work_is_not_saved(admin: Client, intent: Intent, changed: dict[str, str]) -> None:
    page = post(admin, intent, **changed)
    assert page.status_code == 200
    assert b"errorlist" in page.content
    assert not Reply.objects.exists()


def test_built_in_intents_have_their_answers(admin: Client, intent: Intent) -> None:
    built_in = Intent.objects.create(bot_id="default", name="base.help", source="built-in")
    own = Intent.objects.create(bot_id="default", name="base.destroy")
    for each in (built_in, own):
        assert post(admin, each).status_code == 200
    assert not Reply.objects.exists()


def test_a_call_is_tried_by_a_worker(admin: Client, intent: Intent, settings: Any) -> None:
    with scripted_server(answer(200, b'{"main": {"temp": 7}}')) as server:
        settings.CONVERSATIONS = {**settings.CONVERSATIONS, "TOOL_INTERNAL_HOSTS": (server.place,)}
        assert post(admin, intent, url=f"{server.url}/{{city}}", headers="").status_code == 302
        address = f"/admin/conversations/reply/{Reply.objects.get().id}/try/"
        assert b"In which city?" in admin.get(address).content
        assert admin.post(address, {"slot_city": "Atlantis"}).status_code == 200
        assert tool_calls().count_documents({}) == 0
        made = admin.post(address, {"slot_city": "Rome"})
        assert made.status_code == 302
        assert server.connections == 0
        call = tool_calls().find_one({})
        assert call is not None
        assert call_work_off(call["_id"], "w") == "done"
        assert "It is 7 °C in Rome." in admin.get(made["Location"]).content.decode()


def test_what_changes_something_is_tried_after_a_yes(admin: Client, intent: Intent) -> None:
    post(admin, intent, method="POST", url="https://api.example.com/")
    address = f"/admin/conversations/reply/{Reply.objects.get().id}/try/"
    assert admin.post(address, {"slot_city": "Rome"}).status_code == 200
    assert tool_calls().count_documents({}) == 0
    assert admin.post(address, {"slot_city": "Rome", "confirmed": "on"}).status_code == 302


def test_who_may_not_change_replies_tries_none(admin: Client, intent: Intent) -> None:
    post(admin, intent)
    staff = person("staff")
    staff.is_staff = True
    staff.save()
    client = page_client(staff)
    assert (
        client.post(f"/admin/conversations/reply/{Reply.objects.get().id}/try/", {"slot_city": "Rome"}).status_code
        == 403
    )
    assert tool_calls().count_documents({}) == 0
