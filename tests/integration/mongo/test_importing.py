"""Importing what exists over REST and in chat: an ordinary job, refused where a stack here has it already."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import selectors

from .chatting import Chat, the_job
from .flow import FakeExecutor, run
from .orchestrating import applied, approve, person, seed
from .test_orchestrator_api import BODY, client_of, post, problem

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
    return client_of(demo)


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
    other = client_of(person("olga", "requester"))
    assert "Another stack in staging manages acme already" in problem(
        post(other, "jobs/", {**BODY, "imports": True}), 409
    )


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
