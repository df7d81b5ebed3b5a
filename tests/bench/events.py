"""How many events a second one leased writer stores: durable, numbered, without a gap; and reading long logs."""

import time

from django.conf import settings

from chatbot_project.mongo import connections
from orchestrator.executors.base import LogLine
from orchestrator.joblog import JobLog
from orchestrator.leases import Lease
from tests.servers.stack import RunningStack

from . import logs
from .figures import Figure

SECONDS = 3.0
DATABASE = "infrachat_bench"


def measure(stack: RunningStack) -> list[Figure]:
    """In a database of its own on the stack's MongoDB, which is dropped."""
    settings.MONGODB_URI, settings.REDIS_URL = stack.mongodb_uri, stack.redis_url
    settings.DATABASES["default"].update(HOST=stack.mongodb_uri, NAME=DATABASE)
    try:
        return [*(_rate(batch) for batch in (1, 100)), *logs.measure()]
    finally:
        connections.client().drop_database(DATABASE)
        connections.close()


def _rate(batch: int) -> Figure:
    log = JobLog(Lease(job_id=f"bench-{batch}", owner="bench", fence=1), 0)
    lines = [LogLine(kind="line", text="aws_s3_bucket.this: still creating, 10 s elapsed")] * batch
    began = time.monotonic()
    while time.monotonic() - began < SECONDS:
        log.append(lines)
    rate = log.last / (time.monotonic() - began)
    stored = connections.collection("orchestrator_jobevent").count_documents({"job_id": f"bench-{batch}"})
    assert stored == log.last
    return Figure(f"events stored a second, {batch} at a time", rate, "/s", samples=log.last)
