"""Bots, intents, entities and versions over REST, and in the admin."""

from typing import Any

import pytest
from django.test import Client
from pymongo.database import Database

from chatbot_project.accounts.models import User
from conversations.review.forms import PhraseForm
from nlu import selectors, services
from nlu.models import Bot, Example, Intent
from nlu.tasks import train_task
from nlu.validation import MAXIMUM_PHRASE
from tests.integration.mongo.clients import page_client

from .training import DATA, connected, trained


@pytest.fixture
def admin(mongo_db: Database[dict[str, Any]]) -> Client:
    return page_client(User.objects.create_superuser("root", password="secret"))


def test_lists_and_details(admin: Client) -> None:
    view = trained(data=DATA)
    bots = admin.get("/api/v1/bots/").json()["results"]
    assert [(each["name"], each["active_model_id"]) for each in bots] == [("default", view.id)]
    intents = admin.get("/api/v1/intents/?bot=default").json()["results"]
    assert [each["name"] for each in intents] == ["drop", "make"]
    one = admin.get(f"/api/v1/intents/{intents[1]['id']}/").json()
    assert "create a bucket" in one["examples"]
    assert [each["name"] for each in admin.get("/api/v1/entities/").json()["results"]] == ["name"]
    assert admin.get(f"/api/v1/models/{view.id}/").json()["digest"] == view.digest
    assert admin.get("/api/v1/intents/?bot=other").json()["results"] == []


def test_paging(admin: Client) -> None:
    for _ in range(3):
        last = trained(data=DATA, activate=False)
    page = admin.get("/api/v1/models/?limit=2").json()
    assert page["results"][0]["id"] == last.id
    rest = admin.get(page["next"]).json()
    assert [each["number"] for each in page["results"] + rest["results"]] == [3, 2, 1]
    assert rest["next"] is None


def test_nothing_can_be_written_and_nobody_unknown_reads(admin: Client) -> None:
    trained(data=DATA)
    assert admin.post("/api/v1/bots/", {"name": "x"}).status_code == 405
    assert admin.delete("/api/v1/bots/default/").status_code == 405
    missing = admin.get("/api/v1/models/none/")
    assert (missing.status_code, missing["Content-Type"]) == (404, "application/problem+json")
    assert Client().get("/api/v1/bots/").status_code == 401


def test_a_version_is_activated_in_the_admin(admin: Client) -> None:
    first = trained(data=DATA)
    trained(data=DATA)
    chosen = {"action": "activate", "_selected_action": [first.id]}
    answer = admin.post("/admin/nlu/nlumodel/", chosen, follow=True)
    assert b"Version 1 of default answers from now on." in answer.content
    assert [each.active for each in selectors.models_list()] == [False, True]


def test_admin_pages_open_and_versions_cannot_be_changed(admin: Client) -> None:
    view = trained(data=DATA)
    for page in ("bot", "intent", "example", "entitytype", "nlumodel", "activation", "trainingrun"):
        assert admin.get(f"/admin/nlu/{page}/").status_code == 200, page
    assert b"Confusions" in admin.get(f"/admin/nlu/nlumodel/{view.id}/change/").content
    admin.post(f"/admin/nlu/nlumodel/{view.id}/change/", {"threshold": "0"})
    assert selectors.models_list()[0].threshold == view.threshold
    assert admin.get("/admin/nlu/nlumodel/add/").status_code == 403


def test_own_rows_are_made_in_the_admin_and_built_in_ones_are_kept(admin: Client) -> None:
    trained(data=DATA)
    bot = Bot.objects.get()
    answer = admin.post("/admin/nlu/example/add/", {"bot": bot.pk, "intent": "default:drop", "text": "vaporise it"})
    assert answer.status_code == 302
    assert Example.objects.get(text="vaporise it").source == "own"
    built_in = Intent.objects.get(name="make")
    assert admin.post(f"/admin/nlu/intent/{built_in.pk}/delete/", {"post": "yes"}).status_code in (403, 302)
    assert Intent.objects.filter(name="make").exists()


def test_a_phrase_may_be_as_long_in_the_admin_as_training_takes_it(admin: Client) -> None:
    trained(data=DATA)
    bot = Bot.objects.get(name="default")
    fields = {"bot": bot.pk, "intent": "default:drop"}
    long = ("throw it away " * 80)[:MAXIMUM_PHRASE].strip()
    assert admin.post("/admin/nlu/example/add/", {**fields, "text": long}).status_code == 302
    longer = admin.post("/admin/nlu/example/add/", {**fields, "text": "x" * (MAXIMUM_PHRASE + 1)})
    assert f"at most {MAXIMUM_PHRASE} characters" in longer.content.decode()
    assert [each.text for each in Example.objects.filter(bot=bot, source="own")] == [long]
    for text, fits in ((long, True), ("x" * (MAXIMUM_PHRASE + 1), False)):
        assert PhraseForm({"intent": "drop", "text": text}, {}, ["drop"]).is_valid() is fits


def test_a_bot_with_a_trained_version_is_kept(admin: Client) -> None:
    trained(data=DATA)
    assert b"deletelink" not in admin.get("/admin/nlu/bot/default/change/").content
    assert admin.post("/admin/nlu/bot/default/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": ["default"], "post": "yes"}
    admin.post("/admin/nlu/bot/", chosen)
    assert services.understand("create a bucket").intent == "make"

    Bot.objects.create(name="untrained")
    assert b"deletelink" in admin.get("/admin/nlu/bot/untrained/change/").content
    assert admin.post("/admin/nlu/bot/untrained/delete/", {"post": "yes"}).status_code == 302
    assert list(Bot.objects.values_list("name", flat=True)) == ["default"]


def test_a_training_is_asked_for_and_followed_over_rest(admin: Client) -> None:
    trained(data=DATA)
    with connected() as outside:
        answer = admin.post("/api/v1/models/", {"activate": False}, content_type="application/json")
        assert answer.status_code == 202
        run = answer.json()
        assert (run["bot"], run["state"], run["activate"], run["asked_by"]) == ("default", "queued", False, "root")
        assert outside.promised == [("nlu.train", run["id"])]
        again = admin.post("/api/v1/models/", {}, content_type="application/json")
        assert (again.status_code, again.json()["code"]) == (409, "training_underway")
        missing = admin.post("/api/v1/models/", {"bot": "nobody"}, content_type="application/json")
        assert missing.status_code == 404
        assert train_task(run["id"]) == "succeeded"
    done = admin.get(answer["Location"]).json()
    assert (done["state"], done["share"], done["mistakes"]) == ("succeeded", 1.0, [])
    assert admin.get(f"/api/v1/models/{done['model']}/").json()["number"] == 2


def test_only_administrators_train(admin: Client) -> None:
    trained(data=DATA)
    client = page_client(User.objects.create_user("demo", password="secret"))
    assert client.post("/api/v1/models/", {}, content_type="application/json").status_code == 403
    assert client.get("/api/v1/training-runs/").status_code == 403
    assert Client().post("/api/v1/models/", {}, content_type="application/json").status_code == 401
