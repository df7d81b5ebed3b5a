"""Fixtures for every test. Servers start only for the tests that name them."""

import gc
import os
import signal
import tempfile

import pytest
from hypothesis import HealthCheck, settings

from tests.servers.cloud import cloud_endpoint, cloud_server, sqs_endpoint, sqs_server
from tests.servers.encoder import encoder
from tests.servers.mongo import emptied, migrated_mongo, mongo_db, mongod_uri
from tests.servers.redis import redis_server_url, redis_url
from tests.servers.scheduling import pytest_xdist_make_scheduler
from tests.servers.stack import stack
from tests.servers.terraform import terraform_binary
from tests.servers.trained import trained

__all__ = [
    "cloud_endpoint",
    "cloud_server",
    "emptied",
    "encoder",
    "migrated_mongo",
    "mongo_db",
    "mongod_uri",
    "pytest_xdist_make_scheduler",
    "redis_server_url",
    "redis_url",
    "sqs_endpoint",
    "sqs_server",
    "stack",
    "terraform_binary",
    "trained",
]

# A machine that pauses for a second says nothing about what is tested.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")

# A quarter of the processor's time went into looking for garbage among what thousands of tests and their imports keep.
gc.set_threshold(50_000, 20, 50)

# A shell that runs the tests in the background has them ignore the interrupt, and so would all they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Packed bytes may hold the time of day, and all test processes must call the same tests the same."""
    return argname if isinstance(val, bytes) and len(val) > 20 else None


def pytest_collection_finish() -> None:
    """What was collected stays until the end: nobody need look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def temporary_files_stay_together(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is killed in a test cannot tidy up: its temporary files lie where pytest removes them."""
    os.environ["TMPDIR"] = str(tmp_path_factory.mktemp("t"))
    tempfile.tempdir = None
