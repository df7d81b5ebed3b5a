"""Importing what exists over REST, in chat, with a form: an ordinary job, refused where a stack here has it already."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import selectors

from .chatting import Chat, the_job
from .clients import api_client, page_client
from .flow import FakeExecutor, run
from .orchestrating import applied, approve, person, seed
from .test_orchestrator_api import BODY, post, problem

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def demo() -> User:
    seed()
    wanted = {"_id": "digest-of-object-storage"}
    imports = {"$set": {"manifest.imports": {"aws_s3_bucket.this": "name"}}}
    versions: Any = collection("orchestrator_blueprintversion")
    # A field of such a name can only be set as a whole.
    versions.update_one(wanted, imports)
    return person("demo", "requester")


@pytest.fixture
def api(demo: User) -> APIClient:
    return api_client(demo)


def test_it_is_planned_with_what_it_takes_over_and_somebody_else_approves(api: APIClient, demo: User) -> None:
    job = selectors.job_get(post(api, "jobs/", {**BODY, "imports": True}).json()["job_id"])
    assert (job.title, job.risk, job.imports) == (
        "import staging bucket acme", "high", {"aws_s3_bucket.this": "acme"}
    )  # fmt: skip
    executor = FakeExecutor()
    assert run(job, executor) == "awaiting_approval"
    assert dict(executor.contexts[0].imports) == {"aws_s3_bucket.this": "acme"}
    approve(selectors.job_get(job.id), person("boss", "approver"))
    assert run(job, executor) == "succeeded"
    assert job.stack is not None
    assert "was there before it was imported" in problem(post(api, f"stacks/{job.stack.id}/undo/"), 409)
    problem(post(api, "jobs/", {**BODY, "imports": True}), 409)
    other = api_client(person("olga", "requester"))
    assert "Another stack in staging manages acme already" in problem(
        post(other, "jobs/", {**BODY, "imports": True}), 409
    )


def test_what_somebody_is_taking_over_at_this_moment_is_not_taken_over_twice(api: APIClient) -> None:
    first = selectors.job_get(post(api, "jobs/", {**BODY, "imports": True}).json()["job_id"])
    assert run(first, FakeExecutor()) == "awaiting_approval"
    olga = api_client(person("olga", "requester"))
    assert "Another stack in staging manages acme already" in problem(
        post(olga, "jobs/", {**BODY, "imports": True}), 409
    )
    post(api, f"jobs/{first.id}/cancel/")
    assert post(olga, "jobs/", {**BODY, "imports": True}).status_code == 201


def test_what_makes_no_sense_of_an_import_is_refused(api: APIClient, demo: User) -> None:
    problem(post(api, "jobs/", {**BODY, "imports": True, "expires_in_seconds": 60}), 422, "expires_at")
    problem(post(api, "jobs/", {**BODY, "subject": "vault", "imports": True}), 422, "imports")
    stack = applied(demo).stack
    assert stack is not None
    problem(post(api, "jobs/", {**BODY, "kind": "drift", "stack_id": stack.id, "imports": True}), 422, "imports")


def test_it_is_asked_for_in_chat(demo: User) -> None:
    chat = Chat(demo)
    said = chat.say("import the bucket acme-old as object-storage in staging")
    assert "I plan to import the bucket `acme-old` that exists in `staging`" in said[0]["text"]
    assert the_job(chat).imports == {"aws_s3_bucket.this": "acme-old"}


FORM = "/catalogue/object-storage/?import=1"


def page(user: User, address: str) -> str:
    answer = page_client(user).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def sent(user: User, **values: str) -> Any:
    return page_client(user).post(FORM, {"request_id": str(uuid4()), "environment": "staging", **values})


def test_the_form_asks_which_one_and_where_and_leads_to_an_ordinary_job(demo: User) -> None:
    form = page(demo, FORM)
    for told in ("Take over: Object-Storage", "What exists: Name", "as the cloud has it now", "somebody else approves"):
        assert told in form
    assert 'name="lifetime"' not in form, "what exists is taken over without an end"
    request_id = str(uuid4())
    for _ in range(2):
        assert sent(demo, request_id=request_id, **{"v-name": "acme-old"}).url == f"/jobs/{request_id}/"
    job = selectors.job_get(request_id)
    assert (job.title, job.imports) == ("import staging bucket acme-old", {"aws_s3_bucket.this": "acme-old"})
    executor = FakeExecutor()
    assert run(job, executor) == "awaiting_approval"
    approve(selectors.job_get(job.id), person("boss", "approver"))
    assert run(job, executor) == "succeeded"


def test_what_is_wrong_stands_beside_its_field_and_asks_for_nothing(demo: User) -> None:
    empty = sent(demo)
    assert empty.status_code == 422
    assert empty.context["errors"] == {"name": "Say which one: its id as the cloud has it."}
    assert 'id="v-name-error"' in empty.content.decode()
    assert sent(demo, environment="", **{"v-name": "acme"}).context["errors"] == {
        "environment": "Choose an environment."
    }
    assert sent(demo, environment="mars", **{"v-name": "acme"}).context["errors"].keys() == {"environment"}
    assert collection("orchestrator_job").count_documents({}) == 0
    stack = applied(demo).stack
    assert stack is not None
    taken = sent(person("olga", "requester"), **{"v-name": stack.name})
    assert taken.status_code == 422
    assert f"Another stack in staging manages {stack.name} already" in taken.context["errors"]["name"]


def test_only_what_can_be_taken_over_is_offered(demo: User) -> None:
    for address in ("/stacks/", "/catalogue/"):
        assert "/catalogue/?import=1" in page(demo, address)
    chosen = page(demo, "/catalogue/?import=1")
    assert FORM in chosen
    assert "high risk" in chosen, "it can be deleted from then on"
    for missing in ("Vault", "List buckets"):
        assert missing not in chosen
    assert FORM in page(demo, "/catalogue/object-storage/")
    client = page_client(demo)
    assert client.get("/catalogue/vault/?import=1").status_code == 404
    assert client.get("/catalogue/list-buckets/?import=1").status_code == 404


def test_a_guest_sees_no_form_and_an_id_is_not_left_out_over_rest(demo: User, api: APIClient) -> None:
    guest = person("guest")
    assert "requester role" in page(guest, FORM)
    assert sent(guest, **{"v-name": "acme"}).status_code == 422
    versions: Any = collection("orchestrator_blueprintversion")
    versions.update_one({"_id": "digest-of-object-storage"}, {"$set": {"manifest.imports": {"aws_x.this": "password"}}})
    problem(post(api, "jobs/", {**BODY, "imports": True}), 422, "password")
