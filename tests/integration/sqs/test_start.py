"""Servers that are away at start: one sentence and exit code 1, for each process that needs them."""

import json
import sys

import pytest

from tests.servers.forks import run
from tests.servers.processes import free_port

from .conftest import ROOT, Broker


def _run(broker: Broker, role: str, *command: str, **env: str) -> tuple[int, str]:
    environment = {**broker.env, "INFRACHAT_PROCESS": role, **env}
    done = run([sys.executable, "manage.py", *command], env=environment, cwd=ROOT)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr.strip()


WORKER = ("worker", "--queue", "background")


def test_worker_without_mongodb(broker: Broker) -> None:
    code, said = _run(broker, "background", *WORKER)
    assert (code, said.count("\n")) == (1, 0)
    assert said.startswith("CommandError: MongoDB does not answer")


def test_worker_without_redis(broker: Broker, mongod_uri: str) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    code, said = _run(broker, "background", *WORKER, MONGODB_URI=mongod_uri, REDIS_URL=nowhere)
    assert (code, said.count("\n")) == (1, 0)
    assert said.startswith("CommandError: Redis does not answer")


@pytest.mark.parametrize(("role", "command"), [("background", WORKER), ("scheduler", ("scheduler",))])
def test_without_sqs(broker: Broker, mongod_uri: str, role: str, command: tuple[str, ...]) -> None:
    broker.proxy.refuse()
    code, said = _run(broker, role, *command, MONGODB_URI=mongod_uri)
    assert (code, said.count("\n")) == (1, 0)
    assert "Is it running?" in said or "Is SQS running" in said


def test_worker_without_its_queue(broker: Broker, mongod_uri: str) -> None:
    code, said = _run(broker, "background", *WORKER, MONGODB_URI=mongod_uri, SQS_QUEUE_PREFIX="never-made-")
    assert code == 1
    assert "manage.py provision" in said


def test_scheduler_without_mongodb(broker: Broker) -> None:
    code, said = _run(broker, "scheduler", "scheduler")
    assert (code, said.count("\n")) == (1, 0)
    assert said.startswith("CommandError: MongoDB does not answer")


def test_provision_without_sqs(broker: Broker) -> None:
    broker.proxy.refuse()
    code, said = _run(broker, "manage", "provision", "--only", "queues")
    assert (code, said.count("\n")) == (1, 0)
    assert said.startswith("CommandError: The queues could not be made")


def test_provision_twice(broker: Broker) -> None:
    for _ in range(2):
        code, said = _run(broker, "manage", "provision", "--only", "queues", SQS_MAX_RECEIVES="7")
        assert (code, said) == (0, "")

    url = broker.client.get_queue_url(QueueName=broker.address.queue_name("infrastructure"))["QueueUrl"]
    attributes = broker.client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    redrive = json.loads(attributes["RedrivePolicy"])
    assert int(redrive["maxReceiveCount"]) == 7
    assert redrive["deadLetterTargetArn"].endswith(broker.address.dead_letter_name("infrastructure"))
    assert attributes["VisibilityTimeout"] == "5"


def test_missing_keys_name_the_variable(broker: Broker) -> None:
    code, said = _run(broker, "manage", "provision", "--only", "queues", SQS_ACCESS_KEY_ID="")
    assert code == 1
    assert "SQS_ACCESS_KEY_ID is not set" in said
