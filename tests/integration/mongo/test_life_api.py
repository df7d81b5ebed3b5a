"""REST: a stack for a while, keeping it, its revisions, undoing the last of them."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from chatbot_project.accounts.models import User
from orchestrator import selectors
from orchestrator.documents import utc_now
from orchestrator.states import JobState
from tests.integration.mongo.clients import page_client

from .clients import api_client
from .living import made_for_a_while
from .orchestrating import applied, applying, approve, destroy, move, person, planned, raw, seed, submit
from .test_orchestrator_api import BODY, get, post, problem

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def api(demo: User) -> APIClient:
    return api_client(demo)


def changed(user: User, **values: Any) -> Any:
    """One more revision of the bucket."""
    return applied(user, values={"name": "acme-reports", **values}).stack


def test_a_job_says_when_what_it_makes_ends(api: APIClient):
    until = (utc_now() + timedelta(hours=3)).replace(microsecond=0)
    job = post(api, "jobs/", {**BODY, "expires_at": until.isoformat()}).json()
    assert job["lifetime"] == {"seconds": None, "until": until.isoformat().replace("+00:00", "Z")}
    assert job["risk"] == "high"
    in_seconds = {**BODY, "values": {"name": "other"}, "expires_in_seconds": 7200}
    assert post(api, "jobs/", in_seconds).json()["title"] == "create staging bucket other for 2 hours"
    problem(post(api, "jobs/", {**in_seconds, "expires_at": until.isoformat()}), 422, "expires_at")
    problem(post(api, "jobs/", {**BODY, "expires_at": "2001-01-01T00:00:00Z"}), 422, "expires_at")
    problem(post(api, "jobs/", {**BODY, "expires_in_seconds": -1}), 422, "expires_in_seconds")


def test_a_stack_shows_its_end_and_is_kept(api: APIClient, demo: User):
    stack = made_for_a_while(demo, person("boss", "approver"))
    path = f"stacks/{stack.id}/"
    before = get(api, path).json()["expires_at"]
    assert before is not None
    first = post(api, f"{path}keep/", {"more_seconds": 3600}, key="once")
    assert first.json()["expires_at"] > before
    assert post(api, f"{path}keep/", {"more_seconds": 3600}, key="once").json() == first.json()
    problem(post(api, f"{path}keep/", {}), 422)
    problem(post(api, f"{path}keep/", {"more_seconds": 1, "for_good": True}), 422)
    problem(post(api, f"{path}keep/", {"until": before}), 409)
    assert post(api, f"{path}keep/", {"for_good": True}).json()["expires_at"] is None
    problem(post(api_client(person("stranger", "requester")), f"{path}keep/", {"for_good": True}), 404)


def test_revisions_say_who_asked_who_approved_and_what_changed(api: APIClient, demo: User):
    stack = changed(demo)
    changed(demo, versioning=True, password="a secret of mine")
    found = get(api, f"stacks/{stack.id}/revisions/").json()["results"]
    assert [each["number"] for each in found] == [2, 1]
    assert found[0]["diff"]["versioning"] == {"from": False, "to": True}
    assert found[0]["requester"]["name"] == found[0]["approvals"][0]["user"]["name"] == "demo"
    assert found[0]["plan"]["sentence"]
    assert "a secret" not in str(found)
    problem(get(api_client(person("stranger", "requester")), f"stacks/{stack.id}/revisions/"), 404)


def test_undoing_asks_for_the_values_before_and_keeps_the_secrets_it_has(api: APIClient, demo: User):
    stack = changed(demo, password="a secret of mine")
    changed(demo, versioning=True)
    preview = get(api, f"stacks/{stack.id}/undo/").json()
    assert (preview["undoes"]["number"], preview["back_to"]["number"]) == (2, 1)
    assert any("Secrets" in each for each in preview["lost"])
    job = post(api, f"stacks/{stack.id}/undo/", key="undo").json()
    assert (job["kind"], job["state"]) == ("apply", "queued")
    assert "versioning" not in job["values"]
    assert raw(job["job_id"])["sensitive_values"] == {"password": "a secret of mine"}
    assert post(api, f"stacks/{stack.id}/undo/", key="undo").json()["job_id"] == job["job_id"]
    problem(post(api, f"stacks/{stack.id}/undo/"), 409)


def test_undoing_the_first_change_is_an_ordinary_deletion(api: APIClient, demo: User):
    stack = changed(demo)
    preview = get(api, f"stacks/{stack.id}/undo/").json()
    assert preview["back_to"] is None
    assert "undoing deletes it" in preview["lost"][0]
    job = post(api, f"stacks/{stack.id}/undo/").json()
    assert (job["kind"], job["risk"]) == ("destroy", "high")


def test_undone_twice_it_is_as_it_was(api: APIClient, demo: User):
    stack = changed(demo)
    changed(demo, versioning=True)
    for expected in (False, True):
        job = selectors.job_get(post(api, f"stacks/{stack.id}/undo/").json()["job_id"])
        started, lease = applying(approve(planned(job), demo))
        move(started, JobState.SUCCEEDED, lease, changes={"resource_count": 2})
        assert selectors.stack_get(stack.id).values.get("versioning", False) is expected


def test_nothing_is_restored_of_another_stack(demo: User):
    other = applied(demo, "other")
    stack = changed(demo)
    with pytest.raises(Exception, match="no such revision"):
        submit(demo, stack_id=stack.id, values={}, restores_job_id=other.id)


def test_a_deletion_is_undone_by_making_it_anew_without_its_data(api: APIClient, demo: User):
    stack = changed(demo, versioning=True, password="a secret of mine")
    started, lease = applying(approve(planned(destroy(demo, stack.id)), person("boss", "approver")))
    move(started, JobState.SUCCEEDED, lease)
    preview = get(api, f"stacks/{stack.id}/undo/").json()
    assert (preview["undoes"]["kind"], preview["back_to"]["number"]) == ("destroy", 1)
    assert "the data is not restored" in preview["lost"][0]
    assert "Secrets are not kept" in preview["lost"][1]
    page = page_client(demo)
    assert "Make it again" in page.get(f"/stacks/{stack.id}/").content.decode()
    job = selectors.job_get(post(api, f"stacks/{stack.id}/undo/").json()["job_id"])
    assert (job.title, job.values) == (
        "create staging bucket acme-reports", {"name": "acme-reports", "versioning": True}
    )  # fmt: skip
    assert job.stack is not None
    assert job.stack.id != stack.id
    assert "again" in problem(post(api, f"stacks/{stack.id}/undo/"), 409)
    problem(post(api_client(person("stranger", "requester")), f"stacks/{stack.id}/undo/"), 404)
    with pytest.raises(Exception, match="no such revision"):
        submit(demo, "other", values={}, restores_job_id=preview["back_to"]["job_id"])
