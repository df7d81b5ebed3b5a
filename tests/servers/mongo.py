"""A private mongod per test process, migrated once, emptied before every test."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections as django_connections
from pymongo.database import Database
from pytest_django.plugin import DjangoDbBlocker

from chatbot_project.mongo import connections, devserver
from conversations.bots.configuration import configuration_forget

from .processes import free_port, listens, running

# What migrations put there and nobody's test writes.
_KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
DATABASE = "infrachat_test"


@contextlib.contextmanager
def mongod(directory: Path) -> Iterator[str]:
    """The URI of a private mongod while inside."""
    port, data = free_port(), directory / "mongo"
    data.mkdir()
    # Test commands let a test make the server fail on purpose (tests/servers/failpoints.py).
    command = [*devserver.arguments(port, data), "--setParameter", "enableTestCommands=1"]
    with running(command, log=directory / "mongod.log", healthy=lambda: listens(port)):
        devserver.await_primary(port)
        yield devserver.uri(port)


def use(uri: str, name: str = DATABASE) -> None:
    """Point Django's connection and the plain ones at `uri`."""
    connections.close()
    settings.MONGODB_URI, settings.MONGODB_DATABASE = uri, name
    settings.DATABASES["default"].update(HOST=uri, NAME=name)
    for connection in django_connections.all(initialized_only=True):
        connection.settings_dict.update(HOST=uri, NAME=name)
        connection.__dict__.pop("database", None)


def truncate(database: Database[dict[str, object]], seen: dict[str, int]) -> None:
    """Empty every collection, keeping the collections and their indexes.

    `seen` is how often each was written to, by whichever process, when they were emptied last: to look into every one
    before every test was a fifth of what the server did.
    """
    for name, writes in _writes(database).items():
        if writes != seen.get(name):
            database[name].delete_many({})
    seen.update(_writes(database))


def _writes(database: Database[dict[str, object]]) -> dict[str, int]:
    """How often each collection that tests write to was written to since the server's start."""
    totals = database.client.admin.command("top")["totals"]
    names = {each.removeprefix(f"{database.name}."): counts for each, counts in totals.items()}
    return {
        name: counts["writeLock"]["count"]
        for name, counts in names.items()
        if f"{database.name}.{name}" in totals and name not in _KEPT and not name.startswith("system.")
    }


@pytest.fixture(scope="session")
def mongod_uri() -> Iterator[str]:
    """The URI of this test process's own mongod; nothing is set up in it."""
    memory = Path("/dev/shm")
    parent = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="infrachat-", dir=parent) as directory, mongod(Path(directory)) as uri:
        yield uri


@pytest.fixture(scope="session")
def migrated_mongo(mongod_uri: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The URI, after settings and connections were pointed at it and all migrations ran."""
    before = settings.MONGODB_URI, settings.MONGODB_DATABASE
    with django_db_blocker.unblock():
        use(mongod_uri)
        call_command("migrate", verbosity=0, interactive=False)
        yield mongod_uri
        use(*before)


@pytest.fixture(scope="session")
def emptied() -> dict[str, int]:
    """What `truncate` saw last in this test process."""
    return {}


@pytest.fixture
def mongo_db(
    migrated_mongo: str, emptied: dict[str, int], django_db_blocker: DjangoDbBlocker
) -> Iterator[Database[dict[str, object]]]:
    """A migrated, empty database, used by the ORM and by `chatbot_project.mongo.connections` alike."""
    with django_db_blocker.unblock():
        database = connections.database()
        truncate(database, emptied)
        # What this process knows of the bots of the test before.
        configuration_forget()
        yield database
        for connection in django_connections.all(initialized_only=True):
            connection.close()
