"""The life of a queue. The provider waits half a minute for whatever it sets on one, so this takes two."""

import json
from typing import Any

import boto3
import pytest

from tests.integration.terraform.running import Site, blueprint

pytestmark = pytest.mark.terraform


@pytest.mark.full
def test_a_queue_with_its_dead_letter_queue_is_planned(site: Site) -> None:
    outcome = site.job(blueprint("message-queue"), {"name": "orders", "fifo": True}).plan()

    queues = {
        attribute["after"]
        for change in outcome.changes
        if change.resource_type == "aws_sqs_queue"
        for attribute in change.attributes
        if attribute["path"] == "name"
    }
    assert queues == {"orders.fifo", "orders-dlq.fifo"}
    assert outcome.counts.create == 5


@pytest.mark.full
@pytest.mark.timeout(400)
def test_a_queue_is_made_as_planned_and_deleted(site: Site) -> None:
    module, values = blueprint("message-queue"), {"name": "orders", "max_receives": 7}
    made = site.job(module, values, timeout_seconds=300)

    done = made.apply(made.plan().plan_hash)

    assert (done.status, done.sentence) == ("succeeded", "Done: 5 created.")
    _sends_what_fails_to_its_dead_letters(done.outputs)

    destroy = site.job(module, values, kind="destroy", stack=made.stack, timeout_seconds=300)
    done = destroy.apply(destroy.plan().plan_hash)

    assert (done.status, done.sentence, done.resource_count) == ("succeeded", "Done: 5 deleted.", 0)
    assert "QueueUrls" not in boto3.client("sqs").list_queues()


def _sends_what_fails_to_its_dead_letters(outputs: dict[str, Any]) -> None:
    main, dead = (_attributes(outputs[name]) for name in ("queue_url", "dead_letter_queue_url"))
    assert json.loads(main["RedrivePolicy"]) == {"deadLetterTargetArn": dead["QueueArn"], "maxReceiveCount": 7}
    allowed = {"redrivePermission": "byQueue", "sourceQueueArns": [main["QueueArn"]]}
    assert json.loads(dead["RedriveAllowPolicy"]) == allowed
    for each in (main, dead):
        assert each["SqsManagedSseEnabled"] == "true"
        assert "aws:SecureTransport" in each["Policy"]


def _attributes(url: str) -> dict[str, str]:
    answered: dict[str, str] = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
        "Attributes"
    ]
    return answered
