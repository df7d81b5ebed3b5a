"""A stack for a while, as its conversation tells it."""

from typing import Any

import pytest

from chatbot_project.accounts.models import RoleBinding, User
from nlu.types import Entity, Understanding
from orchestrator import selectors
from orchestrator.types import Lifetime, Origin, StackView

from .chatting import Chat, the_job
from .living import TWO_HOURS, deletions, fire, hurry, made_for_a_while
from .orchestrating import person, planned, seed
from .test_expiry import ended

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")
NEW = "blueprint.object-storage.apply"


@pytest.fixture(autouse=True)
def meanings(monkeypatch: pytest.MonkeyPatch) -> None:
    def understand(text: str, **_: Any) -> Understanding:
        slots = {"environment": "staging", "name": "acme"} if text.startswith("create") else {}
        entities = tuple(Entity(name, value, str(value), 0, 1, "test") for name, value in slots.items())
        return Understanding(text, NEW if slots else None, 0.9 if slots else 0.1, 0.5, (), entities, ())

    monkeypatch.setattr("nlu.services.understand", understand)


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def chat(demo: User) -> Chat:
    return Chat(demo)


@pytest.fixture
def stack(chat: Chat, demo: User) -> StackView:
    return made_for_a_while(demo, person("boss", "approver"), "acme", origin=Origin("chat", chat.id, 1))


def test_asked_for_in_chat_it_is_shown_with_its_plan(chat: Chat):
    chat.say("create a staging bucket called acme for two hours")
    job = the_job(chat)
    assert job.lifetime == TWO_HOURS == Lifetime(seconds=7200)
    assert "It is deleted 2 hours after it was made." in chat.bot()[0]
    planned(job)
    assert "for 2 hours** is ready" in chat.bot()[-1]
    assert "Somebody else with the approver role" in chat.bot()[-1]


def test_it_is_told_warned_of_and_kept(chat: Chat, stack: StackView):
    assert "**acme** in staging is deleted today at" in chat.bot()[-1] or "is deleted on" in chat.bot()[-1]
    hurry("expiry warning", stack)
    fire()
    warned = chat.frames("message.created")[-1]
    assert "ends soon" in warned["text"]
    assert warned["suggestions"] == ["keep acme two more hours", "keep acme for good"]
    said = chat.say(warned["suggestions"][0])
    assert "OK, I keep **acme**" in said[0]["text"]
    kept = selectors.stack_get(stack.id).expires_at
    assert kept is not None
    assert stack.expires_at is not None
    assert (kept - stack.expires_at).total_seconds() == 7200


def test_its_deletion_is_told_with_who_approved_it(chat: Chat, stack: StackView):
    assert ended(stack) == "succeeded"
    told = "\n".join(chat.bot())
    assert "Its time is over, and boss approved this when it was made" in told
    assert "It is gone." in told


def test_where_the_approval_does_not_hold_the_reason_is_told(chat: Chat, stack: StackView):
    RoleBinding.objects.filter(role="approver").delete()
    assert ended(stack) == "awaiting_approval"
    assert "What was approved when it was made does not suffice" in chat.bot()[-1]


def test_its_history_is_told_and_undone(chat: Chat, stack: StackView):
    assert "asked for by demo, approved by boss" in chat.say("history of acme")[0]["text"]
    frames = chat.say("undo that")
    assert "I undo revision 1 of **acme**" in frames[0]["text"]
    job: Any = deletions(stack)[0]
    assert job.standing_job_id is None
    assert "is not finished" in chat.say("undo that")[0]["text"]
