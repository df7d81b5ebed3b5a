"""Calls whose worker was lost: repeated with their token, looked up, or asked about; never blindly repeated."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchestrator.executors import registry
from orchestrator.executors.base import (
    ApplyOutcome,
    CloudAccess,
    ExecutorError,
    Gone,
    PlanVoid,
    Reconciled,
    Started,
    Stopped,
)

from .test_actions import KEYS, Asked, client, definition

PUT_SECRET: dict[str, Any] = {
    "name": "put-secret",
    "service": "secretsmanager",
    "operation": "PutSecretValue",
    "parameters": {"secret": "SecretId", "value": "SecretString"},
    "variables": {"value": {"sensitive": True}},
    "result": {"jmespath": "VersionId", "template": "Version {result}."},
    "risk": "low",
}
CREATE_BUCKET: dict[str, Any] = {
    "name": "create-bucket",
    "service": "s3",
    "operation": "CreateBucket",
    "parameters": {"name": "Bucket"},
    "result": {"jmespath": "Location", "template": "Made {result}."},
    "risk": "low",
    "check": {
        "operation": "ListBuckets",
        "jmespath": "contains(Buckets[].Name, {name})",
        "result": {"jmespath": "Owner.ID", "template": "The bucket {name} is there."},
    },
}
START: dict[str, Any] = {
    "name": "start-instances",
    "service": "ec2",
    "operation": "StartInstances",
    "parameters": {"instances": "InstanceIds"},
    "result": {"jmespath": "StartingInstances[].InstanceId"},
    "risk": "low",
    "check": {
        "operation": "DescribeInstances",
        "parameters": {"instances": "InstanceIds"},
        "jmespath": "length(Reservations[].Instances[?State.Name != 'running'][]) == `0`",
    },
}
DELETE_QUEUE: dict[str, Any] = {
    "name": "delete-queue",
    "service": "sqs",
    "operation": "DeleteQueue",
    "parameters": {"url": "QueueUrl"},
    "result": {"jmespath": "@"},
    "risk": "high",
    "check": {
        "operation": "GetQueueAttributes",
        "parameters": {"url": "QueueUrl"},
        "jmespath": "`false`",
        "missing": "done",
    },
}
SEND: dict[str, Any] = {
    "name": "send-message",
    "service": "sqs",
    "operation": "SendMessage",
    "parameters": {"url": "QueueUrl", "text": "MessageBody"},
    "result": {"jmespath": "MessageId", "template": "Sent {result}."},
    "risk": "low",
}


class Lost:
    """An action whose worker is lost before, or after, it has made the call."""

    def __init__(self, endpoint: str, action: dict[str, Any], **values: Any) -> None:
        self.asked = Asked(endpoint, action, values=values)
        self.executor = registry.get("action")
        self.plan_hash = self.executor.plan(self.asked.context).plan_hash

    def call(self, number: int = 1, plan_hash: str | None = None) -> ApplyOutcome:
        context = dataclasses.replace(self.asked.context, start=number)
        return self.executor.apply(context, plan_hash or self.plan_hash)

    def found(self, number: int = 1, plan_hash: str | None = None, **changes: Any) -> Reconciled:
        started = Started(number, datetime.now(UTC), "host", "worker", 1, plan_hash or self.plan_hash)
        context = dataclasses.replace(self.asked.context, start=number)
        return self.executor.reconcile(context, dataclasses.replace(started, **changes), self.plan_hash)

    def go_on(self, found: Reconciled, number: int = 2) -> ApplyOutcome:
        assert found.remainder is not None
        return self.call(number, found.remainder.plan_hash)


@pytest.fixture
def secret(cloud_endpoint: str) -> Any:
    secrets = client("secretsmanager", cloud_endpoint)
    secrets.create_secret(Name="key", SecretString="old")
    return secrets


def versions(secret: Any) -> int:
    return len(secret.list_secret_version_ids(SecretId="key", IncludeDeprecated=True)["Versions"])


def test_nothing_of_a_call_outlives_its_worker(cloud_endpoint: str) -> None:
    lost = Lost(cloud_endpoint, SEND, url="u", text="t")
    with pytest.raises(Gone):
        lost.executor.attach(lost.asked.context, Started(1, datetime.now(UTC), "h", "w", 1, lost.plan_hash))


def test_a_reading_call_is_made_again(cloud_endpoint: str) -> None:
    lost = Lost(cloud_endpoint, definition("list-buckets"))

    found = lost.found()

    assert (found.status, found.may_continue, found.missing) == ("remainder", True, ("s3:ListBuckets",))
    assert lost.go_on(found).sentence == "There is no bucket in staging."


@pytest.mark.parametrize("was_called", [True, False])
def test_a_call_with_a_token_is_repeated_and_carried_out_once(
    cloud_endpoint: str, secret: Any, was_called: bool
) -> None:
    lost = Lost(cloud_endpoint, PUT_SECRET, secret="key", value="new")
    first = lost.call() if was_called else None

    found = lost.found()
    second = lost.go_on(found)

    assert (found.status, found.may_continue) == ("remainder", True)
    assert "with the same token" in found.sentence
    assert second.status == "succeeded"
    assert first is None or second.sentence == first.sentence
    assert versions(secret) == 2
    again = lost.found(2, found.remainder.plan_hash)  # type: ignore[union-attr]
    assert lost.go_on(again, 3).status == "succeeded"
    assert versions(secret) == 2


def test_another_job_has_another_token(cloud_endpoint: str, secret: Any) -> None:
    for _ in range(2):
        assert Lost(cloud_endpoint, PUT_SECRET, secret="key", value="new").call().status == "succeeded"
    assert versions(secret) == 3


def test_the_token_is_a_part_of_what_is_approved_and_told_as_an_attribute_alone(cloud_endpoint: str) -> None:
    lost = Lost(cloud_endpoint, PUT_SECRET, secret="key", value="opensesame")
    plan = lost.executor.plan(lost.asked.context)

    assert plan.masked_plan["parameters"]["ClientRequestToken"] not in plan.sentence
    assert "opensesame" not in str(plan)
    other = dataclasses.replace(lost.asked.context, job_id="9f3b0a52-2222-4222-8222-222222222222")
    with pytest.raises(PlanVoid):
        lost.executor.apply(other, lost.plan_hash)


def test_an_old_token_is_not_relied_upon(cloud_endpoint: str, secret: Any) -> None:
    lost = Lost(cloud_endpoint, PUT_SECRET, secret="key", value="new")

    found = lost.found(at=datetime.now(UTC) - timedelta(minutes=5))

    assert (found.status, found.may_continue) == ("remainder", False)
    assert "Its token is too old to be relied upon." in found.sentence


def test_what_exists_already_at_a_repetition_is_not_called_a_failure(cloud_endpoint: str) -> None:
    create = {
        "name": "make-file-system",
        "service": "efs",
        "operation": "CreateFileSystem",
        "parameters": {},
        "result": {"jmespath": "FileSystemId"},
        "risk": "low",
    }
    lost = Lost(cloud_endpoint, create)
    lost.call()

    outcome = lost.go_on(lost.found())

    assert (outcome.status, outcome.error_code) == ("partially_applied", "name_taken")
    assert "The interrupted call may have made it." in outcome.sentence
    assert len(client("efs", cloud_endpoint).describe_file_systems()["FileSystems"]) == 1


def test_a_check_says_that_it_is_done(cloud_endpoint: str) -> None:
    lost = Lost(cloud_endpoint, CREATE_BUCKET, name="acme")
    lost.call()

    found = lost.found()

    assert (found.status, found.exists, found.remainder) == ("succeeded", ("s3:CreateBucket",), None)
    assert found.sentence.startswith("The bucket acme is there.\n")
    assert found.outputs["result"]


def test_a_check_says_that_it_is_not_done(cloud_endpoint: str) -> None:
    lost = Lost(cloud_endpoint, CREATE_BUCKET, name="acme")

    found = lost.found()

    assert (found.status, found.may_continue) == ("remainder", True)
    assert "before it was carried out (s3:ListBuckets says so)" in found.sentence
    assert lost.go_on(found).status == "succeeded"
    assert lost.found(2, found.remainder.plan_hash).status == "succeeded"  # type: ignore[union-attr]


def test_started_instances_are_looked_up(cloud_endpoint: str) -> None:
    ec2 = client("ec2", cloud_endpoint)
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=2, MaxCount=2)["Instances"]
    instances = [each["InstanceId"] for each in made]
    ec2.stop_instances(InstanceIds=instances)
    lost = Lost(cloud_endpoint, START, instances=instances)

    assert lost.found().status == "remainder"
    ec2.start_instances(InstanceIds=instances[:1])
    assert lost.found().status == "remainder"
    lost.call()
    assert lost.found().status == "succeeded"


def test_what_is_missing_may_be_the_answer(cloud_endpoint: str) -> None:
    sqs = client("sqs", cloud_endpoint)
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    lost = Lost(cloud_endpoint, DELETE_QUEUE, url=url)

    assert (lost.found().status, lost.found().may_continue) == ("remainder", True)
    sqs.delete_queue(QueueUrl=url)
    assert lost.found().status == "succeeded"

    check = {name: each for name, each in DELETE_QUEUE["check"].items() if name != "missing"}
    found = Lost(cloud_endpoint, {**DELETE_QUEUE, "check": check}, url=url).found()
    assert (found.status, found.may_continue, "It cannot be looked up" in found.sentence) == ("remainder", False, True)


def test_a_cloud_that_is_away_is_asked_later(cloud_endpoint: str) -> None:
    away = CloudAccess("us-east-1", KEYS, None, "http://127.0.0.1:9")
    lost = Lost(cloud_endpoint, CREATE_BUCKET, name="acme")
    lost.asked.context = dataclasses.replace(lost.asked.context, cloud=away)
    lost.plan_hash = lost.executor.plan(lost.asked.context).plan_hash

    with pytest.raises(ExecutorError, match="cannot be looked up") as failed:
        lost.found()
    assert failed.value.retryable


def test_without_token_and_check_it_is_a_question(cloud_endpoint: str) -> None:
    sqs = client("sqs", cloud_endpoint)
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    lost = Lost(cloud_endpoint, SEND, url=url, text="hello")
    lost.call()

    found = lost.found()

    assert (found.status, found.may_continue, found.unknown) == ("remainder", False, ("sqs:SendMessage",))
    assert "nobody knows whether it was carried out" in found.sentence
    assert found.remainder is not None
    assert found.remainder.sentence.startswith(found.sentence)
    assert found.remainder.plan_hash != lost.plan_hash, "an old yes is no answer to a new question"
    with pytest.raises(PlanVoid):
        lost.call(2)
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "1"
    assert lost.go_on(found).status == "succeeded", "somebody said yes"


def test_what_is_not_as_approved_is_asked_about(cloud_endpoint: str, secret: Any) -> None:
    lost = Lost(cloud_endpoint, PUT_SECRET, secret="key", value="new")
    lost.asked.context = dataclasses.replace(lost.asked.context, policy_version="2")

    found = lost.found()

    assert (found.status, found.may_continue) == ("remainder", False)
    assert "not what was approved" in found.sentence


def test_a_worker_that_lost_its_job_does_not_call(cloud_endpoint: str) -> None:
    """It slept after it had verified the plan; recording itself as the caller shows that the lease is lost."""
    sqs = client("sqs", cloud_endpoint)
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    lost = Lost(cloud_endpoint, SEND, url=url, text="hello")
    refused: list[str] = []
    lost.asked.context = dataclasses.replace(
        lost.asked.context,
        on_process=lambda pid, started: refused.append("lease_lost"),
        should_stop=lambda: refused[0] if refused else None,
    )

    with pytest.raises(Stopped, match="lease_lost"):
        lost.call()

    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "0"
