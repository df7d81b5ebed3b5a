"""Turns on a real database: from a person's message to frames, jobs and decisions, exactly once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from chatbot_project.accounts.models import RoleBinding, User
from chatbot_project.mongo.connections import collection
from conversations import context, services, turns
from conversations.bots.configuration import configuration_get
from conversations.dialogue import steps
from conversations.dialogue.live import LiveWorld
from conversations.documents import turn_key
from conversations.errors import InvalidFrame
from conversations.selectors import conversation_get, turn_get
from nlu.types import Entity, Understanding
from orchestrator import selectors
from orchestrator.errors import Conflict
from orchestrator.states import JobState
from tests.integration.mongo.chatting import MEANINGS, NEW, Chat, the_job
from tests.integration.mongo.orchestrating import HASH, applied, move, person, planned, seed

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture(autouse=True)
def meanings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language engine that knows a few sentences: what is tested here is what happens to what was understood."""

    def understand(text: str, *, bot: str = "default", now: datetime | None = None) -> Understanding:
        intent, slots = MEANINGS.get(text, (None, {}))
        entities = tuple(Entity(name, value, str(value), 0, 1, "test") for name, value in slots.items())
        return Understanding(text, intent, 0.9 if intent else 0.1, 0.5, (), entities, ())

    monkeypatch.setattr("nlu.services.understand", understand)


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def chat(demo: User) -> Chat:
    return Chat(demo)


def test_a_request_is_asked_back_answered_and_submitted(chat: Chat):
    asked = chat.say("create a staging bucket")
    assert [each["type"] for each in asked] == ["message.created", "form.requested"]
    assert asked[0]["understanding"]["intent"] == NEW
    assert [each["name"] for each in asked[1]["fields"]] == ["name"]
    answered = chat.say("acme-reports")
    assert [each["type"] for each in answered] == ["message.created", "job.created"]
    assert answered[0]["text"].startswith("Got it, I'm working on that.")
    job = the_job(chat)
    assert (job.state, job.values["name"], job.origin.conversation_id) == (JobState.QUEUED, "acme-reports", chat.id)
    assert answered[1]["job_id"] == job.id


def test_a_form_is_answered(chat: Chat, demo: User):
    form = chat.say("create a staging bucket")[1]
    values = {"name": "acme-forms"}
    accepted = services.form_accept(
        conversation_id=chat.id, user=demo, client_id=str(uuid4()), form_id=form["form_id"], values=values
    )
    assert turns.turn_process(accepted.turn_id or "")
    assert the_job(chat).values["name"] == "acme-forms"


def test_yes_approves_the_plan_that_was_shown_and_delete_that_follows(chat: Chat):
    chat.say("create a staging bucket called acme")
    planned(the_job(chat))
    shown = chat.frames("job.updated")[-1]
    assert shown["plan"]["plan_hash"] == HASH
    assert "Reply **yes**" in chat.bot()[-1]
    assert "approved" in chat.say("yes")[0]["text"]
    assert the_job(chat).state is JobState.APPROVED


def test_a_yes_written_before_the_plan_was_shown_approves_nothing(chat: Chat):
    chat.say("create a staging bucket called acme")
    early = chat.write("yes")
    planned(the_job(chat))
    assert turns.turn_process(early)
    assert the_job(chat).state is JobState.AWAITING_APPROVAL
    assert chat.frames()[-1]["plan"]["plan_hash"] == HASH
    chat.say("yes")
    assert the_job(chat).state is JobState.APPROVED


def test_a_yes_from_a_page_of_another_site_approves_nothing(chat: Chat, demo: User):
    chat.say("create a staging bucket called acme", site="intranet")
    planned(the_job(chat))
    assert the_job(chat).origin.channel == "widget"
    assert "open the job in Infrachat" in chat.bot()[-1]
    for word in ("yes", "no", "cancel that"):
        assert "decided in Infrachat itself" in chat.say(word, site="intranet")[-1]["text"]
    assert the_job(chat).state is JobState.AWAITING_APPROVAL
    chat.say("yes")
    assert the_job(chat).state is JobState.APPROVED


def test_a_visitor_sets_nothing_going_whatever_they_are_given(chat: Chat, demo: User):
    User.objects.filter(id=demo.id).update(is_visitor=True)
    for text in ("create a staging bucket called acme", "create a staging bucket"):
        (said,) = chat.say(text, site="intranet")
        assert "not open to visitors" in said["text"]
    assert selectors.jobs_list(viewer=None, conversation_id=chat.id) == []


def test_no_rejects_with_the_reason(chat: Chat):
    chat.say("create a staging bucket called acme")
    planned(the_job(chat))
    chat.say("no, because it is too big")
    assert the_job(chat).state is JobState.REJECTED
    assert "demo rejected" in chat.bot()[-1]
    assert "it is too big" in chat.bot()[-1]


def test_a_deletion_needs_somebody_else(chat: Chat, demo: User):
    person("approver", "approver")
    applied(demo, "acme")
    said = chat.say("delete the bucket acme")
    assert "high risk" in said[0]["text"]
    planned(the_job(chat))
    assert "somebody else with the approver role in `staging` must approve it." in said[0]["text"]
    assert "You can ask **approver**." in chat.bot()[-1]
    assert "your own request" in chat.say("approve")[0]["text"]
    assert the_job(chat).state is JobState.AWAITING_APPROVAL


def test_what_the_orchestrator_refuses_becomes_a_sentence(chat: Chat, demo: User):
    demo.role_bindings.all().delete()
    said = chat.say("create a staging bucket called acme")
    assert [each["type"] for each in said] == ["message.created"]
    assert "requester role" in said[0]["text"]
    assert "Nothing was changed." in said[0]["text"]
    assert selectors.jobs_list(viewer=None) == []


def test_every_turn_keeps_what_was_decided(chat: Chat):
    chat.say("create a staging bucket called acme")
    stored = collection("conversations_turn").find_one({"conversation_id": chat.id})
    assert stored is not None
    assert stored["understanding"]["intent"] == NEW
    assert [each["step"] for each in stored["decision"]] == ["propose"]
    assert stored["dialogue"]["stacks"][0]["name"] == "acme"
    assert conversation_get(chat.id).dialogue == stored["dialogue"]


def test_many_at_once_do_it_once(chat: Chat):
    turn_id = chat.write("create a staging bucket called acme")
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(turns.turn_process, [turn_id] * 16))
    assert all(results)
    assert len(chat.bot()) == 1
    assert the_job(chat).version == 1


def test_turns_of_a_conversation_go_in_order_whoever_is_called_first(chat: Chat):
    ids = [chat.write(text) for text in ("create a staging bucket", "acme-order", "what is running")]
    with ThreadPoolExecutor(3) as pool:
        assert all(pool.map(turns.turn_process, reversed(ids)))
    assert the_job(chat).values["name"] == "acme-order"
    assert "What should the bucket be called?" in chat.bot()[0]
    assert "Got it" in chat.bot()[1]
    assert "acme-order" in chat.bot()[2]


def failing(times: int, error: Exception, then: Callable[..., Any]) -> Callable[..., Any]:
    left = [error] * times

    def call(*args: Any, **kwargs: Any) -> Any:
        if left:
            raise left.pop()
        return then(*args, **kwargs)

    return call


@pytest.mark.parametrize("where", ["dialogue_save", "_close"])
def test_a_crash_in_the_middle_leaves_nothing_and_is_repeated(chat: Chat, monkeypatch: pytest.MonkeyPatch, where: str):
    turn_id = chat.write("create a staging bucket called acme")
    monkeypatch.setattr(turns, where, failing(1, KeyboardInterrupt(), getattr(turns, where)))
    with pytest.raises(KeyboardInterrupt):
        turns.turn_process(turn_id)
    assert chat.bot() == []
    assert selectors.jobs_list(viewer=None) == []
    assert turns.turn_process(turn_id)
    assert len(chat.bot()) == 1
    assert the_job(chat)


def test_an_error_is_retried(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    submit = steps.services.job_submit
    monkeypatch.setattr(steps.services, "job_submit", failing(2, RuntimeError("boom"), submit))
    chat.say("create a staging bucket called acme")
    assert the_job(chat)
    assert len(chat.bot()) == 1


def test_a_conflict_is_tried_again_and_explained_in_the_end(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    submit = steps.services.job_submit
    monkeypatch.setattr(steps.services, "job_submit", failing(2, Conflict("Somebody was first."), submit))
    chat.say("create a staging bucket called acme")
    assert the_job(chat)
    monkeypatch.setattr(steps.services, "job_submit", failing(99, Conflict("Somebody was first."), submit))
    assert chat.say("delete the bucket acme")[0]["text"] == "Somebody was first. Nothing was changed."


def test_the_same_asked_twice_is_one_job_whose_card_is_shown(chat: Chat):
    chat.say("create a staging bucket called acme")
    again = chat.say("create a staging bucket called acme")
    assert [each["type"] for each in again] == ["message.created", "job.updated"]
    assert "under way already" in again[0]["text"]
    assert again[1]["job_id"] == the_job(chat).id


def test_a_second_request_waits_for_consent_and_survives_a_flush(chat: Chat):
    both = "create a staging bucket called acme and a staging bucket called beta"
    chat.say(both)
    assert "After that: `create a staging bucket called beta`" in chat.bot()[-1]
    assert the_job(chat).values["name"] == "acme"
    context.context_forget(chat.id)
    assert "beta" in chat.say("next")[0]["text"]
    found = selectors.jobs_list(viewer=None, conversation_id=chat.id)
    assert [each.values["name"] for each in found] == ["beta", "acme"]


def test_the_end_of_the_first_reminds_of_the_second(chat: Chat):
    chat.say("create a staging bucket called acme and a staging bucket called beta")
    job = planned(the_job(chat))
    move(job, JobState.EXPIRED)
    assert "You also asked for: `create a staging bucket called beta`" in chat.bot()[-1]


@pytest.mark.parametrize(("zone", "hour"), [("UTC", 12), ("Europe/Berlin", 13), ("Middle/Earth", 12)])
def test_the_clock_of_a_decision_is_the_person_s_own(chat: Chat, demo: User, zone: str, hour: int):
    demo.time_zone = zone
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    bot = configuration_get("default")
    assert bot is not None
    world = LiveWorld(user=demo, bot=bot, conversation_id=chat.id, before_seq=1, at=noon)
    assert world.now.hour == hour


def test_words_are_read_beside_the_person_s_own_clock(chat: Chat, demo: User, monkeypatch: pytest.MonkeyPatch):
    demo.time_zone = "Asia/Kolkata"
    demo.save()
    heard: list[datetime] = []

    def understand(text: str, *, bot: str, now: datetime) -> Understanding:
        heard.append(now)
        return Understanding(text, None, 0.1, 0.5, (), (), ())

    monkeypatch.setattr("nlu.services.understand", understand)
    chat.say("book it tomorrow")
    assert str(heard[0].tzinfo) == "Asia/Kolkata"


def test_a_time_zone_must_be_one():
    with pytest.raises(ValidationError, match="no time zone"):
        User(username="frodo", time_zone="Middle/Earth").full_clean(exclude=["password"])


def test_a_correction_withdraws_the_plan_and_plans_again(chat: Chat):
    chat.say("create a staging bucket called acme")
    planned(the_job(chat))
    chat.say("no, call it acme-logs instead")
    found = selectors.jobs_list(viewer=None, conversation_id=chat.id)
    assert [(each.values["name"], each.state) for each in found] == [
        ("acme-logs", JobState.QUEUED),
        ("acme", JobState.CANCELED),
    ]


def test_a_correction_that_is_refused_keeps_what_was_planned(chat: Chat, demo: User):
    chat.say("create a staging bucket called acme")
    job = planned(the_job(chat))
    RoleBinding.objects.filter(user=demo).delete()
    (answer,) = chat.say("no, call it acme-logs instead")
    assert "What you corrected stays as it was." in answer["text"]
    assert the_job(chat) == selectors.job_get(job.id)
    assert the_job(chat).state is JobState.AWAITING_APPROVAL
    RoleBinding.objects.create(user=demo, role="requester")
    chat.say("no, call it acme-logs instead")
    found = selectors.jobs_list(viewer=None, conversation_id=chat.id)
    assert [each.state for each in found] == [JobState.QUEUED, JobState.CANCELED]


def test_an_error_that_stays_is_answered_honestly_and_blocks_nobody(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    submit = steps.services.job_submit
    monkeypatch.setattr(steps.services, "job_submit", failing(99, RuntimeError("boom"), submit))
    first = chat.write("create a staging bucket called acme")
    said = chat.say("help")
    assert turn_get(first).state == "failed"
    assert turn_get(first).attempts == turns.MAX_ATTEMPTS
    assert "Something went wrong on our side" in chat.bot()[0]
    assert "I plan and change infrastructure" in said[-1]["text"]
    assert selectors.jobs_list(viewer=None) == []


def test_who_works_on_a_message_that_was_deleted_meanwhile_stops(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    turn, tries = turn_get(chat.write("help")), []
    process = turns._process

    def deleted_meanwhile(turn: Any) -> None:
        tries.append(turn)
        assert len(tries) < 9, "it goes on for ever"
        for name in ("conversations_turn", "conversations_conversation", "conversations_frame"):
            collection(name).delete_many({})
        context.context_forget(chat.id)
        process(turn)

    monkeypatch.setattr(turns, "_process", deleted_meanwhile)
    assert turns._settle(turn)
    assert len(tries) == 1


def test_an_outdated_context_in_redis_is_noticed(chat: Chat):
    chat.say("create a staging bucket")
    context.context_put(chat.id, {"bot": "default", "dialogue": {}, "dialogue_version": 0, "recent": []})
    chat.say("acme-context")
    assert the_job(chat).values["name"] == "acme-context"


def test_the_sweep_takes_up_what_was_left(chat: Chat):
    turn_id = chat.write("help")
    assert turns.turns_sweep() == 0
    old = turn_get(turn_id).created_at.replace(year=2020)
    collection("conversations_turn").update_one({"_id": turn_id}, {"$set": {"created_at": old}})
    assert turns.turns_sweep() == 1
    assert turn_get(turn_id).state == "done"


def test_a_turn_that_is_not_there(chat: Chat):
    assert not turns.turn_process(turn_key(chat.id, 99))


def test_an_account_that_was_closed_starts_nothing(chat: Chat, demo: User):
    turn_id = chat.write("create a staging bucket called acme")
    User.objects.filter(id=demo.id).update(is_active=False)
    assert turns.turn_process(turn_id)
    assert "not active" in chat.bot()[0]
    assert selectors.jobs_list(viewer=None) == []


def test_a_form_takes_the_blueprint_s_other_variables_too(demo: User) -> None:
    chat = Chat(demo)
    chat.say("create a staging bucket")
    (form,) = chat.frames("form.requested")
    assert (form["blueprint"], [each["name"] for each in form["fields"]]) == ("object-storage", ["name"])

    values = {"name": "acme", "versioning": True, "password": "hunter2-hunter2"}
    sent = {"conversation_id": chat.id, "user": demo, "form_id": form["form_id"]}
    accepted = services.form_accept(client_id=str(uuid4()), values=values, **sent)
    assert turns.turn_process(accepted.turn_id or "")
    (job,) = collection("orchestrator_job").find()
    assert job["values"] == {"name": "acme", "versioning": True}
    assert job["sensitive_values"] == {"password": "hunter2-hunter2"}
    said = chat.frames("message.created")
    assert "Versioning: true" in [each["text"] for each in said if each["author"] == "user"][-1]
    assert "hunter2" not in str([each["text"] for each in said])
    with pytest.raises(InvalidFrame, match="no field 'colour'"):
        services.form_accept(client_id=str(uuid4()), values={"colour": "red"}, **sent)
