"""Plans that wait: who may decide and has not is reminded, once, where they read it."""

from datetime import timedelta

import pytest

from chatbot_project.accounts.models import User
from conversations import services
from conversations.reminding import approvals_remind
from conversations.selectors import conversations_list
from conversations.stream import frames_after
from orchestrator.documents import jobs, utc_now
from orchestrator.types import JobView, Origin
from tests.integration.mongo.approving import away, row
from tests.integration.mongo.orchestrating import HASH, OTHER_HASH, approve, at_once, person, planned, seed, submit

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


def waiting(demo: User, **more: object) -> JobView:
    return planned(submit(demo, **{"environment": "production", **more}))


def told(user: User) -> list[str]:
    found = [frame for each in conversations_list(viewer=user) for frame in frames_after(each.id, 0)]
    return [frame.data["text"] for frame in found if frame.type == "message.created"]


def test_who_may_decide_is_reminded_once_and_nobody_else(demo: User) -> None:
    ada, bob, ops = (
        person("ada", "approver"),
        person("bob", "approver", environment="staging"),
        person("ops", "operator"),
    )
    services.conversation_create(user=ada)
    newest = services.conversation_create(user=ada)
    waiting(demo)
    assert approvals_remind(0.0) == 1
    assert approvals_remind(0.0) == 0
    (text,) = told(ada)
    assert text.startswith("A reminder: **create production bucket acme-reports**, asked for by demo, waits for")
    assert "Open “Approvals”" in text
    assert [each.data["text"] for each in frames_after(newest.id, 0)] == [text]
    assert told(bob) == told(ops) == told(demo) == []


def test_not_before_its_time_and_not_after_it(demo: User) -> None:
    person("ada", "approver")
    job = waiting(demo)
    assert approvals_remind(60.0) == 0
    jobs().update_one({"_id": job.id}, {"$set": {"approval_expires_at": utc_now() - timedelta(seconds=1)}})
    assert approvals_remind(0.0) == 0


def test_who_has_decided_is_not_reminded(demo: User) -> None:
    ada, bob = person("ada", "approver"), person("bob", "approver")
    approve(waiting(demo, subject="vault"), ada)
    assert approvals_remind(0.0) == 1
    assert (len(told(ada)), len(told(bob))) == (0, 1)


def test_the_requester_is_reminded_of_their_own_word_where_they_asked(demo: User) -> None:
    asked = services.conversation_create(user=demo)
    services.conversation_create(user=demo)
    planned(submit(demo, origin=Origin("chat", asked.id)))
    assert approvals_remind(0.0) == 1
    assert frames_after(asked.id, 0)[-1].data["text"].startswith("**create staging bucket acme-reports** still waits")


def test_who_is_away_is_not_reminded_but_who_decides_meanwhile(demo: User) -> None:
    ada, stand_in = person("ada", "approver"), person("stan")
    away(ada, stand_in)
    waiting(demo)
    assert approvals_remind(0.0) == 1
    assert (len(told(ada)), len(told(stand_in))) == (0, 1)


def test_only_who_is_in_the_group_that_is_asked_for(demo: User) -> None:
    row("production", "high", "other", "dba")
    person("ada", "approver")
    waiting(demo)
    assert approvals_remind(0.0) == 0


def test_another_plan_is_another_reminder(demo: User) -> None:
    ada = person("ada", "approver")
    job = waiting(demo)
    approvals_remind(0.0)
    jobs().update_one({"_id": job.id}, {"$set": {"plan.plan_hash": OTHER_HASH, "reminded": False}})
    assert approvals_remind(0.0) == 1
    jobs().update_one({"_id": job.id}, {"$set": {"plan.plan_hash": HASH, "reminded": False}})
    assert approvals_remind(0.0) == 0
    assert len(told(ada)) == 2


def test_who_may_decide_since_is_reminded_too(demo: User) -> None:
    ada = person("ada", "approver")
    waiting(demo)
    assert approvals_remind(0.0) == 1
    late = person("late", "approver")
    away(ada, stand_in := person("stan"))
    assert approvals_remind(0.0) == 2
    assert approvals_remind(0.0) == 0
    assert (len(told(ada)), len(told(late)), len(told(stand_in))) == (1, 1, 1)


def test_two_schedulers_at_once_remind_once(demo: User) -> None:
    ada = person("ada", "approver")
    services.conversation_create(user=ada)
    waiting(demo)
    at_once([lambda: approvals_remind(0.0)] * 3)
    assert len(told(ada)) == 1
