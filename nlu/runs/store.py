"""Training runs in MongoDB. A bot has one unfinished run at most (a unique index on `unfinished_of` says so); every
write of a worker carries its lease, so that one that was given up for lost changes nothing any more."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _
from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from chatbot_project.mongo import leasing
from chatbot_project.mongo.connections import Document, collection
from chatbot_project.mongo.transactions import Transaction

from ..errors import RunLost, RunNotFound, TrainingUnderway
from ..types import Mistake, Person
from .states import UNFINISHED, RunState

RUNS = "nlu_trainingrun"
LEASE_SECONDS = 15.0

_OPEN: Document = {"state": {"$in": [each.value for each in UNFINISHED]}}
_MISTAKES_KEPT, _PLACES_KEPT = 200, 20


@dataclass(frozen=True)
class RunLease:
    """`fence` counts how often the run was begun."""

    run_id: str
    owner: str
    fence: int


def run_insert(tx: Transaction, *, bot: str, activate: bool, asked_by: Person) -> str:
    """A new queued run; its id. Raises TrainingUnderway."""
    run_id, now = str(uuid4()), datetime.now(UTC)
    row: Document = {
        "_id": run_id,
        "bot_id": bot,
        "unfinished_of": bot,
        "state": RunState.QUEUED.value,
        "activate": activate,
        "asked_by": asdict(asked_by),
        "created_at": now,
        "woken_at": now,
        "started_at": None,
        "finished_at": None,
        "sentence": "",
        "share": 0.0,
        "mistakes": [],
        "error": "",
        "model_id": None,
        "lease_fence": 0,
        **leasing.CLEARED,
    }
    try:
        runs().insert_one(row, session=tx.session)
    except DuplicateKeyError:
        # Read outside of the transaction, which this error has ended.
        other = run_unfinished(bot)
        raise TrainingUnderway(bot, other["_id"] if other else None) from None
    return run_id


def run_claim(run_id: str, owner: str) -> RunLease | None:
    """Take the run if it is unfinished and nobody works on it."""
    begun: Document = {"state": RunState.RUNNING.value, "started_at": {"$ifNull": ["$started_at", "$$NOW"]}}
    row = runs().find_one_and_update(
        {"_id": run_id, **_OPEN, **leasing.expired()},
        [{"$set": begun | leasing.taken(owner, LEASE_SECONDS)}],
        return_document=ReturnDocument.AFTER,
    )
    return RunLease(run_id, owner, row["lease_fence"]) if row else None


def run_renew(lease: RunLease) -> bool:
    """Hold the run for another while; False when another worker has it. One whose lease ran out while MongoDB was
    away takes it back, if nobody was quicker."""
    mine = {"_id": lease.run_id, "lease_owner": lease.owner, "lease_fence": lease.fence, **_OPEN}
    until = leasing.from_now(LEASE_SECONDS)
    return runs().update_one(mine, [{"$set": {"lease_expires_at": until}}]).matched_count == 1


def run_release(lease: RunLease) -> None:
    """Let another worker begin at once."""
    mine = {"_id": lease.run_id, "lease_owner": lease.owner, "lease_fence": lease.fence}
    runs().update_one(mine, {"$set": leasing.CLEARED})


def run_progress(lease: RunLease, sentence: str, share: float) -> None:
    """Say how far it is. Raises RunLost."""
    told = {"sentence": sentence, "share": round(share, 3)}
    if runs().update_one(_held(lease), {"$set": told}).matched_count == 0:
        raise RunLost(lease.run_id)


def run_succeed(tx: Transaction, lease: RunLease, model_id: str) -> None:
    """In the transaction that stores what was trained: either both, or neither. Raises RunLost."""
    _finish(lease, RunState.SUCCEEDED, {"model_id": model_id, "share": 1.0}, tx)


def run_refuse(lease: RunLease, mistakes: Sequence[Mistake]) -> None:
    """Keeps the first mistakes and of each the first places: a document has its limits. Raises RunLost."""
    kept = [replace(each, places=each.places[:_PLACES_KEPT]) for each in mistakes[:_MISTAKES_KEPT]]
    _finish(lease, RunState.REFUSED, {"mistakes": [asdict(each) for each in kept]})


def run_fail(lease: RunLease, error: str) -> None:
    """Raises RunLost."""
    _finish(lease, RunState.FAILED, {"error": error})


def run_cancel(run_id: str, by: Person) -> bool:
    """End the run as canceled, whoever works on it; False when it has ended already. Raises RunNotFound."""
    ended = _ended(RunState.CANCELED) | {"sentence": _("Canceled by %s.") % by.name}
    if runs().update_one({"_id": run_id, **_OPEN}, {"$set": ended}).matched_count == 1:
        return True
    run_get(run_id)
    return False


def run_is_canceled(run_id: str) -> bool:
    return runs().find_one({"_id": run_id, "state": RunState.CANCELED.value}, {"_id": 1}) is not None


def run_get(run_id: str) -> Document:
    """Raises RunNotFound."""
    row = runs().find_one({"_id": run_id})
    if row is None:
        raise RunNotFound(f"There is no training run {run_id}.", field="run_id")
    return row


def run_unfinished(bot: str) -> Document | None:
    return runs().find_one({"unfinished_of": bot})


def run_wake(tx: Transaction, after_seconds: float) -> Document | None:
    """One unfinished run that nobody works on, and no worker was told of for so long; it counts as told of now."""
    now = datetime.now(UTC)
    left = {**_OPEN, **leasing.expired(), "woken_at": {"$lte": now - timedelta(seconds=after_seconds)}}
    return runs().find_one_and_update(left, {"$set": {"woken_at": now}}, session=tx.session)


def runs() -> Collection[Document]:
    return collection(RUNS)


def _finish(lease: RunLease, state: RunState, changes: dict[str, Any], tx: Transaction | None = None) -> None:
    done = _ended(state) | changes
    if runs().update_one(_held(lease), {"$set": done}, session=tx.session if tx else None).matched_count == 0:
        raise RunLost(lease.run_id)


def _ended(state: RunState) -> Document:
    return {"state": state.value, "finished_at": datetime.now(UTC), "unfinished_of": None, **leasing.CLEARED}


def _held(lease: RunLease) -> Document:
    return {"_id": lease.run_id, **_OPEN, **leasing.held_by(lease.owner, lease.fence)}
