"""Visitors of embedding sites who do not come back are removed with what they said, and nobody else is."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from bson import json_util
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from conversations.client_frames import MessageSend
from conversations.requests import store
from conversations.widget import visitors
from conversations.widget.guests import Guest
from orchestrator import sweeps
from orchestrator.documents import stacks, transitions, utc_now
from tests.integration.mongo.embedding import opened, site_make
from tests.integration.mongo.orchestrating import person, submit
from tests.integration.mongo.orchestrating import seed as catalogue

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")

Mongo = Database[dict[str, Any]]
DAYS = 90


@pytest.fixture(autouse=True)
def site(mongo_db: Mongo) -> None:
    site_make()


def visited(text: str = "what do I have?", *, days_ago: float = 0) -> tuple[User, dict[str, Any]]:
    """Somebody who was here and said something, and the session that their page got."""
    session = opened(begin="latest")
    user = User.objects.get(id=session["viewer"]["id"])
    frame = MessageSend(client_id=str(uuid4()), text=text)
    store(frame, user=user, conversation_id=session["conversation"]["id"], guest=Guest("intranet", "192.0.2.1"))
    seen_at = utc_now() - timedelta(days=days_ago)
    visitors.visitors().update_one({"_id": str(user.id)}, {"$set": {"seen_at": seen_at}})
    return user, session


def everything(mongo: Mongo) -> str:
    return "".join(json_util.dumps(list(mongo[name].find())) for name in mongo.list_collection_names())


def swept() -> int:
    return sweeps.sweeps()["visitors"]()


def test_who_does_not_come_back_is_removed_with_what_they_said(mongo_db: Mongo) -> None:
    gone, _ = visited("my secret question", days_ago=DAYS + 1)
    here, _ = visited("and mine", days_ago=DAYS - 1)
    ann = person("ann", "requester")
    assert swept() == 1
    assert set(User.objects.values_list("username", flat=True)) == {here.username, "ann"}
    left = everything(mongo_db)
    for trace in ("my secret question", str(gone.id), gone.id.hex, gone.username):
        assert trace not in left
    assert "and mine" in left
    assert User.objects.filter(id=ann.id).exists()
    assert swept() == 0


def test_who_comes_back_is_seen_and_stays() -> None:
    user, session = visited(days_ago=DAYS + 1)
    again = opened(visitor=session["visitor"])
    assert again["viewer"]["id"] == str(user.id)
    assert swept() == 0
    assert User.objects.filter(id=user.id).exists()


def test_the_time_is_a_setting_and_never_shorter_than_the_key_of_a_visitor(settings: Any) -> None:
    visited(days_ago=20)
    settings.WIDGET = {**settings.WIDGET, "VISITORS_KEPT_DAYS": 10, "VISITOR_DAYS": 30}
    assert swept() == 0
    settings.WIDGET = {**settings.WIDGET, "VISITORS_KEPT_DAYS": 0, "VISITOR_DAYS": 1}
    assert swept() == 0
    settings.WIDGET = {**settings.WIDGET, "VISITORS_KEPT_DAYS": 10}
    assert swept() == 1


def test_who_has_something_on_record_is_kept_whole_and_not_asked_about_again() -> None:
    catalogue()
    kept, session = visited("something", days_ago=DAYS + 1)
    # As no visitor can: under an account with a role.
    job = submit(person("ann", "requester"))
    transitions().update_many({"job_id": job.id}, {"$set": {"actor_id": str(kept.id)}})
    owner, _ = visited("something else", days_ago=DAYS + 1)
    stacks().update_one({}, {"$set": {"owner_id": str(owner.id)}})
    visited("and this", days_ago=DAYS + 1)
    assert swept() == 1
    assert set(User.objects.filter(is_visitor=True)) == {kept, owner}
    assert collection("conversations_conversation").count_documents({"owner_id": str(kept.id)}) == 1
    assert {each["state"] for each in visitors.visitors().find()} == {visitors.KEPT}
    assert swept() == 0
    assert opened(visitor=session["visitor"])["viewer"]["id"] == str(kept.id)


def test_who_was_made_a_person_keeps_what_they_said(mongo_db: Mongo) -> None:
    user, _ = visited("a question to keep", days_ago=DAYS + 1)
    User.objects.filter(id=user.id).update(is_visitor=False)
    assert swept() == 0
    assert User.objects.filter(id=user.id).exists()
    assert "a question to keep" in everything(mongo_db)


def test_few_at_a_time_and_what_was_interrupted_is_finished(monkeypatch: pytest.MonkeyPatch, mongo_db: Mongo) -> None:
    for number in range(3):
        visited(f"question {number}", days_ago=DAYS + 3 - number)
    monkeypatch.setattr(visitors, "BATCH", 2)

    def fails(*args: Any) -> None:
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as broken:
        broken.setattr(visitors, "_conversation_remove", fails)
        with pytest.raises(RuntimeError):
            swept()
    assert User.objects.count() == 2
    assert "question 0" in everything(mongo_db)
    assert [swept(), swept(), swept()] == [2, 1, 0]
    assert User.objects.count() == 0
    assert "question" not in everything(mongo_db)
