"""A job that nobody takes: its conversation says why, once."""

import pytest

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from conversations import services
from conversations.stream import frames_after
from conversations.waiting import silence_tell, waiting_tell
from orchestrator.executors.base import LogLine
from orchestrator.joblog import JobLog
from orchestrator.processes import Presence
from orchestrator.types import JobView, Origin
from tests.integration.mongo.orchestrating import applying, approve, lose_lease, person, planned, seed, submit, take

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def chat(demo: User) -> str:
    return services.conversation_create(user=demo).id


def texts(chat: str) -> list[str]:
    return [each.data["text"] for each in frames_after(chat, 0) if each.type == "message.created"]


def waiting(demo: User, chat: str, name: str = "acme-reports") -> JobView:
    return submit(demo, name, origin=Origin("chat", chat))


def worker() -> None:
    Presence("infrastructure", "infrastructure@tests").beat()


def wakeup_of(job: JobView, **changes: object) -> None:
    collection("orchestrator_outbox").update_one({"_id": f"{job.id}:{job.version}:wakeup"}, {"$set": changes})


def test_the_queue_is_away(demo: User, chat: str):
    worker()
    wakeup_of(waiting(demo, chat), attempts=2)
    assert waiting_tell(0.0) == 1
    assert texts(chat)[-1].startswith("The queue to the workers cannot be reached right now, so **create")
    assert waiting_tell(0.0) == 0


def test_no_worker_lives(demo: User, chat: str):
    wakeup_of(waiting(demo, chat), attempts=1, done_at=collection("orchestrator_job").find_one({})["created_at"])
    assert waiting_tell(0.0) == 1
    assert texts(chat)[-1].startswith("No worker is running right now")


def test_workers_are_busy(demo: User, chat: str):
    worker()
    other = submit(demo, "another-one")
    take(other, owner="worker-1")
    collection("orchestrator_job").update_one({"_id": other.id}, {"$set": {"state": "planning"}})
    waiting(demo, chat)
    assert waiting_tell(0.0) == 1
    assert texts(chat)[-1].startswith("All workers are busy with other jobs")


def test_who_waits_for_people_or_not_long_is_told_nothing(demo: User, chat: str):
    planned(waiting(demo, chat))
    waiting(demo, chat, "young-one")
    before = texts(chat)
    assert waiting_tell(60.0) == 0
    assert texts(chat) == before


def test_each_wait_is_told(demo: User, chat: str):
    job = waiting(demo, chat)
    assert waiting_tell(0.0) == 1
    approve(planned(job), demo)
    assert waiting_tell(0.0) == 1


def begun(demo: User, chat: str) -> tuple[JobView, JobLog]:
    """A job that Terraform carries out, with a line in its log."""
    job, lease = applying(approve(planned(waiting(demo, chat)), demo))
    log = JobLog.open(lease)
    log.append([LogLine("resource_start", "aws_s3_bucket.this: creating")])
    return job, log


def test_a_terraform_that_says_nothing_is_told_once_each_time(demo: User, chat: str):
    _, log = begun(demo, chat)
    assert silence_tell(0.0) == 1
    last = [each.data for each in frames_after(chat, 0) if each.type == "message.created"][-1]
    assert last["text"].startswith("Terraform has said nothing about **create")
    assert last["suggestions"] == ["cancel that"]
    assert silence_tell(0.0) == 0

    log.append([LogLine("resource_progress", "aws_s3_bucket.this: still creating after 10 s")])
    assert silence_tell(0.0) == 1


def test_who_speaks_is_done_or_is_followed_by_nobody_is_not_said_to_hang(demo: User, chat: str):
    job, _ = begun(demo, chat)
    assert silence_tell(60.0) == 0
    lose_lease(job.id)
    assert silence_tell(0.0) == 0
