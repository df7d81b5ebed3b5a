"""Training, versions and their history in the admin."""

import json
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from pymongo.database import Database

from chatbot_project.accounts.models import User
from nlu import exchange, selectors, services, storage
from nlu.model import data_from_json
from nlu.models import Activation, Bot, EntityType, Example, TrainingRun
from nlu.runs.execution import run_execute
from tests.integration.mongo.clients import page_client

from .training import ADA, DATA, Outside, connected, trained

TRAIN = "/admin/nlu/bot/default/train/"
MORE = replace(DATA, out_of_scope=(*DATA.out_of_scope, "paint the fence"))


@pytest.fixture(autouse=True)
def outside(mongo_db: Database[dict[str, Any]]) -> Iterator[Outside]:
    storage.bot_ensure("default")
    with connected() as found:
        yield found


@pytest.fixture
def admin() -> Client:
    return page_client(User.objects.create_superuser("root", password="secret"))


def staff(*permissions: str) -> Client:
    """Somebody who may come in and do only this."""
    user = User.objects.create_user("staff", password="secret", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return page_client(user)


def page(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def run_page(client: Client) -> str:
    return page(client, f"/admin/nlu/trainingrun/{TrainingRun.objects.latest('created_at').pk}/change/")


def test_the_button_has_a_worker_train_and_shows_how_far_it_is(admin: Client, outside: Outside) -> None:
    bot_page = page(admin, "/admin/nlu/bot/default/change/")
    assert TRAIN in bot_page
    for table in ("trainingrun", "nlumodel"):
        address = f"/admin/nlu/{table}/?bot__name__exact=default"
        assert f'href="{address}"' in bot_page
        assert admin.get(address).status_code == 200
    assert "Train now" in page(admin, TRAIN)
    answer = admin.post(TRAIN, {"activate": "on"})
    run = TrainingRun.objects.get()
    assert answer.url == f"/admin/nlu/trainingrun/{run.pk}/change/"  # type: ignore[attr-defined]
    assert outside.promised == [("nlu.train", run.pk)]
    assert (run.activate, run.asked_by["name"]) == (True, "root")
    waiting = run_page(admin)
    assert "Waits for a worker" in waiting
    assert '<meta http-equiv="refresh"' in waiting
    assert "<script>" not in waiting
    assert "style=" not in waiting.split('id="content"')[1]

    seen: list[str] = []

    def told(sentence: str, share: float) -> None:
        if "fold 2" in sentence:
            seen.append(run_page(admin))

    run_execute(run.pk, "worker", told=told)
    assert "Is being trained: Trying fold 2 of 5." in seen[0]
    done = run_page(admin)
    assert "Trained" in done
    assert "refresh" not in done
    assert f"/admin/nlu/nlumodel/{selectors.models_list()[0].id}/change/" in done


def test_asking_twice_leads_to_the_run_that_is_underway(admin: Client) -> None:
    admin.post(TRAIN)
    answer = admin.post(TRAIN, follow=True)
    assert "is being trained already" in answer.content.decode()
    assert TrainingRun.objects.count() == 1


def test_a_training_is_canceled_on_its_page(admin: Client) -> None:
    admin.post(TRAIN)
    address = f"/admin/nlu/trainingrun/{TrainingRun.objects.get().pk}/cancel/"
    assert f'action="{address}"' in run_page(admin)
    assert admin.get(address).status_code == 403
    assert staff("view_trainingrun").post(address).status_code == 403
    assert "The bot answers as before" in admin.post(address, follow=True).content.decode()
    ended = run_page(admin)
    assert "Canceled: Canceled by root." in ended
    assert address not in ended
    assert "nothing was canceled" in admin.post(address, follow=True).content.decode()
    assert admin.post("/admin/nlu/trainingrun/none/cancel/").status_code == 302


def test_several_bots_are_trained_from_the_list(admin: Client) -> None:
    Bot.objects.create(name="other")
    chosen = {"action": "train", "_selected_action": ["default", "other"]}
    assert admin.post("/admin/nlu/bot/", chosen, follow=True).status_code == 200
    assert {each.bot_id for each in TrainingRun.objects.all()} == {"default", "other"}


def test_a_refusal_leads_to_the_rows_that_are_wrong(admin: Client) -> None:
    trained(data=DATA)
    bot = Bot.objects.get()
    own = Example.objects.create(bot=bot, intent_id="default:make", text="Delete it!")
    kind = EntityType.objects.create(bot=bot, name="code", kind="pattern", pattern="(")
    run_id = services.training_request(bot="default", asked_by=ADA)
    run_execute(run_id, "worker")
    shown = run_page(admin)
    built_in = Example.objects.get(text="delete it")
    assert "stands under the intent make and under the intent drop" in shown
    assert "no regular expression" in shown
    for row in (own, kind):
        assert f'href="/admin/nlu/{row._meta.model_name}/{row.pk}/change/"' in shown
    assert f"/admin/nlu/example/{built_in.pk.replace(':', '_3A')}/change/" in shown


def test_what_people_wrote_is_never_markup(admin: Client) -> None:
    trained(data=DATA)
    Example.objects.create(bot=Bot.objects.get(), intent_id="default:make", text="<script>alert(1)</script> {x}")
    run_execute(services.training_request(bot="default", asked_by=ADA), "worker")
    shown = run_page(admin)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert(1)" not in shown


def test_a_version_s_page_has_its_figures_beside_those_of_the_active_one(admin: Client) -> None:
    first = trained(data=DATA)
    second = trained(data=MORE, activate=False)
    shown = page(admin, f"/admin/nlu/nlumodel/{second.id}/change/")
    for words in ("Accuracy", "Out-of-scope recall", "AUROC", "Threshold", "Confusions", "Recall", "Precision"):
        assert words in shown
    assert "Compared with" in shown
    assert f"/admin/nlu/nlumodel/{first.id}/change/" in shown
    assert second.digest in shown
    assert f">{second.threshold:.3f}<" in shown
    assert 'scope="row">make<' in shown
    assert "Roll back" not in shown


def test_own_phrases_of_an_intent_that_is_gone_are_named(admin: Client) -> None:
    trained(data=DATA)
    bot = Bot.objects.get()
    Example.objects.create(bot=bot, intent_id="default:make", text="knock up a bucket")
    Example.objects.create(bot=bot, intent_id="default:drop", text="vaporise it")
    Example.objects.create(bot=bot, intent=None, text="mow the lawn")
    rest = replace(DATA, intents=(DATA.intents[0], replace(DATA.intents[1], name="remove")))
    shown = page(admin, f"/admin/nlu/nlumodel/{services.train(data=rest).id}/change/")
    assert "left out" in shown
    assert "<q>vaporise it</q>" in shown
    assert "<q>knock up a bucket</q>" not in shown.split("Figures")[0]


def test_training_data_can_be_downloaded(admin: Client) -> None:
    view = trained(data=DATA)
    files = {}
    for kind in ("json", "yaml"):
        answer = admin.get(f"/admin/nlu/nlumodel/{view.id}/data.{kind}")
        assert answer["Content-Disposition"] == f'attachment; filename="default-1.{kind}"'
        files[kind] = answer.content.decode()
    assert data_from_json(json.loads(files["json"])) == DATA
    content = exchange.read({"default-1.yaml": files["yaml"]})
    assert [each.name for each in content.intents] == ["make", "drop"]
    assert [each.text for each in content.out_of_scope] == list(DATA.out_of_scope)
    assert admin.get(f"/admin/nlu/nlumodel/{view.id}/data.exe").status_code == 302


def test_rows_of_a_wrong_shape_are_refused_in_their_form(admin: Client) -> None:
    trained(data=DATA)
    Bot.objects.create(name="other")
    for page_name, form, said in (
        ("intent", {"bot": "default", "name": "dance", "slots": '"name"'}, "list of names"),
        ("entitytype", {"bot": "default", "name": "hue", "kind": "list", "values": '["red"]'}, "synonyms"),
        ("example", {"bot": "other", "intent": "default:make", "text": "hm"}, "another bot"),
    ):
        answer = admin.post(f"/admin/nlu/{page_name}/add/", form)
        assert (answer.status_code, said in answer.content.decode()) == (200, True), page_name


@pytest.mark.parametrize("step", ["add", "change", "delete"])
def test_a_row_and_its_bot_s_revision_are_saved_both_or_neither(
    admin: Client, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    bot = Bot.objects.get()
    kept = Example.objects.create(bot=bot, text="kept")
    revision = bot.revision

    def fails(*, bot: str) -> None:
        raise RuntimeError("the process died here")

    monkeypatch.setattr(services, "bot_changed", fails)
    address = f"/admin/nlu/example/{step if step == 'add' else f'{kept.pk}/{step}'}/"
    with pytest.raises(RuntimeError, match="died here"):
        admin.post(address, {"bot": "default", "text": "new", "post": "yes"})
    assert [each.text for each in Example.objects.all()] == ["kept"]
    assert Bot.objects.get().revision == revision
    monkeypatch.undo()
    assert admin.post(address, {"bot": "default", "text": "new", "post": "yes"}).status_code == 302
    assert Bot.objects.get().revision != revision


def test_activating_and_rolling_back_with_history(admin: Client) -> None:
    first, second = trained(data=DATA), trained(data=MORE)
    third = trained(data=DATA, activate=False)
    answer = admin.post(f"/admin/nlu/nlumodel/{third.id}/activate/", follow=True)
    assert "Version 3 of default answers from now on." in answer.content.decode()
    for active, button in ((third, "Roll back to version 2"), (second, "Roll back to version 1")):
        shown = page(admin, f"/admin/nlu/nlumodel/{active.id}/change/")
        assert button in shown
        admin.post(f"/admin/nlu/nlumodel/{active.id}/roll-back/")
    assert storage.active_model_id("default") == first.id
    assert "Roll back" not in page(admin, f"/admin/nlu/nlumodel/{first.id}/change/")
    history = Activation.objects.order_by("number").values_list("model__number", "kind", "by")
    assert [(number, kind) for number, kind, by in history] == [
        (1, "activated"),
        (2, "activated"),
        (3, "activated"),
        (2, "rolled back"),
        (1, "rolled back"),
    ]
    assert history[4][2]["name"] == "root"


def test_the_command_line_rolls_back_too() -> None:
    first, _second = trained(data=DATA), trained(data=MORE)
    said = StringIO()
    call_command("train_nlu", roll_back=True, stdout=said)
    assert "Version 1 of default answers again." in said.getvalue()
    assert storage.active_model_id("default") == first.id
    with pytest.raises(CommandError, match="No version answered"):
        call_command("train_nlu", roll_back=True)


def test_rolling_back_twice_at_once_goes_back_once(admin: Client) -> None:
    trained(data=DATA)
    second, third = trained(data=MORE), trained(data=DATA)
    for _ in range(2):
        answer = admin.post(f"/admin/nlu/nlumodel/{third.id}/roll-back/", follow=True)
    assert "Another version answers" in answer.content.decode()
    assert storage.active_model_id("default") == second.id


def test_activating_again_what_answers_already_adds_no_history(admin: Client) -> None:
    view = trained(data=DATA)
    admin.post(f"/admin/nlu/nlumodel/{view.id}/activate/")
    assert Activation.objects.count() == 1


def test_who_may_only_look_changes_nothing() -> None:
    first = trained(data=DATA)
    second = trained(data=MORE)
    client = staff("view_bot", "view_nlumodel", "view_trainingrun")
    assert "Train now" not in page(client, "/admin/nlu/bot/default/change/")
    shown = page(client, f"/admin/nlu/nlumodel/{second.id}/change/")
    assert "Roll back" not in shown
    for address in (
        TRAIN,
        f"/admin/nlu/nlumodel/{first.id}/activate/",
        f"/admin/nlu/nlumodel/{second.id}/roll-back/",
    ):
        assert client.post(address).status_code == 403, address
    client.post("/admin/nlu/nlumodel/", {"action": "activate", "_selected_action": [first.id]})
    assert storage.active_model_id("default") == second.id
    assert TrainingRun.objects.count() == 0


def test_who_may_not_look_sees_nothing() -> None:
    view = trained(data=DATA)
    run_id = services.training_request(bot="default", asked_by=ADA)
    client = staff("view_intent")
    for address in (
        f"/admin/nlu/nlumodel/{view.id}/change/",
        f"/admin/nlu/nlumodel/{view.id}/data.json",
        f"/admin/nlu/trainingrun/{run_id}/change/",
        TRAIN,
    ):
        assert client.get(address).status_code == 403, address
    assert Client().get(TRAIN).status_code == 302


def test_what_does_not_exist_is_said(admin: Client) -> None:
    for address in (
        "/admin/nlu/nlumodel/none/change/",
        "/admin/nlu/nlumodel/none/data.json",
        "/admin/nlu/trainingrun/none/change/",
        "/admin/nlu/bot/none/train/",
    ):
        assert admin.get(address).status_code == 302, address
    for action in ("activate", "roll-back"):
        assert admin.post(f"/admin/nlu/nlumodel/none/{action}/").status_code == 302
        assert admin.get(f"/admin/nlu/nlumodel/none/{action}/").status_code == 405


def test_changing_a_bot_leaves_what_a_training_writes_meanwhile(admin: Client) -> None:
    view = trained(data=DATA)
    shown = admin.get("/admin/nlu/bot/default/change/").context["adminform"].form
    form = {each.name: each.value() for each in shown if each.value() not in (None, False)}
    form |= {"title": "Mine", "rejection_rate": "0.1"}
    assert admin.post("/admin/nlu/bot/default/change/", form).status_code == 302
    bot = Bot.objects.get()
    assert (bot.title, bot.rejection_rate, bot.active_model_id) == ("Mine", 0.1, view.id)
