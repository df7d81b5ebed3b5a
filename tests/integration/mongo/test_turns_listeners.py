"""A job's transitions in its conversation: each once, whatever is repeated."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from conversations import services
from conversations.listeners import register, transition_tell
from conversations.stream import frames_after
from orchestrator import events, selectors
from orchestrator.states import JobState
from orchestrator.types import JobView, Origin
from tests.integration.mongo.orchestrating import (
    PLAN,
    applied,
    applying,
    approve,
    move,
    person,
    planned,
    seed,
    submit,
    take,
)

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


def conversation(user: User) -> str:
    return services.conversation_create(user=user).id


def texts(conversation_id: str) -> list[str]:
    return [each.data["text"] for each in frames_after(conversation_id, 0) if each.type == "message.created"]


def states(conversation_id: str) -> list[str]:
    return [each.data["state"] for each in frames_after(conversation_id, 0) if each.type.startswith("job.")]


def tell_everything_again(job: JobView) -> None:
    for transition in selectors.job_transitions(job.id):
        transition_tell(selectors.job_get(job.id), transition)


def test_a_whole_job_is_told_once(demo: User):
    chat = conversation(demo)
    done = applied(demo, origin=Origin("chat", chat))
    assert states(chat) == ["queued", "planning", "awaiting_approval", "approved", "applying", "succeeded"]
    said = texts(chat)
    assert [each.split()[0] for each in said] == ["The", "Done:"]
    tell_everything_again(done)
    assert len(states(chat)) == 6
    assert texts(chat) == said


def test_many_tellers_at_once(demo: User):
    chat = conversation(demo)
    done = applied(demo, origin=Origin("chat", chat))
    collection("conversations_frame").delete_many({"conversation_id": chat})
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell_everything_again, [done] * 4))
    assert len(states(chat)) == 6
    assert len(texts(chat)) == len(set(texts(chat)))


def test_what_is_told_late_does_not_ask_for_a_yes_any_more(demo: User):
    chat = conversation(demo)
    job = approve(planned(submit(demo, origin=Origin("chat", chat))), demo)
    collection("conversations_frame").delete_many({"conversation_id": chat})
    tell_everything_again(job)
    assert not any("Reply **yes**" in each for each in texts(chat))
    assert len(states(chat)) == 4


def test_a_failure_says_why(demo: User):
    chat = conversation(demo)
    job, lease = applying(approve(planned(submit(demo, origin=Origin("chat", chat))), demo))
    error = {"code": "apply_failed", "detail": "The bucket name is taken.", "retryable": False}
    move(job, JobState.FAILED, lease, changes={"error": error})
    assert "The bucket name is taken." in texts(chat)[-1]
    assert "Nothing was changed" in texts(chat)[-1]


def test_an_interrupted_job_is_told_in_plain_words_and_each_try_once(demo: User):
    chat = conversation(demo)
    job, lease = applying(approve(planned(submit(demo, origin=Origin("chat", chat))), demo))
    away = {"error": {"code": "cloud_away", "detail": "The cloud does not answer.", "retryable": True}}
    job = move(job, JobState.INDETERMINATE, lease, changes=away)
    told = len(states(chat))
    for quiet in (False, True, True):
        lease = take(job)
        job = move(job, JobState.RECONCILING, lease, quiet=quiet)
        job = move(job, JobState.INDETERMINATE, lease, changes=away, quiet=quiet)
    assert states(chat)[told:] == ["reconciling", "indeterminate"]
    lease = take(job)
    found = {"exists": ["a.b"], "missing": [], "unknown": [], "adopted": [], "changed": True}
    job = move(job, JobState.RECONCILING, lease, quiet=True)
    move(job, JobState.AWAITING_APPROVAL, lease, reason="a.b exists.", changes={"plan": PLAN, "found": found})
    assert [sum(part in each for each in texts(chat)) for part in ("interrupted in the middle", "keep trying")] == [
        1,
        1,
    ]
    assert "This is what I found: a.b exists." in texts(chat)[-1]
    assert "Reply **yes**" in texts(chat)[-1]


def test_the_approvers_are_named(demo: User):
    person("approver", "approver", environment="production")
    chat = conversation(demo)
    planned(submit(demo, origin=Origin("chat", chat), environment="production"))
    assert "You can ask **approver**." in texts(chat)[-1]


def test_jobs_without_a_conversation_or_with_a_lost_one_are_ignored(demo: User):
    applied(demo, origin=Origin("api"))
    applied(demo, "acme-two", origin=Origin("chat", "00000000-0000-4000-8000-00000000dead"))
    assert collection("conversations_frame").count_documents({}) == 0


def test_it_is_registered():
    register()
    assert "conversations" in events.transition_handlers()
    assert {"turns", "visitors"} <= set(events.sweeps())
