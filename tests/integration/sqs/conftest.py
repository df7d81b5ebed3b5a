"""A broker with queues behind a proxy that can fail, and real Celery workers on it."""

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from celery import Celery
from kombu import Exchange, Queue

from chatbot_project.broker.address import BrokerAddress
from chatbot_project.provisioning.queues import queue_provision
from tests.servers.fault_proxy import FaultProxy, fault_proxy
from tests.servers.processes import running, wait_until

ROOT = Path(__file__).resolve().parents[3]
VISIBILITY_SECONDS = 5
QUEUE = "background"


@dataclass(frozen=True)
class Broker:
    """Queues of one test, reached by the worker through `proxy` and by the test directly."""

    proxy: FaultProxy
    address: BrokerAddress
    client: Any
    sender: Celery
    env: dict[str, str]
    directory: Path

    def send(self, task: str, *args: Any) -> None:
        self.sender.send_task(task, args=args, queue=QUEUE)

    def note(self, text: str) -> None:
        """Have a line written by the worker; see `lines`."""
        self.send("tests.note", str(self.notes), text)

    @property
    def notes(self) -> Path:
        return self.directory / "notes"

    def count(self, name: str) -> int:
        """How many messages of a queue wait or are held."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client.get_queue_attributes(QueueUrl=self._url(name), AttributeNames=names)["Attributes"]
        return sum(int(found[each]) for each in names)

    def visible(self, name: str) -> int:
        """How many messages of a queue could be fetched now."""
        names = ["ApproximateNumberOfMessages"]
        found = self.client.get_queue_attributes(QueueUrl=self._url(name), AttributeNames=names)["Attributes"]
        return int(found[names[0]])

    def send_raw(self, body: str) -> None:
        self.client.send_message(QueueUrl=self._url(self.address.queue_name(QUEUE)), MessageBody=body)

    def _url(self, name: str) -> str:
        return str(self.client.get_queue_url(QueueName=name)["QueueUrl"])


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def broker(sqs_endpoint: str, redis_url: str, tmp_path: Path) -> Iterator[Broker]:
    with fault_proxy(sqs_endpoint) as proxy:
        address = BrokerAddress(
            proxy.endpoint, "us-east-1", "testing", "testing", "123456789012", f"{uuid4().hex[:8]}-"
        )
        client = boto3.client(
            "sqs",
            region_name="us-east-1",
            endpoint_url=sqs_endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        for queue in ("background", "infrastructure"):
            queue_provision(client, address, queue, visibility_seconds=VISIBILITY_SECONDS, max_receives=2)
        env = _environment(address, redis_url)
        yield Broker(proxy, address, client, _sender(sqs_endpoint, address), env, tmp_path)


@pytest.fixture
def start_worker(broker: Broker) -> Iterator[Callable[[], Path]]:
    """Start a worker of the background queue; the path of its log. It is stopped after the test."""
    with contextlib.ExitStack() as stack:

        def start() -> Path:
            log = broker.directory / "worker.log"
            command = [
                *(sys.executable, "-m", "celery", "--app=tests.servers.broker_app", "worker", f"--queues={QUEUE}"),
                *("--hostname=tested@%h", "--concurrency=1", "-O", "fair", "--without-mingle", "--without-gossip"),
                "--loglevel=INFO",
            ]
            healthy = _is_ready(log)
            stack.enter_context(
                running(command, log=log, env=broker.env, cwd=ROOT, healthy=healthy, stop_signal=signal.SIGKILL)
            )
            return log

        yield start


@pytest.fixture
def worker(start_worker: Callable[[], Path], broker: Broker) -> Path:
    """A worker that has run a first task; the path of its log."""
    log = start_worker()
    broker.note("first")
    wait_until(lambda: "first" in lines(broker.notes), seconds=20, what="the worker's first task")
    return log


def _is_ready(log: Path) -> Callable[[], bool]:
    return lambda: log.exists() and " ready." in log.read_text(errors="replace")


def _environment(address: BrokerAddress, redis_url: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SQS_", "CELERY_"))}
    return {
        **clean,
        "DJANGO_SETTINGS_MODULE": "chatbot_project.settings.local",
        "INFRACHAT_PROCESS": "background",
        "PYTHONUNBUFFERED": "1",
        "CELERY_BROKER_URL": "",
        "SQS_ENDPOINT_URL": address.endpoint_url,
        "SQS_ACCESS_KEY_ID": address.access_key_id,
        "SQS_SECRET_ACCESS_KEY": address.secret_access_key,
        "SQS_QUEUE_PREFIX": address.queue_prefix,
        "SQS_WAIT_SECONDS": "1",
        "SQS_VISIBILITY_SECONDS": str(VISIBILITY_SECONDS),
        "SQS_MAX_RECEIVES": "2",
        "REDIS_URL": redis_url,
        "CONTROL_REDIS_URL": redis_url,
        # Nothing here needs MongoDB; an address where nobody is keeps it so.
        "MONGODB_URI": "mongodb://127.0.0.1:1/?replicaSet=none",
        "MONGODB_TIMEOUT_MS": "300",
    }


def _sender(endpoint: str, address: BrokerAddress) -> Celery:
    """A publisher that does not go through the proxy: what is tested is the receiving side."""
    app = Celery("sender", set_as_current=False)
    app.conf.update(
        broker_url=f"sqs://testing:testing@{endpoint.removeprefix('http://')}//",
        broker_transport_options={
            "region": address.region,
            "is_secure": False,
            "predefined_queues": {
                name: {"url": f"{endpoint}/{address.account_id}/{address.queue_name(name)}"}
                for name in ("background", "infrastructure")
            },
        },
        task_queues=[Queue(QUEUE, Exchange(QUEUE), routing_key=QUEUE)],
        task_default_queue=QUEUE,
    )
    return app
