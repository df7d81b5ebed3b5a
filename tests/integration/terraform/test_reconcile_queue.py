"""A queue is found by its name, and its policies on it."""

from typing import Any

import boto3
import pytest

from tests.integration.terraform.interrupting import Interrupted
from tests.integration.terraform.running import KEYS, REGION, Site, blueprint

pytestmark = [pytest.mark.terraform, pytest.mark.full, pytest.mark.timeout(900)]


@pytest.fixture
def killed(site: Site) -> Interrupted:
    return Interrupted(site, site.job(blueprint("message-queue"), {"name": "orders"}))


def test_a_queue_that_nobody_recorded_is_adopted(killed: Interrupted) -> None:
    """The provider waits for half a minute after it has made one."""
    killed.kill_when(lambda: len(_queues(killed)) == 1)

    found = killed.reconcile()

    assert found.adopted == ("aws_sqs_queue.dead_letter",)
    killed.finish(found)
    assert sorted(_queues(killed)) == ["orders", "orders-dlq"]


def test_queues_and_policies_are_found_whether_recorded_or_not(killed: Interrupted) -> None:
    """Both queues are made, and all that is set on them is in the air."""
    killed.kill_after(5, "resource_start")

    found = killed.reconcile()

    assert {"aws_sqs_queue.dead_letter", "aws_sqs_queue.this"} <= set(found.exists)
    killed.finish(found)
    assert sorted(_queues(killed)) == ["orders", "orders-dlq"]


def _queues(killed: Interrupted) -> list[str]:
    keys: dict[str, Any] = {name.lower(): value for name, value in KEYS.items()}
    sqs = boto3.client("sqs", endpoint_url=killed.site.endpoint, region_name=REGION, **keys)
    return [url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", [])]
