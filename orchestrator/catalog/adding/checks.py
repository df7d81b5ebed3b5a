"""Looking at an uploaded module, from its archive to a stored version. Only where Terraform is, never in the web."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bson
from bson.errors import InvalidDocument
from pymongo.errors import PyMongoError

from chatbot_project.mongo.connections import collection
from orchestrator.catalog_documents import variable_document
from orchestrator.documents import Document
from orchestrator.errors import NotFound
from orchestrator.executors.base import ExecutorError
from orchestrator.executors.terraform.checking import Subject, module_check
from orchestrator.executors.terraform.workspace import Tools

from ..archive import Files
from ..configuration import Configuration, configuration_read
from ..errors import CatalogError
from ..loader import LoadedBlueprint, blueprint_compose
from ..sync import blueprint_store
from .allowances import allowed_keys
from .drafting import manifest_draft
from .findings import Finding
from .inspecting import module_inspect
from .providers import sources
from .unpacking import files_of_archive, manifest_and_module
from .uploads import (
    FAILED,
    MOST_ATTEMPTS,
    REFUSED,
    STORED,
    WAITING,
    UploadLease,
    upload_claim,
    upload_content,
    upload_end,
    upload_get,
)

logger = logging.getLogger(__name__)

Keep = Callable[[LoadedBlueprint], None]
"""Puts a version's module into the artefact store. Raises ExecutorError."""


@dataclass(frozen=True)
class Desk:
    """Where and with what modules are looked at. `providers`: those that need no allowance."""

    directory: Callable[[str], Path]
    """The private directory for an upload's id."""
    tools: Tools
    providers: Collection[str]
    timeout_seconds: float
    keep: Keep | None = None
    should_stop: Callable[[], str | None] = lambda: None


class Refused(Exception):
    """The module wants what must be allowed first."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(" ".join(each.sentence for each in findings))
        self.findings = findings


def upload_check(upload_id: str, *, owner: str, desk: Desk) -> str | None:
    """Look at an upload and store it as a version, or say why not; the state it is left in.

    None when it needs nothing, or somebody else is at it. Raises PyMongoError; it is then taken up again later.
    """
    lease = upload_claim(upload_id, owner)
    if lease is None:
        return None
    row = upload_get(upload_id)
    if row["attempts"] > MOST_ATTEMPTS:
        sentence = "The worker was lost each time it looked at this. Is there too little memory?"
        return _ended(lease, FAILED, problem=sentence)
    try:
        loaded, manifest = _look(row, desk)
    except PyMongoError:
        raise
    except Exception as error:
        return _ended(lease, **_why_not(error, row))
    blueprint_store(loaded, text=manifest, added_by=row["by_name"])
    return _ended(lease, STORED, manifest=manifest, digest=loaded.digest)


def _why_not(error: Exception, row: Document) -> dict[str, Any]:
    """The state and what is said with it. What is only away for now is tried again."""
    match error:
        case Refused():
            return {"state": REFUSED, "findings": error.findings}
        case CatalogError() | NotFound():
            return {"state": REFUSED, "problem": str(error)}
        case ExecutorError():
            again = WAITING if row["attempts"] < MOST_ATTEMPTS else FAILED
            return {"state": again if error.retryable else REFUSED, "problem": error.detail}
    logger.error("an upload could not be looked at", exc_info=error, extra={"upload_id": row["_id"]})
    return {"state": FAILED, "problem": "Something went wrong on our side. The worker's log says more."}


def _look(row: Document, desk: Desk) -> tuple[LoadedBlueprint, str]:
    name = row["name"]
    inside, files = manifest_and_module(files_of_archive(upload_content(row["_id"])))
    configuration = configuration_read(files)
    allowed = allowed_keys(name)
    findings = module_inspect(files, configuration, desk.providers)
    if left := [each for each in findings if each.key not in allowed or not each.allowable]:
        raise Refused(left)
    manifest = row["manifest"] or inside or _former(name) or manifest_draft(name, files, configuration)
    loaded = _composed(name, manifest, files, configuration)
    _require_storable(loaded)
    subject = Subject(
        archive=loaded.archive,
        required=tuple(each.name for each in loaded.view.variables if each.required),
        providers=frozenset(desk.providers) | sources(_named("provider:", allowed)),
        modules=frozenset(_named("module:", allowed)),
    )
    module_check(
        subject,
        desk.directory(row["_id"]),
        desk.tools,
        timeout_seconds=desk.timeout_seconds,
        should_stop=desk.should_stop,
    )
    if desk.keep is not None:
        desk.keep(loaded)
    return loaded, manifest


def _composed(name: str, manifest: str, files: Files, configuration: Configuration) -> LoadedBlueprint:
    try:
        return blueprint_compose(manifest, files, name=name, configuration=configuration)
    except CatalogError as error:
        raise CatalogError(f"Blueprint {name}: {error}") from None


def _former(name: str) -> str:
    """What the current version of the blueprint says: a new version of the module keeps the words people know."""
    head = collection("orchestrator_blueprint").find_one({"_id": name}, {"version": 1})
    version = head and collection("orchestrator_blueprintversion").find_one({"_id": head["version"]}, {"text": 1})
    return str((version or {}).get("text") or "")


def _named(kind: str, keys: Collection[str]) -> list[str]:
    return [each.removeprefix(kind) for each in keys if each.startswith(kind)]


def _require_storable(loaded: LoadedBlueprint) -> None:
    for each in loaded.view.variables:
        try:
            bson.encode(variable_document(each))
        except (InvalidDocument, OverflowError) as error:
            raise CatalogError(f"The default of {each.name} cannot be kept: {error}.") from None


def _ended(lease: UploadLease, state: str, **said: Any) -> str | None:
    return state if upload_end(lease, state, **said) else None
