"""Making a mongod fail on purpose: MongoDB's own `failCommand`."""

import contextlib
from collections.abc import Iterator
from typing import Any

from pymongo import MongoClient

from chatbot_project.mongo import connections

NETWORK: dict[str, Any] = {"closeConnection": True}
"""The command is not executed; the connection breaks."""

UNKNOWN_RESULT: dict[str, Any] = {
    # Exceeded time limit: repeatable, and no reason for the driver to look for another server.
    "writeConcernError": {"code": 262, "errmsg": "the result is not known"},
    "errorLabels": ["RetryableWriteError"],
}
"""The command is executed, but its answer says that this is not certain."""


@contextlib.contextmanager
def failing(command: str, how: dict[str, Any], *, times: int = 1) -> Iterator[None]:
    """The next `times` calls of `command` fail as `how` says."""
    admin = connections.client().admin
    data = {"failCommands": [command], **how}
    admin.command({"configureFailPoint": "failCommand", "mode": {"times": times}, "data": data})
    try:
        yield
    finally:
        admin.command({"configureFailPoint": "failCommand", "mode": "off"})


def connected(uri: str) -> "MongoClient[dict[str, Any]]":
    """A client with the product's options, for a server of the test's own."""
    from django.conf import settings

    return MongoClient(uri, **settings.MONGODB_OPTIONS)
