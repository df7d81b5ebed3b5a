"""The emulator does what the service does where its library does not."""

import json
from typing import Any

import boto3
import pytest

ALLOWED = json.dumps({"redrivePermission": "denyAll"})


@pytest.fixture
def sqs(cloud_endpoint: str) -> Any:
    return boto3.client("sqs")


def attributes(sqs: Any, url: str) -> dict[str, str]:
    answered: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return answered


def test_a_queue_says_whose_dead_letters_it_takes(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="dead", Attributes={"RedriveAllowPolicy": ALLOWED})["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedriveAllowPolicy"])["Attributes"]
    assert asked == {"RedriveAllowPolicy": ALLOWED}
    assert attributes(sqs, url)["RedriveAllowPolicy"] == ALLOWED

    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedriveAllowPolicy": ""})
    assert "RedriveAllowPolicy" not in attributes(sqs, url)


def test_a_queue_keeps_the_policy_that_was_not_named(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="dead", Attributes={"Policy": '{"Statement": []}'})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedriveAllowPolicy": ALLOWED})
    assert attributes(sqs, url)["Policy"] == '{"Statement": []}'

    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert "Policy" not in attributes(sqs, url)


def test_a_redrive_policy_is_answered_as_the_service_writes_it(sqs: Any) -> None:
    """With blanks in it, Terraform would find something to change for ever."""
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    policy = {"deadLetterTargetArn": attributes(sqs, dead)["QueueArn"], "maxReceiveCount": 5}
    url = sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": json.dumps(policy)})["QueueUrl"]

    assert attributes(sqs, url)["RedrivePolicy"] == json.dumps(policy, separators=(",", ":"))
