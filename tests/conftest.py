"""Fixtures for every test. Servers start only for the tests that name them."""

import pytest

from tests.servers.cloud import cloud_endpoint, cloud_server, sqs_endpoint, sqs_server
from tests.servers.mongo import migrated_mongo, mongo_db, mongod_uri
from tests.servers.redis import redis_server_url, redis_url
from tests.servers.stack import stack
from tests.servers.terraform import terraform_binary

__all__ = [
    "cloud_endpoint",
    "cloud_server",
    "migrated_mongo",
    "mongo_db",
    "mongod_uri",
    "redis_server_url",
    "redis_url",
    "sqs_endpoint",
    "sqs_server",
    "stack",
    "terraform_binary",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the whole stack share one, so they run in one test process (with `--dist loadgroup`)."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("stack"))
