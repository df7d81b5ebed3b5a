"""The pages of what exists: who sees which stacks, and what can be asked for there."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from chatbot_project.accounts.models import User
from orchestrator import selectors
from orchestrator.states import JobKind
from orchestrator.types import StackView

from .living import made_for_a_while
from .orchestrating import person, seed

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def approver() -> User:
    return person("approver", "approver")


@pytest.fixture
def stack(demo: User, approver: User) -> StackView:
    return made_for_a_while(demo, approver)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(user: User, stack: StackView, do: str, **more: Any) -> Any:
    return client_of(user).post(f"/stacks/{stack.id}/", {"do": do, "request_id": str(uuid4()), **more})


def test_one_sees_ones_own_and_those_of_ones_environments(demo: User, approver: User, stack: StackView) -> None:
    seen = {user.username: client_of(user).get("/stacks/") for user in (demo, approver, person("ann", "requester"))}
    assert b"acme-reports" in seen["demo"].content
    assert b"acme-reports" in seen["approver"].content
    assert b"Nothing exists yet" in seen["ann"].content
    assert client_of(User.objects.get(username="ann")).get(f"/stacks/{stack.id}/").status_code == 404
    assert Client().get("/stacks/").status_code == 302


@pytest.mark.parametrize(
    ("query", "shown"),
    [("environment=staging", True), ("environment=production", False), ("blueprint=vault", False), ("mine=1", True)],
)
def test_the_list_is_narrowed_down(demo: User, stack: StackView, query: str, shown: bool) -> None:
    page = client_of(demo).get(f"/stacks/?{query}").content
    assert (b"acme-reports" in page) is shown
    assert (b"Nothing fits." in page) is not shown


def test_a_page_of_the_list_that_is_none_is_not_found(demo: User) -> None:
    assert client_of(demo).get("/stacks/?before=nothing").status_code == 404


def test_one_stack_with_its_end_outputs_and_history(demo: User, stack: StackView) -> None:
    page = client_of(demo).get(f"/stacks/{stack.id}/").content.decode()
    for part in (
        "arn:acme-reports",
        "Keep it longer",
        "Plan its deletion",
        "Undo the last change",
        "made by that change",
    ):
        assert part in page


def test_who_may_not_change_it_is_offered_nothing_and_refused(approver: User, stack: StackView) -> None:
    assert b"Plan its deletion" not in client_of(approver).get(f"/stacks/{stack.id}/").content
    for do in ("keep", "drift", "undo", "destroy"):
        answer = asked(approver, stack, do, longer="7200")
        assert answer.status_code == 409, do
    assert selectors.stack_get(stack.id).active_job_id is None


def test_it_is_kept_longer_once_however_often_it_is_sent(demo: User, stack: StackView) -> None:
    assert stack.expires_at is not None
    seen = stack.expires_at.isoformat()
    assert f'name="ends" value="{seen}"' in client_of(demo).get(f"/stacks/{stack.id}/").content.decode()
    kept = asked(demo, stack, "keep", longer="7200", ends=seen)
    assert b"It is kept longer." in client_of(demo).get(kept.url).content
    assert b"already" in asked(demo, stack, "keep", longer="7200", ends=seen).content
    later = selectors.stack_get(stack.id).expires_at
    assert later is not None
    assert (later - stack.expires_at).total_seconds() == 7200
    assert asked(demo, stack, "keep", longer="for-good").status_code == 302
    assert selectors.stack_get(stack.id).expires_at is None


@pytest.mark.parametrize("do", ["drift", "undo", "destroy"])
def test_what_is_asked_for_is_one_job_however_often_it_is_sent(demo: User, stack: StackView, do: str) -> None:
    request_id = str(uuid4())
    for _ in range(2):
        answer = asked(demo, stack, do, request_id=request_id)
        assert answer.url == f"/jobs/{request_id}/"
    job = selectors.job_get(request_id)
    assert job.kind is (JobKind.DRIFT if do == "drift" else JobKind.DESTROY)
    assert selectors.stack_get(stack.id).active_job_id == request_id


@pytest.mark.parametrize(
    "said",
    [
        {"do": "burn"},
        {"do": "keep", "longer": "1"},
        {"do": "keep"},
        {"do": "keep", "longer": "7200", "ends": "soon"},
        {"do": "destroy", "request_id": "x"},
        {},
    ],
)
def test_what_cannot_be_meant_is_refused_in_words_and_changes_nothing(
    demo: User, stack: StackView, said: dict[str, str]
) -> None:
    answer = client_of(demo).post(f"/stacks/{stack.id}/", said)
    assert answer.status_code == 409
    assert b'role="alert"' in answer.content
    assert selectors.stack_get(stack.id) == stack
