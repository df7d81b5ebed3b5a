"""How often the database is asked: a page must not ask once more for each row."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chatbot_project.mongo.connections import collection


@contextmanager
def reads_counted() -> Iterator[list[dict[str, Any]]]:
    """What the server was asked to read while inside, from anybody; filled at the end."""
    database, seen = collection("orchestrator_job").database, []  # type: ignore[var-annotated]
    database.command("profile", 0)
    database.drop_collection("system.profile")
    database.command("profile", 2)
    try:
        yield seen
    finally:
        database.command("profile", 0)
        wanted = {"op": {"$in": ["query", "command"]}, "ns": {"$not": {"$regex": "system"}}}
        seen += database["system.profile"].find(wanted)
