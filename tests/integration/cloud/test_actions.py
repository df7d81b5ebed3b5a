"""The catalogue's actions against a cloud."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest

from orchestrator.catalog.action_files import ACTIONS, action_load
from orchestrator.executors import registry
from orchestrator.executors.base import CloudAccess, Context, LogLine, StackRef, StoreAccess
from tests.howtos import files_written

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


class Asked:
    def __init__(self, endpoint: str, definition: dict[str, Any], **changed: Any) -> None:
        self.lines: list[LogLine] = []
        fields: dict[str, Any] = {
            "job_id": str(uuid4()),
            "kind": "action",
            "start": 1,
            "run_dir": Path("/nonexistent"),
            "stack": None,
            "module": None,
            "action": definition,
            "values": {},
            "cloud": CloudAccess("us-east-1", KEYS, None, endpoint),
            "store": StoreAccess("state", "artefacts", "us-east-1", endpoint, KEYS),
            "policy_version": "1",
            "timeout_seconds": 60,
            "stop_grace_seconds": 5,
            "emit": self.lines.append,
            "should_stop": lambda: None,
            "environment": "staging",
        }
        self.context = Context(**{**fields, **changed})

    def answer(self) -> Any:
        executor = registry.get("action")
        return executor.apply(self.context, executor.plan(self.context).plan_hash)


def definition(name: str) -> dict[str, Any]:
    return action_load(ACTIONS / f"{name}.yaml").definition


def client(service: str, endpoint: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def test_buckets_are_listed_by_name(cloud_endpoint: str) -> None:
    asked = Asked(cloud_endpoint, definition("list-buckets"))
    assert asked.answer().sentence == "There is no bucket in staging."

    for name in ("beta", "alpha"):
        client("s3", cloud_endpoint).create_bucket(Bucket=name)
    outcome = asked.answer()

    assert outcome.status == "succeeded"
    assert outcome.sentence.startswith("Buckets in staging (2):\n- alpha (created 20")
    assert [each["name"] for each in outcome.outputs["result"]] == ["alpha", "beta"]


def test_a_stacks_resources_are_found_by_their_tag_over_many_pages(cloud_endpoint: str) -> None:
    s3, stack = client("s3", cloud_endpoint), StackRef(str(uuid4()), "reports", "staging", "demo")
    for number in range(120):
        s3.create_bucket(Bucket=f"bucket-{number:03}")
        owner = stack.id if number else str(uuid4())
        tags = {"TagSet": [{"Key": "infrachat:stack", "Value": owner}]}
        s3.put_bucket_tagging(Bucket=f"bucket-{number:03}", Tagging=tags)

    outcome = Asked(cloud_endpoint, definition("show-stack-resources"), stack=stack).answer()

    assert outcome.sentence.startswith("Resources of reports in the cloud (119):\n- arn:aws:s3:::bucket-001\n")


def test_the_action_of_the_howto_is_called(cloud_endpoint: str, tmp_path: Path) -> None:
    (path,) = files_written("add-an-action.md", tmp_path).values()
    for name in ("orders", "returns"):
        client("sqs", cloud_endpoint).create_queue(QueueName=name)
    asked = action_load(path).definition

    everything = Asked(cloud_endpoint, asked).answer().sentence
    assert everything.startswith("Queues in staging (2):\n- http")
    assert Asked(cloud_endpoint, asked, values={"prefix": "ret"}).answer().sentence.endswith("/returns")


def test_an_operation_that_changes_is_carried_out_once(cloud_endpoint: str) -> None:
    create = {
        "name": "make-queue",
        "title": "Make a queue",
        "kind": "aws",
        "service": "sqs",
        "operation": "CreateQueue",
        "parameters": {"name": "QueueName"},
        "result": {"jmespath": "QueueUrl", "template": "Made {result}."},
        "risk": "low",
    }

    outcome = Asked(cloud_endpoint, create, values={"name": "orders"}).answer()

    assert outcome.sentence.endswith("/orders.")
    assert outcome.changed == ("sqs:CreateQueue",)


def test_a_role_is_assumed(cloud_endpoint: str) -> None:
    cloud = CloudAccess("us-east-1", KEYS, "arn:aws:iam::123456789012:role/staging", cloud_endpoint)

    assert Asked(cloud_endpoint, definition("list-buckets"), cloud=cloud).answer().status == "succeeded"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code"),
    [("s3", "GetBucketVersioning", {"bucket": "Bucket"}, "not_found")],
)
def test_what_the_cloud_refuses_fails_with_its_reason(
    cloud_endpoint: str, service: str, operation: str, parameters: dict[str, str], code: str
) -> None:
    asked = {
        "service": service,
        "operation": operation,
        "parameters": parameters,
        "result": {"jmespath": "Status"},
        "risk": "read",
    }

    outcome = Asked(cloud_endpoint, asked, values={"bucket": "none-at-all"}).answer()

    assert (outcome.status, outcome.error_code) == ("failed", code)


def test_a_cloud_that_is_away_is_not_the_end(cloud_endpoint: str) -> None:
    cloud = CloudAccess("us-east-1", KEYS, None, "http://127.0.0.1:9")

    outcome = Asked(cloud_endpoint, definition("list-buckets"), cloud=cloud).answer()

    assert (outcome.status, outcome.error_code) == ("failed", "cloud_unavailable")
