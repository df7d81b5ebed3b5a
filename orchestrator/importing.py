"""Taking over what exists: which resource a request means, and when it is refused. Called by submission.py."""

from typing import Any

from chatbot_project.mongo.transactions import Transaction

from .documents import Document, stacks
from .errors import InvalidValue, WrongState
from .sentences import stated
from .states import JobKind
from .types import BlueprintView, Lifetime


def imports_check(kind: JobKind, lifetime: Lifetime | None) -> None:
    """Raises InvalidValue for what makes no sense of an import."""
    if kind is not JobKind.APPLY:
        raise InvalidValue(stated("Only an apply can import what exists; leave imports out here."), field="imports")
    if lifetime is not None:
        raise InvalidValue(stated("What exists already is imported without an end; leave it out."), field="expires_at")


def imports_of(blueprint: BlueprintView, values: dict[str, Any], stack: Document, tx: Transaction) -> dict[str, str]:
    """{address: id} of what the request takes over. Raises InvalidValue where the blueprint imports nothing,
    WrongState where a stack here has it already; what others made elsewhere, the worker finds by its tags."""
    if not blueprint.imports:
        raise InvalidValue(
            stated("%(title)s cannot import what exists: it does not say how.", title=blueprint.title), field="imports"
        )
    if stack["status"] in ("live", "unknown") or stack["active_job_id"] is not None:
        raise WrongState(
            stated(
                "%(name)s in %(environment)s is managed here already.",
                name=stack["name"],
                environment=stack["environment"],
            )
        )
    if missing := sorted({name for name in blueprint.imports.values() if values.get(name) in (None, "")}):
        raise InvalidValue(stated("Say which one is to be imported: its id as the cloud has it."), field=missing[0])
    same = {f"values.{name}": values.get(name) for name in set(blueprint.imports.values())}
    # A job that is at work may be taking it over: its plan was made before the other's tags are there to be found.
    managed = {"$or": [{"status": {"$in": ["live", "unknown"]}}, {"active_job_id": {"$ne": None}}]}
    where = {"environment": stack["environment"], "blueprint": blueprint.name, "_id": {"$ne": stack["_id"]}}
    if stacks().find_one({**managed, **where, **same}, {"_id": 1}, session=tx.session) is not None:
        raise WrongState(
            stated(
                "Another stack in %(environment)s manages %(value)s already.",
                environment=stack["environment"],
                value=" and ".join(map(str, same.values())),
            ),
            field=next(iter(blueprint.imports.values())),
        )
    return {address: str(values[name]) for address, name in blueprint.imports.items()}
