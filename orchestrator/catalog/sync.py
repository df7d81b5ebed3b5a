"""Bringing the built-in blueprints and actions into MongoDB, where every process reads them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chatbot_project.mongo.connections import collection
from orchestrator.catalog_documents import variable_document
from orchestrator.environments import environments_seed

from .action_files import LoadedAction, actions_load
from .loader import LoadedBlueprint, blueprints_load


@dataclass(frozen=True)
class Synced:
    """How many there are, and how many of them are new or changed."""

    blueprints: int
    actions: int
    changed: int


def catalog_sync() -> Synced:
    """Store all built-ins, as often as you like. Everything is read and checked before anything is written.

    A version once stored is kept for good: jobs and stacks refer to it. What an administrator switched off stays off.
    Raises CatalogError.
    """
    blueprints, actions = blueprints_load(), actions_load()
    environments_seed()
    changed = sum(blueprint_store(each) for each in blueprints) + sum(_action_store(each) for each in actions)
    return Synced(blueprints=len(blueprints), actions=len(actions), changed=changed)


def blueprint_store(loaded: LoadedBlueprint, *, text: str = "", added_by: str = "") -> bool:
    """Store one blueprint and make it the current version of its name; whether that changed anything.

    What was added while the system runs says who did it, and `text`, its `blueprint.yaml` to be edited; the bots have
    to learn it yet.
    """
    now = datetime.now(UTC)
    collection("orchestrator_blueprintversion").update_one(
        {"_id": loaded.digest},
        {
            # Our reading of the same files may improve; the files and the lock stay what they were.
            "$set": {
                "manifest": loaded.manifest,
                "variables": [variable_document(each) for each in loaded.view.variables],
            },
            "$setOnInsert": {
                "name": loaded.view.name,
                "archive": loaded.archive,
                "lock": None,
                "text": text,
                "added_by": added_by,
                "created_at": now,
            },
        },
        upsert=True,
    )
    # The version first: whoever reads the head must find what it names.
    head = {"version": loaded.digest}
    taught = {"taught": False} if added_by else {}
    return _head_store("orchestrator_blueprint", loaded.view.name, loaded.view.title, head, taught)


def _action_store(loaded: LoadedAction) -> bool:
    fields = {
        "digest": loaded.digest,
        "definition": loaded.definition,
        "variables": [variable_document(each) for each in loaded.view.variables],
    }
    return _head_store("orchestrator_action", loaded.view.name, loaded.view.title, fields)


def _head_store(where: str, name: str, title: str, fields: dict[str, Any], then: dict[str, Any] | None = None) -> bool:
    """Store the current state of `name` if it is another one, with what follows `then`; whether it was."""
    head = collection(where)
    wanted = {"title": title, **fields}
    if head.find_one({"_id": name, **wanted}, {"_id": 1}):
        return False
    head.update_one(
        {"_id": name},
        {"$set": {**wanted, "updated_at": datetime.now(UTC), **(then or {})}, "$setOnInsert": {"enabled": True}},
        upsert=True,
    )
    return True
