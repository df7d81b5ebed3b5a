"""What the scheduler says at its start about a MongoDB that would let it wait."""

import io
from collections.abc import Iterator
from typing import Any

import pytest

from chatbot_project.mongo import connections, devserver
from orchestrator.management.commands.scheduler import Command

NAME = "transactionLifetimeLimitSeconds"


@pytest.fixture
def limit(mongo_db: Any) -> Iterator[Any]:
    admin = connections.client().admin
    yield lambda seconds: admin.command({"setParameter": 1, NAME: seconds})
    admin.command({"setParameter": 1, NAME: devserver.TRANSACTION_SECONDS})


def said() -> str:
    told = io.StringIO()
    Command(stderr=told)._warn_of_long_transactions()
    return told.getvalue()


def test_a_mongod_that_keeps_the_transactions_of_the_dead_for_long_is_told(limit: Any) -> None:
    limit(60)
    assert "for up to 90 s. Start mongod with --setParameter transactionLifetimeLimitSeconds=5." in said()


def test_ours_is_fine(mongo_db: Any) -> None:
    assert said() == ""
