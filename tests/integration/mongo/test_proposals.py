"""Proposals on a real database: why they were made is kept with them, and each is corrected once, or not at all."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from chatbot_project.accounts.models import User
from conversations import correcting, services, turns
from conversations.documents import turn_key
from conversations.documents import turns as turn_documents
from conversations.errors import InvalidFrame, KeyReused, NotAllowed, WrongMoment
from conversations.proposals import proposal_of
from conversations.selectors import turn_get
from conversations.stream import frames_after
from nlu.types import Entity, ScoredIntent, Understanding
from orchestrator import selectors
from orchestrator.errors import NotFound
from orchestrator.states import JobState
from orchestrator.types import JobView
from tests.integration.mongo.orchestrating import HASH, applying, approve, move, person, planned, seed, submit, take

NEW = "blueprint.object-storage.apply"
SAID = "create a staging bucket called acme"

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture(autouse=True)
def meanings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language engine that knows one sentence: what is tested here is what becomes of what was understood."""

    def understand(text: str, *, bot: str = "default", now: datetime | None = None) -> Understanding:
        if text != SAID:
            return Understanding(text, None, 0.1, 0.5, (), (), ())
        spans = {"environment": "staging", "name": "acme"}
        entities = tuple(
            Entity(name, said, said, SAID.index(said), SAID.index(said) + len(said), "list")
            for name, said in spans.items()
        )
        alternatives = (ScoredIntent("blueprint.vault.apply", 0.1),)
        return Understanding(text, NEW, 0.9, 0.5, alternatives, entities, ())

    monkeypatch.setattr("nlu.services.understand", understand)


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


class Chat:
    """One person's conversation."""

    def __init__(self, user: User) -> None:
        self.user, self.id = user, services.conversation_create(user=user).id

    def say(self, text: str) -> list[dict[str, Any]]:
        accepted = services.message_accept(conversation_id=self.id, user=self.user, client_id=str(uuid4()), text=text)
        return self.processed(accepted)

    def correct(self, job: JobView, client_id: str = "", intent: str | None = None, **values: Any) -> Any:
        return correcting.proposal_correct(
            conversation_id=self.id,
            user=self.user,
            client_id=client_id or str(uuid4()),
            job_id=job.id,
            intent=intent,
            values=values,
        )

    def processed(self, accepted: services.Accepted) -> list[dict[str, Any]]:
        """The frames that followed."""
        assert turns.turn_process(accepted.turn_id or "")
        found = frames_after(self.id, turn_get(accepted.turn_id or "").seq, 200)
        return [{"type": each.type, **each.data} for each in found]

    def proposed(self) -> JobView:
        frames = self.say(SAID)
        return selectors.job_get(next(each["job_id"] for each in frames if each["type"] == "job.created"))


@pytest.fixture
def chat(demo: User) -> Chat:
    return Chat(demo)


def jobs_of(chat: Chat) -> list[JobView]:
    return selectors.jobs_list(viewer=None, conversation_id=chat.id)


def correction_of(chat: Chat, seq: int) -> dict[str, Any]:
    found = turn_documents().find_one({"_id": turn_key(chat.id, seq)}) or {}
    return dict(found.get("correction") or {})


def test_a_corrected_value_takes_the_job_back_and_proposes_the_right_one_without_its_approval(chat: Chat):
    first = planned(chat.proposed())
    approved = approve(first, chat.user)
    frames = chat.processed(chat.correct(first, environment="production"))
    second, old = jobs_of(chat)
    assert (old.id, old.state, approved.state) == (first.id, JobState.CANCELED, JobState.APPROVED)
    assert (second.environment, second.state, second.approvals) == ("production", JobState.QUEUED, ())
    assert second.values == {"name": "acme"}
    assert frames[0]["text"].startswith("I take back **create staging bucket acme**.")
    assert proposal_of(second).heard is not None
    assert proposal_of(second).heard.corrects == first.id  # type: ignore[union-attr]
    noted = correction_of(chat, first.origin.message_seq or 0)
    assert (noted["intent"], noted["slots"]) == (NEW, [{"name": "environment", "value": "production"}])
    assert noted["by"] == {"id": str(chat.user.id), "name": "demo"}


def test_the_same_correction_sent_twice_is_done_once(chat: Chat):
    job, client_id = chat.proposed(), str(uuid4())
    first = chat.correct(job, client_id, environment="production")
    chat.processed(first)
    again = chat.correct(job, client_id, environment="production")
    assert (again.repeated, again.seq) == (True, first.seq)
    assert len(jobs_of(chat)) == 2
    with pytest.raises(KeyReused):
        chat.correct(job, client_id, environment="sandbox")


def test_two_corrections_at_once_propose_one(chat: Chat):
    job = chat.proposed()
    accepted = [chat.correct(job, environment=name) for name in ("production", "sandbox")]
    chat.processed(accepted[1])  # after the first, which was written before it
    assert sorted((each.environment, each.state) for each in jobs_of(chat)) == [
        ("production", JobState.QUEUED),
        ("staging", JobState.CANCELED),
    ]
    with pytest.raises(WrongMoment, match="corrected already"):
        chat.correct(job, environment="sandbox")


def test_a_job_that_was_started_in_between_is_not_touched_and_nothing_is_proposed_beside_it(chat: Chat):
    job = approve(planned(chat.proposed()), chat.user)
    accepted = chat.correct(job, environment="production")
    applying(selectors.job_get(job.id))
    frames = chat.processed(accepted)
    assert [each["type"] for each in frames][-1] == "message.created"
    assert "Wait until it is done" in frames[-1]["text"]
    (only,) = jobs_of(chat)
    assert (only.state, only.cancel_requested) == (JobState.APPLYING, False)
    assert correction_of(chat, job.origin.message_seq or 0) == {}


def test_a_start_that_the_decision_did_not_see_stops_the_whole_correction(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    job = approve(planned(chat.proposed()), chat.user)
    accepted = chat.correct(job, environment="production")
    lease = []

    def late(*args: Any, **more: Any) -> str:
        if not lease:
            lease.append(applying(selectors.job_get(job.id)))
        return ""

    monkeypatch.setattr("conversations.dialogue.corrections.correctable", late)
    frames = chat.processed(accepted)
    assert [each["type"] for each in frames if each["type"] != "job.updated"] == ["message.created"]
    (only,) = jobs_of(chat)
    assert (only.state, only.cancel_requested) == (JobState.APPLYING, False)


def test_what_was_applied_is_changed_on_its_stack(chat: Chat):
    job, lease = applying(approve(planned(chat.proposed()), chat.user))
    done = move(job, JobState.SUCCEEDED, lease, changes={"outputs": {}, "resource_count": 1, "result_text": "made"})
    chat.processed(chat.correct(done, versioning=True))
    second, old = jobs_of(chat)
    assert (old.state, second.state) == (JobState.SUCCEEDED, JobState.QUEUED)
    assert second.stack is not None
    assert second.stack.id == (old.stack.id if old.stack else "")
    assert second.values == {"name": "acme", "versioning": True}
    assert second.title == "change staging bucket acme"


def test_a_secret_is_neither_taken_nor_forgotten(chat: Chat):
    job = chat.proposed()
    with pytest.raises(InvalidFrame, match="is a secret"):
        chat.correct(job, password="hunter2")
    frames = chat.processed(chat.correct(job, password=None, environment="sandbox"))
    (form,) = [each for each in frames if each["type"] == "form.requested"]
    assert [each["name"] for each in form["fields"]] == ["password"]
    assert "hunter2" not in str(list(turn_documents().find()))


def test_only_the_requester_and_only_where_it_was_proposed(chat: Chat):
    job = chat.proposed()
    stranger, approver = person("eve", "requester"), person("olga", "approver")
    with pytest.raises(NotFound):
        Chat(stranger).correct(job, environment="production")
    with pytest.raises((NotAllowed, InvalidFrame)):
        Chat(approver).correct(job, environment="production")
    with pytest.raises(InvalidFrame, match="another conversation"):
        Chat(chat.user).correct(job, environment="production")
    with pytest.raises(InvalidFrame, match="Say what was meant"):
        chat.correct(job)
    with pytest.raises(InvalidFrame, match="no intent that could be proposed"):
        chat.correct(job, intent="base.approve")
    with pytest.raises(InvalidFrame, match="There is no value"):
        chat.correct(job, colour="red")


def test_why_by_words_and_over_rest(chat: Chat):
    job = planned(chat.proposed())
    frames = chat.say("why?")
    assert frames[0]["why"]["job_id"] == job.id
    assert f"comes from your message “{SAID}”" in frames[0]["text"]
    again = chat.say("but why?")
    assert again[0]["why"]["job_id"] == job.id
    found = get(chat.user, f"jobs/{job.id}/why/").json()
    assert found["message"] == {"seq": 1, "text": SAID}
    assert found["intent"]["confidence"] == 0.9
    assert found["intent"]["alternatives"] == [
        {"intent": "blueprint.vault.apply", "confidence": 0.1, "phrase": "create a vault"}
    ]
    (name,) = [each for each in found["values"] if each["name"] == "name"]
    assert name["source"] == {"kind": "message", "seq": 1, "words": "acme", "start": 31, "end": 35, "entity": "list"}
    assert found["plan"]["plan_hash"] == HASH
    assert found["correctable"]


def test_rest_is_for_who_may_see_the_job(chat: Chat):
    job = chat.proposed()
    assert get(person("eve", "requester"), f"jobs/{job.id}/why/").status_code == 404
    seen = get(person("olga", "approver"), f"jobs/{job.id}/why/").json()
    assert (seen["correctable"], seen["options"]) == (False, [])
    own = submit(chat.user, name="by-program")
    assert get(chat.user, f"jobs/{own.id}/why/").json()["intent"]["by"] == "request"
    assert post(chat.user, own.id, {"values": {"name": "x"}}).status_code == 409


def test_correcting_over_rest_is_idempotent(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("conversations.threads.turn_start", turns.turn_process)
    job = chat.proposed()
    answers = [post(chat.user, job.id, {"values": {"environment": "production"}}, key="k1") for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert answers[0].json() == answers[1].json()
    assert [each.environment for each in jobs_of(chat)] == ["production", "staging"]


def get(user: User, path: str) -> Any:
    client = APIClient()
    client.force_authenticate(user)
    return client.get(f"/api/v1/{path}")


def post(user: User, job_id: str, body: dict[str, Any], key: str = "") -> Any:
    client = APIClient()
    client.force_authenticate(user)
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/v1/jobs/{job_id}/correct/", body, format="json", headers=headers)


def test_a_job_that_is_being_planned_is_asked_to_stop_and_the_right_one_waits_behind_it(chat: Chat):
    job = chat.proposed()
    lease = take(job)
    planning = move(job, JobState.PLANNING, lease)
    chat.processed(chat.correct(planning, versioning=True))
    second, old = jobs_of(chat)
    assert (old.state, old.cancel_requested) == (JobState.PLANNING, True)
    assert (second.state, second.queue_position, second.values) == (
        JobState.QUEUED,
        1,
        {"name": "acme", "versioning": True},
    )
    move(old, JobState.CANCELED, lease)
    assert selectors.job_get(second.id).queue_position == 0
