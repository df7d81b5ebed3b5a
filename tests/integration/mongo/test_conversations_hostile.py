"""Secrets that people give in conversations: used once, and then nowhere to be found."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import redis
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from conversations import context, services, turns
from conversations.documents import conversations, turn_key
from conversations.errors import ConversationError, NotAllowed
from conversations.stream import frames_after
from nlu.types import Entity, Understanding
from orchestrator import selectors
from orchestrator.documents import job_load, unmasked_values
from tests.integration.mongo.clients import page_client

from .orchestrating import person, seed

NEW = "blueprint.object-storage.apply"
SECRET = "correct-horse-battery"

pytestmark = pytest.mark.usefixtures("redis_url")


@pytest.fixture
def demo(mongo_db: Database[Any], monkeypatch: pytest.MonkeyPatch) -> User:
    def understand(text: str, *, bot: str = "default", now: datetime | None = None) -> Understanding:
        entities = (
            () if text != "create a staging bucket" else (Entity("environment", "staging", "staging", 0, 1, "t"),)
        )
        return Understanding(text, NEW if "create" in text else None, 0.9, 0.5, (), entities, ())

    monkeypatch.setattr("nlu.services.understand", understand)
    seed()
    # The password is asked for.
    wanted = {"$set": {"manifest.ask": ["name", "password"]}}
    collection("orchestrator_blueprintversion").update_many({}, wanted)
    return person("demo", "requester")


def say(user: User, conversation_id: str, text: str) -> str:
    accepted = services.message_accept(conversation_id=conversation_id, user=user, client_id=str(uuid4()), text=text)
    return processed(accepted.turn_id)


def fill(user: User, conversation_id: str, **values: Any) -> str:
    accepted = services.form_accept(
        conversation_id=conversation_id,
        user=user,
        client_id=str(uuid4()),
        form_id=form_of(conversation_id),
        values=values,
    )
    return processed(accepted.turn_id)


def processed(turn_id: str | None) -> str:
    assert turn_id is not None
    assert turns.turn_process(turn_id)
    return turn_id


def form_of(conversation_id: str) -> str:
    forms = frames_after(conversation_id, 0, type="form.requested")
    return str(forms[-1].data["form_id"])


def everything(mongo_db: Database[Any], besides: str = "orchestrator_job") -> str:
    """All that is stored, as text; the job needs its parameters until it has ended."""
    names = [name for name in mongo_db.list_collection_names() if name not in {besides, "orchestrator_stack"}]
    return repr([list(mongo_db[name].find()) for name in names])


def test_a_secret_of_a_form_is_with_its_job_and_nowhere_else(
    demo: User, mongo_db: Database[Any], redis_url: str
) -> None:
    chat = services.conversation_create(user=demo).id
    say(demo, chat, "create a staging bucket")
    say(demo, chat, "acme")
    fill(demo, chat, password=SECRET)

    (job,) = selectors.jobs_list(viewer=demo)
    stored = job_load(job.id)
    assert stored is not None
    assert unmasked_values(stored)["password"] == SECRET
    assert SECRET not in everything(mongo_db)
    assert SECRET not in everything_in_redis(redis_url)


def test_what_was_not_secret_stays_for_audit(demo: User) -> None:
    chat = services.conversation_create(user=demo).id
    say(demo, chat, "create a staging bucket")
    first, second = fill(demo, chat, name="acme"), fill(demo, chat, password=SECRET)
    kept = {each["_id"]: each["values"] for each in collection("conversations_turn").find({})}
    assert (kept[first], kept[second]) == ({"name": "acme"}, {"password": "•••"})


def test_a_failed_turn_keeps_no_secret(demo: User, mongo_db: Database[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    chat = services.conversation_create(user=demo).id
    say(demo, chat, "create a staging bucket")
    say(demo, chat, "acme")

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(turns, "decide", broken)
    fill(demo, chat, password=SECRET)
    assert SECRET not in everything(mongo_db)


def test_a_secret_does_not_wait_for_another_answer_anywhere(
    demo: User, mongo_db: Database[Any], redis_url: str
) -> None:
    """It is dropped, asked for again, and used when nothing else is missing."""
    key = {"name": "key", "type": "string", "required": True, "sensitive": True}
    collection("orchestrator_blueprintversion").update_many({}, {"$push": {"variables": key}})
    chat = services.conversation_create(user=demo).id
    say(demo, chat, "create a staging bucket")
    say(demo, chat, "acme")
    fill(demo, chat, password=SECRET)

    assert selectors.jobs_list(viewer=demo) == []
    assert SECRET not in everything(mongo_db)
    context.context_get(chat)
    context.context_rebuild(chat)
    assert SECRET not in everything_in_redis(redis_url)
    browser = page_client(User.objects.create_superuser("root"))
    page = browser.get(f"/admin/conversations/conversation/{chat.replace('-', '_2D')}/change/", follow=True)
    assert SECRET not in page.content.decode()

    fill(demo, chat, password=SECRET, key="another-secret")
    (job,) = selectors.jobs_list(viewer=demo)
    stored = job_load(job.id)
    assert stored is not None
    assert unmasked_values(stored)["password"] == SECRET
    assert SECRET not in everything(mongo_db)


def test_a_secret_is_not_taken_from_a_message(demo: User) -> None:
    """Messages stay in the history for good, so a secret that was written in one must not be used."""
    chat = services.conversation_create(user=demo).id
    say(demo, chat, "create a staging bucket")
    say(demo, chat, "acme")
    say(demo, chat, SECRET)

    assert selectors.jobs_list(viewer=demo) == []
    found = conversations().find_one({"_id": chat})
    assert found is not None
    assert SECRET not in repr(found["dialogue"])
    said = [frame.data["text"] for frame in frames_after(chat, 0, type="message.created")]
    assert "in the form" in said[-2]
    say(demo, chat, f"password: {SECRET}")
    assert selectors.jobs_list(viewer=demo) == []


def test_a_secret_never_becomes_a_name(demo: User) -> None:
    """The stack is called by the first text asked for; not when that is a secret."""
    wanted = {"$set": {"manifest.ask": ["password"], "variables.$[name].name": "label"}}
    collection("orchestrator_blueprintversion").update_many({}, wanted, array_filters=[{"name.name": "name"}])
    chat = services.conversation_create(user=demo).id
    say(demo, chat, "create a staging bucket")
    fill(demo, chat, label="acme")
    fill(demo, chat, password=SECRET)

    (job,) = selectors.jobs_list(viewer=demo)
    assert job.stack is not None
    assert SECRET not in job.title + job.stack.name
    assert SECRET not in repr([frame.data for frame in frames_after(chat, 0)])


def test_a_receipt_cannot_be_tried_against_guesses(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same content under another key of the server is another fingerprint."""
    prints = []
    for key in ("a" * 50, "b" * 50):
        monkeypatch.setattr("django.conf.settings.SECRET_KEY", key)
        chat = services.conversation_create(user=demo).id
        services.message_accept(conversation_id=chat, user=demo, client_id=str(uuid4()), text="hello")
        receipt = collection("conversations_receipt").find_one({"_id": {"$regex": f"^{chat}"}})
        assert receipt is not None
        prints.append(receipt["fingerprint"])
    assert len(set(prints)) == 2


class TestStrangers:
    def test_nobody_writes_in_another_persons_conversation(self, demo: User) -> None:
        chat = services.conversation_create(user=demo).id
        say(demo, chat, "create a staging bucket")
        for eve in (person("eve", "requester"), User.objects.create_superuser("root")):
            with pytest.raises(NotAllowed):
                services.message_accept(conversation_id=chat, user=eve, client_id=str(uuid4()), text="hello")
            with pytest.raises(NotAllowed):
                fill(eve, chat, name="acme")
            with pytest.raises(NotAllowed):
                services.conversation_create(user=eve, conversation_id=chat)

    def test_a_form_of_one_conversation_is_unknown_in_another(self, demo: User) -> None:
        mine, eve = services.conversation_create(user=demo).id, person("eve", "requester")
        say(demo, mine, "create a staging bucket")
        hers = services.conversation_create(user=eve).id
        with pytest.raises(ConversationError) as refused:
            services.form_accept(
                conversation_id=hers, user=eve, client_id=str(uuid4()), form_id=form_of(mine), values={"name": "x"}
            )
        assert refused.value.status == 404

    def test_a_client_id_of_somebody_else_answers_nothing(self, demo: User) -> None:
        """The check of the owner comes before the receipt is looked at."""
        chat, client_id = services.conversation_create(user=demo).id, str(uuid4())
        services.message_accept(conversation_id=chat, user=demo, client_id=client_id, text="hello")
        with pytest.raises(NotAllowed):
            services.message_accept(conversation_id=chat, user=person("eve"), client_id=client_id, text="hello")


@pytest.mark.parametrize("answer", ['{"a": NaN}', "[" * 3_000, '{"$ref": "a", "$id": "b"}', "9" * 3_900])
def test_answers_that_nothing_can_hold_are_answered_in_words(demo: User, answer: str) -> None:
    variable = {"name": "anything", "type": "any", "description": ""}
    collection("orchestrator_blueprintversion").update_many({}, {"$set": {"variables": [variable], "manifest.ask": []}})
    chat = services.conversation_create(user=demo).id
    say(demo, chat, "create a staging bucket")
    turn_id = say(demo, chat, answer)

    stored = collection("conversations_turn").find_one({"_id": turn_id})
    assert stored is not None
    assert stored["state"] == "done"
    assert selectors.jobs_list(viewer=demo) == []
    assert turn_key(chat, stored["seq"]) == turn_id


def everything_in_redis(url: str) -> str:
    client = redis.Redis.from_url(url)
    try:
        return repr([client.get(key) for key in client.keys("*") if client.type(key) == b"string"])
    finally:
        client.close()
