"""A stack is handed on or looked at as often as it says; somebody decides for who is away: in chat and over REST."""

from datetime import timedelta
from typing import Any

import pytest

from chatbot_project.accounts.models import User
from orchestrator import selectors
from orchestrator.delegations import delegations_of
from orchestrator.documents import utc_now
from orchestrator.life.drifting import DRIFT
from orchestrator.types import StackView

from .chatting import Chat
from .clients import api_client
from .living import due, made_for_a_while, over, told
from .orchestrating import applied, person, seed, submit
from .test_expiry import ended
from .test_orchestrator_api import get, post, problem

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def stack(demo: User) -> StackView:
    made = applied(demo, "acme").stack
    assert made is not None
    return made


def test_it_is_handed_on_with_what_was_done_to_it(demo: User, stack: StackView) -> None:
    anna = person("anna", "requester")
    api, path = api_client(demo), f"stacks/{stack.id}/owner/"
    assert post(api, path, {"to": "anna"}, key="once").json()["owner"]["name"] == "anna"
    assert post(api, path, {"to": "anna"}, key="once").json()["owner"]["name"] == "anna"
    problem(get(api, f"stacks/{stack.id}/"), 404)
    theirs = api_client(anna)
    assert get(theirs, f"stacks/{stack.id}/revisions/").json()["results"][0]["requester"]["name"] == "demo"
    assert told(stack) == ["owner_changed"]
    found = submit(anna, "acme", values={"name": "acme", "versioning": True})
    assert found.stack is not None
    assert found.stack.id == stack.id
    made_again = submit(demo, "acme")
    assert made_again.stack is not None
    assert made_again.stack.id != stack.id


def test_whom_it_cannot_go_to_is_said_and_nothing_is_changed(demo: User, stack: StackView) -> None:
    person("guest")
    applied(person("anna", "requester"), "acme")
    api, path = api_client(demo), f"stacks/{stack.id}/owner/"
    assert "nobody called" in problem(post(api, path, {"to": "nobody"}), 422, "to")
    assert "may not ask for changes" in problem(post(api, path, {"to": "guest"}), 422, "to")
    assert "has a acme in staging already" in problem(post(api, path, {"to": "anna"}), 409)
    assert "already" in problem(post(api, path, {"to": "demo"}), 409)
    problem(post(api_client(person("stranger", "requester")), path, {"to": "stranger"}), 404)
    problem(post(api_client(person("boss", "approver")), path, {"to": "boss"}), 403)
    submit(demo, values={"name": "acme", "versioning": True})
    assert "is not finished" in problem(post(api, path, {"to": "stranger"}), 409)
    assert selectors.stack_get(stack.id).owner.name == "demo"


def test_the_end_of_what_was_handed_on_is_asked_for_by_its_new_owner(demo: User) -> None:
    stack = made_for_a_while(demo, person("boss", "approver"))
    person("anna", "requester")
    post(api_client(demo), f"stacks/{stack.id}/owner/", {"to": "anna"})
    over(stack)
    assert ended(selectors.stack_get(stack.id)) == "succeeded"


def test_it_is_looked_at_as_often_as_it_says_itself(demo: User, stack: StackView) -> None:
    api, path = api_client(demo), f"stacks/{stack.id}/drift-check/"
    assert due(DRIFT, stack) is None
    assert post(api, path, {"hours": 6}).json()["drift_check_hours"] == 6
    at: Any = due(DRIFT, stack)
    assert abs(at - utc_now() - timedelta(hours=6)) < timedelta(minutes=1)
    post(api, path, {"hours": 0})
    assert due(DRIFT, stack) is None
    problem(post(api, path, {"hours": -1}), 422, "hours")
    assert post(api, path, {"hours": None}).json()["drift_check_hours"] is None


def test_all_of_it_in_chat(demo: User, stack: StackView) -> None:
    boss = person("boss", "approver", "requester")
    person("anna", "requester")
    chat = Chat(demo)
    assert "is checked for drift every 6 hours" in chat.say("check acme every 6 hours for drift")[0]["text"]
    assert selectors.stack_get(stack.id).drift_check_hours == 6
    assert "belongs to anna now" in chat.say("give acme to anna")[0]["text"]
    assert "There is nobody called 'bert'" in Chat(boss).say("bert approves for me until friday")[0]["text"]
    theirs = Chat(boss)
    assert (
        "OK, anna approves for you in `staging` until then"
        in theirs.say("anna approves for me in staging until tomorrow")[0]["text"]
    )
    (given,) = delegations_of(str(boss.id))
    assert (given.delegate.name, given.environment) == ("anna", "staging")
    assert "anna decides for you no more" in theirs.say("i am back")[0]["text"]
    assert "Nobody decides for you." in theirs.say("i am back")[0]["text"]
    assert "approves nothing there" in chat.say("anna approves for me until tomorrow")[0]["text"]
