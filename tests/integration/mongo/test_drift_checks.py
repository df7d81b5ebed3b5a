"""Looking for drift by schedule: as often as the environment says, told only when something was found."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import selectors
from orchestrator.documents import utc_now
from orchestrator.life.drifting import DRIFT, drift_set
from orchestrator.states import JobKind
from orchestrator.types import JobView, Origin, PlanCounts, StackView

from .chatting import Chat
from .flow import FakeExecutor, outcome, run
from .living import due, fire, hurry, told
from .orchestrating import applied, at_once, person, seed, submit

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")
DRIFTED = replace(outcome(), counts=PlanCounts(update=1), sentence="1 thing differs from what was asked for.")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


def hours(number: int) -> None:
    collection("orchestrator_environment").update_one({"_id": "staging"}, {"$set": {"drift_check_hours": number}})


def made(demo: User, conversation_id: str | None = None) -> StackView:
    stack = applied(demo, origin=Origin("chat", conversation_id, 1)).stack
    assert stack is not None
    return stack


def checks(stack: StackView) -> list[JobView]:
    return [each for each in selectors.jobs_list(viewer=None, stack_id=stack.id) if each.kind is JobKind.DRIFT]


def test_what_is_made_is_looked_at_every_so_often_once_each(demo: User):
    hours(24)
    stack = made(demo)
    at = due(DRIFT, stack)
    assert at is not None
    assert abs(at - utc_now() - timedelta(days=1)) < timedelta(minutes=1)
    hurry(DRIFT, stack)
    at_once([fire] * 3)
    (job,) = checks(stack)
    assert run(job, FakeExecutor(to_plan=outcome(has_changes=False))) == "succeeded"
    again = due(DRIFT, stack)
    assert again is not None
    assert again > utc_now() + timedelta(hours=23)
    assert told(stack) == []


def test_only_what_was_found_is_told_where_it_was_asked_for(demo: User):
    chat = Chat(demo)
    hours(1)
    stack = made(demo, chat.id)
    hurry(DRIFT, stack)
    fire()
    assert run(checks(stack)[0], FakeExecutor(to_plan=DRIFTED)) == "succeeded"
    frame = chat.frames("message.created")[-1]
    assert "is not any more what was asked for: 1 thing differs" in frame["text"]
    assert frame["suggestions"][0] == "restore acme-reports"
    assert told(stack) == ["drift_found"]


def test_switched_on_and_off_it_holds_for_what_is_there(demo: User):
    stack = made(demo)
    assert due(DRIFT, stack) is None
    hours(6)
    assert drift_set("staging") == 1
    assert due(DRIFT, stack) is not None
    hours(0)
    hurry(DRIFT, stack)
    fire()
    assert checks(stack) == []
    assert due(DRIFT, stack) is None


def test_a_stack_at_work_is_looked_at_later(demo: User):
    hours(24)
    stack = made(demo)
    submit(demo, values={"name": "acme-reports", "versioning": True})
    hurry(DRIFT, stack)
    fire()
    assert checks(stack) == []
    later = due(DRIFT, stack)
    assert later is not None
    assert utc_now() < later < utc_now() + timedelta(minutes=11)
