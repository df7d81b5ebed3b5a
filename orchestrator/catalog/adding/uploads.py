"""Modules that wait to be looked at, in MongoDB: the row here, the archive in GridFS under the same id.

Every write of a worker carries its lease, so that one that was given up for lost changes nothing any more.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import gridfs
from gridfs.errors import NoFile
from pymongo import ReturnDocument
from pymongo.collection import Collection

from chatbot_project.mongo import leasing
from chatbot_project.mongo.connections import collection, database
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator.documents import Document, utc_now
from orchestrator.errors import InvalidValue, NotFound, WrongState
from orchestrator.outbox_rows import infrastructure_task_row
from orchestrator.types import Actor

from ..errors import CatalogError
from ..loader import BLUEPRINTS
from ..manifest import is_name
from .drafting import name_from
from .findings import MOST_ARCHIVE_BYTES, Finding

UPLOADS = "orchestrator_blueprintupload"
TASK = "orchestrator.check_blueprint"
WAITING, CHECKING, STORED, REFUSED, FAILED = "waiting", "checking", "stored", "refused", "failed"
LEASE_SECONDS = 300.0
MOST_ATTEMPTS = 3

_OPEN: Document = {"state": {"$in": [WAITING, CHECKING]}}
_BUCKET = "orchestrator_upload"
_KEPT_FOR = timedelta(days=30)
_LONGEST_MANIFEST = 200_000


@dataclass(frozen=True)
class UploadLease:
    upload_id: str
    owner: str
    fence: int


def upload_add(
    *, file_name: str, content: bytes, by: Actor, name: str = "", manifest: str = "", wake: bool = True
) -> str:
    """Keep a module's archive for an infrastructure worker to look at; the upload's id.

    Nothing is unpacked here. `name` is the blueprint's, told from the file's where it is empty; `manifest` the text of
    its `blueprint.yaml`, the archive's own or a draft where it is empty. Whoever is about to look at it themselves says
    `wake=False`. Raises InvalidValue.
    """
    name = _name(name, file_name)
    if not content or len(content) > MOST_ARCHIVE_BYTES:
        detail = f"The archive must have 1 byte to {MOST_ARCHIVE_BYTES // 1_000_000} MB."
        raise InvalidValue(detail, field="file")
    if len(manifest) > _LONGEST_MANIFEST:
        raise InvalidValue(f"blueprint.yaml is longer than {_LONGEST_MANIFEST:,} characters.", field="manifest")
    row = _row(name, file_name, manifest, by)
    # The content first: whoever reads the row must find what it names.
    _files().upload_from_stream_with_id(row["_id"], file_name, content)
    run_transaction(partial(_insert, row, wake))
    return str(row["_id"])


def upload_again(upload_id: str, *, wake: bool = True) -> None:
    """Have it looked at once more, after something was allowed. Raises NotFound, WrongState."""

    def body(tx: Transaction) -> None:
        wanted = {"_id": upload_id, "state": {"$in": [REFUSED, FAILED]}}
        fresh = {"state": WAITING, "attempts": 0, "problem": "", "updated_at": utc_now(), "woken_at": utc_now()}
        if uploads().update_one(wanted, {"$set": fresh}, session=tx.session).matched_count == 0:
            upload_get(upload_id)
            raise WrongState("It is not waiting for a decision any more.")
        if wake:
            infrastructure_task_row(tx, TASK, upload_id, utc_now())

    run_transaction(body)


def upload_get(upload_id: str) -> Document:
    """Raises NotFound."""
    row = uploads().find_one({"_id": upload_id})
    if row is None:
        raise NotFound(f"There is no upload {upload_id}.")
    return row


def upload_content(upload_id: str) -> bytes:
    """Raises NotFound."""
    try:
        content: bytes = _files().open_download_stream(upload_id).read()
    except NoFile:
        raise NotFound("The uploaded archive is not there any more. Upload it again.") from None
    return content


def upload_claim(upload_id: str, owner: str) -> UploadLease | None:
    """Take it if it waits, or its worker was lost."""
    row = uploads().find_one_and_update(
        {"_id": upload_id, **_OPEN, **leasing.expired()},
        [
            {
                "$set": {"state": CHECKING, "attempts": {"$add": ["$attempts", 1]}, "updated_at": "$$NOW"}
                | leasing.taken(owner, LEASE_SECONDS)
            }
        ],
        return_document=ReturnDocument.AFTER,
    )
    return UploadLease(upload_id, owner, row["lease_fence"]) if row else None


def upload_end(
    lease: UploadLease,
    state: str,
    *,
    problem: str = "",
    findings: Sequence[Finding] = (),
    manifest: str | None = None,
    digest: str | None = None,
) -> bool:
    """What came of it; False when another worker has it by now."""
    done: dict[str, Any] = {
        "state": state,
        "problem": problem,
        "findings": [asdict(each) for each in findings],
        "digest": digest,
        "updated_at": utc_now(),
        **leasing.CLEARED,
        **({} if manifest is None else {"manifest": manifest}),
    }
    if uploads().update_one(_held(lease), {"$set": done}).matched_count == 0:
        return False
    if state == STORED:
        _forget(lease.upload_id)
    return True


def uploads_sweep(after_seconds: float = 20.0) -> int:
    """Wake a worker for every upload that nobody looks at; for how many. Archives that nobody asked about for long are
    removed: what came of them stays on record."""
    woken = 0
    while run_transaction(partial(_wake, after_seconds)):
        woken += 1
    old = {"uploadDate": {"$lt": utc_now() - _KEPT_FOR}}
    for each in collection(f"{_BUCKET}.files").find(old, {"_id": 1}).limit(20):
        _forget(each["_id"])
    return woken


def uploads() -> Collection[Document]:
    return collection(UPLOADS)


def _name(name: str, file_name: str) -> str:
    try:
        found = name.strip() or name_from(file_name)
    except CatalogError as error:
        raise InvalidValue(str(error), field="name") from None
    if not is_name(found):
        sentence = "A blueprint's name begins with a letter and has lower-case letters, digits and dashes."
        raise InvalidValue(sentence, field="name")
    if (BLUEPRINTS / found).is_dir():
        raise InvalidValue(f"{found} is a built-in blueprint. Give this one another name.", field="name")
    return found


def _row(name: str, file_name: str, manifest: str, by: Actor) -> Document:
    now = utc_now()
    return {
        "_id": str(uuid4()),
        "name": name,
        "file_name": file_name[:255],
        "manifest": manifest,
        "state": WAITING,
        "findings": [],
        "problem": "",
        "digest": None,
        "by_id": by.id,
        "by_name": by.name,
        "attempts": 0,
        "created_at": now,
        "updated_at": now,
        "woken_at": now,
        "lease_fence": 0,
        **leasing.CLEARED,
    }


def _insert(row: Document, wake: bool, tx: Transaction) -> None:
    uploads().insert_one(row, session=tx.session)
    if wake:
        infrastructure_task_row(tx, TASK, row["_id"], utc_now())


def _wake(after_seconds: float, tx: Transaction) -> bool:
    now = utc_now()
    left = {**_OPEN, **leasing.expired(), "woken_at": {"$lte": now - timedelta(seconds=after_seconds)}}
    row = uploads().find_one_and_update(left, {"$set": {"woken_at": now}}, session=tx.session)
    if row is not None:
        infrastructure_task_row(tx, TASK, row["_id"], now)
    return row is not None


def _held(lease: UploadLease) -> Document:
    return {"_id": lease.upload_id, **_OPEN, **leasing.held_by(lease.owner, lease.fence)}


def _forget(upload_id: str) -> None:
    """A stored version has the files; a copy here would be kept for nothing."""
    try:
        _files().delete(upload_id)
    except NoFile:
        return


def _files() -> gridfs.GridFSBucket:
    return gridfs.GridFSBucket(database(), bucket_name=_BUCKET)
