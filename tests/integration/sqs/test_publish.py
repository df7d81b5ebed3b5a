"""Wake-ups go to the queue through our transport, and a queue that is away is one error, soon."""

import sys
from uuid import uuid4

from tests.servers.forks import run

from .conftest import ROOT, Broker

_PROGRAM = """
import sys, django
django.setup()
from orchestrator import queue
from orchestrator.errors import QueueUnavailable
try:
    queue.publish_job(sys.argv[1])
    print(queue.waiting())
except QueueUnavailable as error:
    print(error)
"""


def _publish(broker: Broker) -> str:
    environment = {**broker.env, "INFRACHAT_PROCESS": "scheduler"}
    done = run([sys.executable, "-c", _PROGRAM, str(uuid4())], env=environment, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_publishes(broker: Broker) -> None:
    assert _publish(broker) == "1"
    assert broker.count(broker.address.queue_name("infrastructure")) == 1


def test_says_that_the_queue_refuses(broker: Broker) -> None:
    broker.proxy.refuse()
    assert _publish(broker).startswith("The queue cannot be reached")


def test_says_that_the_queue_fails(broker: Broker) -> None:
    broker.proxy.answer("SendMessage", 403)
    assert _publish(broker).startswith("The queue cannot be reached")
