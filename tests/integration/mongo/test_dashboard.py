"""The page of those who run the system: who sees it, and what is on it."""

import pytest
from django.test import Client

from chatbot_project.accounts.models import User
from orchestrator import selectors
from tests.integration.mongo.clients import page_client

from .living import made_for_a_while
from .orchestrating import person, seed

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


def shown(user: User) -> tuple[int, str]:
    client = page_client(user)
    answer = client.get("/dashboard/")
    return answer.status_code, answer.content.decode()


@pytest.fixture
def operator() -> User:
    seed()
    return person("olga", "operator")


def test_it_is_for_operators_and_others_do_not_even_see_the_way(operator: User) -> None:
    assert Client().get("/dashboard/").status_code == 302
    status, page = shown(person("demo", "requester"))
    assert status == 403
    assert 'href="/dashboard/"' not in page
    status, page = shown(operator)
    assert status == 200
    assert 'href="/dashboard/" aria-current="page"' in page


def test_without_any_work_it_says_so(operator: User) -> None:
    _, page = shown(operator)
    assert "None: everything that was asked for has ended." in page
    assert "No job ended in these days." in page
    assert "nothing that is asked for will be done" in page  # no worker was heard of
    assert "Nobody has asked for anything" in page


def test_what_was_done_is_counted(operator: User) -> None:
    made_for_a_while(person("demo", "requester"), person("approver", "approver"))
    _, page = shown(operator)
    assert "Jobs that ended, last 14 days" in page
    assert '"outcomes": {"succeeded": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]}' in page
    assert "1 counted" in page


def test_failures_of_others_environments_are_not_listed(operator: User) -> None:
    somewhere = person("petra")
    somewhere.role_bindings.create(role="operator", environment="production")
    made_for_a_while(person("demo", "requester"), person("approver", "approver"))
    job = selectors.jobs_list(viewer=None)[0]
    selectors.jobs().update_one({"_id": job.id}, {"$set": {"state": "failed"}})
    assert f"/jobs/{job.id}/" in shown(operator)[1]
    assert f"/jobs/{job.id}/" not in shown(somewhere)[1]
