"""Actions whose worker was lost, from the lost start to the job's end, with the real executor and a cloud."""

from typing import Any

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import selectors
from orchestrator.documents import utc_now
from orchestrator.errors import OrchestratorError
from orchestrator.executors import registry
from orchestrator.runner import run_job
from orchestrator.states import JobKind
from orchestrator.types import JobView
from tests.integration.cloud.test_actions import client
from tests.integration.cloud.test_interrupted_actions import CREATE_BUCKET, PUT_SECRET, SEND, versions

from .orchestrating import applying, approve, lose_lease, person, seed, submit

OTHER = "infrastructure@tests:2"


@pytest.fixture
def demo(mongo_db: Database[Any], cloud_endpoint: str) -> User:
    seed()
    return person("demo", "requester")


def asked(user: User, action: dict[str, Any], **values: str) -> JobView:
    """A planned and approved action."""
    variables = [{"name": name, "type": "string", "description": "x"} for name in values]
    row = {"title": action["name"], "digest": "a", "definition": {**action, "title": action["name"], "kind": "aws"}}
    row |= {"_id": action["name"], "variables": variables, "enabled": True, "updated_at": utc_now()}
    collection("orchestrator_action").replace_one({"_id": action["name"]}, row, upsert=True)
    job = submit(user, kind=JobKind.ACTION, subject=action["name"], values=values)
    assert run(job) == "awaiting_approval"
    return approve(selectors.job_get(job.id), user, plan_hash(job))


def run(job: JobView) -> str:
    return run_job(job.id, owner=OTHER, executors=registry)


def plan_hash(job: JobView) -> str:
    plan = selectors.job_get(job.id).plan
    assert plan is not None
    return plan.plan_hash


def lost(user: User, action: dict[str, Any], **values: str) -> JobView:
    """Its worker was lost after the start was committed, before it made the call."""
    job, _ = applying(asked(user, action, **values))
    lose_lease(job.id)
    return job


def test_a_call_with_a_token_goes_on_by_itself_and_is_carried_out_once(demo: User, cloud_endpoint: str) -> None:
    secret = client("secretsmanager", cloud_endpoint)
    secret.create_secret(Name="key", SecretString="old")
    job = lost(demo, PUT_SECRET, secret="key", value="new")

    assert run(job) == "succeeded"

    assert versions(secret) == 2
    assert selectors.job_get(job.id).starts == 2


def test_what_is_found_done_is_a_success_and_what_is_not_is_done(demo: User, cloud_endpoint: str) -> None:
    job, there = lost(demo, CREATE_BUCKET, name="missing"), lost(demo, CREATE_BUCKET, name="there")
    client("s3", cloud_endpoint).create_bucket(Bucket="there")

    assert (run(job), run(there)) == ("succeeded", "succeeded")

    assert [selectors.job_get(each.id).starts for each in (job, there)] == [2, 1]
    assert selectors.job_get(there.id).result_text.startswith("The bucket there is there.")
    assert len(client("s3", cloud_endpoint).list_buckets()["Buckets"]) == 2


def test_what_nobody_knows_is_a_question_that_an_old_yes_does_not_answer(demo: User, cloud_endpoint: str) -> None:
    sqs = client("sqs", cloud_endpoint)
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    job = lost(demo, SEND, url=url, text="hello")
    first = plan_hash(job)

    assert run(job) == "awaiting_approval"

    view = selectors.job_get(job.id)
    assert "nobody knows whether it was carried out" in view.last_reason
    assert view.plan is not None
    assert "nobody knows whether it was carried out" in view.plan.text
    with pytest.raises(OrchestratorError):
        approve(view, demo, first)
    assert waiting(sqs, url) == "0", "nothing is repeated without a yes"
    approve(view, demo, plan_hash(job))
    assert run(job) == "succeeded"
    assert waiting(sqs, url) == "1"


def waiting(sqs: Any, url: str) -> str:
    found: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return found["ApproximateNumberOfMessages"]
