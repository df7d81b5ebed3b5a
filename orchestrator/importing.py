"""Taking over what exists: which resource a request means, and when it is refused. Called by submission.py."""

from typing import Any

from chatbot_project.mongo.transactions import Transaction

from .documents import Document, stacks
from .errors import InvalidValue, WrongState
from .states import JobKind
from .types import BlueprintView, Lifetime


def imports_check(kind: JobKind, lifetime: Lifetime | None) -> None:
    """Raises InvalidValue for what makes no sense of an import."""
    if kind is not JobKind.APPLY:
        raise InvalidValue("Only an apply can import what exists; leave imports out here.", field="imports")
    if lifetime is not None:
        raise InvalidValue("What exists already is imported without an end; leave it out.", field="expires_at")


def imports_of(blueprint: BlueprintView, values: dict[str, Any], stack: Document, tx: Transaction) -> dict[str, str]:
    """{address: id} of what the request takes over. Raises InvalidValue where the blueprint imports nothing,
    WrongState where a stack here has it already; what others made elsewhere, the worker finds by its tags."""
    if not blueprint.imports:
        raise InvalidValue(f"{blueprint.title} cannot import what exists: it does not say how.", field="imports")
    if stack["status"] in ("live", "unknown") or stack["active_job_id"] is not None:
        raise WrongState(f"{stack['name']} in {stack['environment']} is managed here already.")
    if missing := sorted({name for name in blueprint.imports.values() if values.get(name) in (None, "")}):
        raise InvalidValue("Say which one is to be imported: its id as the cloud has it.", field=missing[0])
    same = {f"values.{name}": values.get(name) for name in set(blueprint.imports.values())}
    managed = {"blueprint": blueprint.name, "status": {"$in": ["live", "unknown"]}, "_id": {"$ne": stack["_id"]}}
    where = {"environment": stack["environment"]}
    if stacks().find_one({**managed, **where, **same}, {"_id": 1}, session=tx.session) is not None:
        raise WrongState(
            f"Another stack in {stack['environment']} manages {' and '.join(map(str, same.values()))} already.",
            field=next(iter(blueprint.imports.values())),
        )
    return {address: str(values[name]) for address, name in blueprint.imports.items()}
