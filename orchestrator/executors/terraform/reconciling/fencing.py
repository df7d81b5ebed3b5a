"""Makes sure that nothing of a lost start can write any more: see docs/decisions/0012-fencing-the-state.md."""

import json
import logging
import platform
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from orchestrator.executors.artefacts import ArtefactStore
from orchestrator.executors.base import Context, ExecutorError, Started, Stopped
from orchestrator.executors.terraform.approved import errored_state_key
from orchestrator.executors.terraform.attaching import must_be_here
from orchestrator.executors.terraform.marks import all_end
from orchestrator.executors.terraform.root import stack_of
from orchestrator.executors.terraform.rundir import RunDir
from orchestrator.executors.terraform.state import state_document, state_replace
from orchestrator.executors.terraform.statelock import APPLY, StateLock, lock_read, lock_release, lock_take
from orchestrator.failpoints import failpoint

logger = logging.getLogger(__name__)

RECONCILE = "reconcile"
"""The operation that our own locks name."""

_TRIES = 5
_CLOCKS_DIFFER = timedelta(seconds=60)


def fence(context: Context, started: Started, artefacts: ArtefactStore) -> None:
    """End the start's processes, release its lock, raise the state's serial. Raises ExecutorError, Elsewhere, Stopped.

    Whoever wakes up and starts the old plan after this is refused by Terraform: its plan is stale. Whoever had started
    it before holds the state's lock or is a process here, so it is seen, and everything is done once more.
    """
    must_be_here(context, started)
    for _ in range(_TRIES):
        failpoint("reconcile.end_processes")
        all_end(context.job_id)
        failpoint("reconcile.release_lock")
        _release(context, started)
        failpoint("reconcile.raise_serial")
        if _raised(context, started, artefacts) and not all_end(context.job_id):
            return
    raise _locked("a process of this job that keeps coming back")


@contextmanager
def state_locked(context: Context) -> Iterator[None]:
    """The state's lock is ours while inside. Raises ExecutorError when somebody has it."""
    lock = _take(context)
    if lock is None:
        held = lock_read(context.store, stack_of(context))
        raise _locked(held.who if held else "somebody else")
    try:
        yield
    finally:
        lock_release(context.store, stack_of(context), lock)


def _release(context: Context, started: Started) -> None:
    """Delete the lock that the lost start, or a lost reconciliation of it, left behind; anybody else's stays."""
    lock = lock_read(context.store, stack_of(context))
    if lock is None:
        return
    if not _is_the_starts(lock, context, started) and not _is_a_lost_reconcilers(lock, context, started):
        raise _locked(f"{lock.who} ({lock.operation or 'unknown'}, since {lock.created:%Y-%m-%d %H:%M:%S} UTC)")
    lock_release(context.store, stack_of(context), lock)


def _is_the_starts(lock: StateLock, context: Context, started: Started) -> bool:
    """Its id was recorded; or nothing was, and it was taken by an apply of that machine since the start."""
    if started.lock_id:
        return lock.id == started.lock_id
    machines = {started.host} | ({platform.node()} if started.host == context.host else set())
    since = lock.created >= started.at - _CLOCKS_DIFFER
    return lock.operation == APPLY and lock.host in machines and since


def _is_a_lost_reconcilers(lock: StateLock, context: Context, started: Started) -> bool:
    """Of this job, by an earlier holder whose processes have ended: seen here, or known by the time passed since."""
    job_id, _, fence = lock.info.rpartition(":")
    if lock.operation != RECONCILE or job_id != context.job_id or not fence.isdecimal():
        return False
    if int(fence) >= context.fence:
        return False
    limit = timedelta(seconds=context.timeout_seconds + context.stop_grace_seconds) + _CLOCKS_DIFFER
    lost = started.host_lost and lock.host == started.host
    return lock.host == context.host or lost or datetime.now(UTC) > lock.created + limit


def _raised(context: Context, started: Started, artefacts: ArtefactStore) -> bool:
    """Raise the serial under the state's lock; False when somebody took that first."""
    _go_on(context)
    lock = _take(context)
    if lock is None:
        return False
    try:
        _raise(context, started, artefacts)
    finally:
        lock_release(context.store, stack_of(context), lock)
    return True


def _raise(context: Context, started: Started, artefacts: ArtefactStore) -> None:
    stack = stack_of(context)
    present, etag = state_document(context.store, stack)
    unsaved = _unsaved(context, started, artefacts)
    if unsaved is not None and _follows(unsaved, present):
        logger.info("a state that could not be saved is saved now", extra={"job_id": context.job_id})
        present = {**unsaved}
    content = present or {"version": 4, "terraform_version": "1.0.0", "lineage": str(uuid.uuid4()), "resources": []}
    _go_on(context)
    state_replace(context.store, stack, {"outputs": {}, **content, "serial": int(content.get("serial", 0)) + 1}, etag)
    RunDir(context.run_dir).errored_state.unlink(missing_ok=True)


def _unsaved(context: Context, started: Started, artefacts: ArtefactStore) -> dict[str, Any] | None:
    """The state that Terraform could not save, from here or from where its worker kept it."""
    here = RunDir(context.run_dir).errored_state
    key = errored_state_key(context.job_id, started.number, started.fence)
    data = here.read_bytes() if here.exists() else artefacts.get(key)
    try:
        document = json.loads(data) if data else None
    except ValueError:
        return None  # cut off in the middle
    return document if isinstance(document, dict) else None


def _follows(unsaved: Mapping[str, Any], present: Mapping[str, Any]) -> bool:
    """Whether it is the next state of what there is: a raised serial would show that it has been saved already."""
    if not present:
        return True
    same = unsaved.get("lineage") == present.get("lineage")
    return same and int(unsaved.get("serial", 0)) > int(present.get("serial", 0))


def _take(context: Context) -> StateLock | None:
    who, info = f"infrachat@{context.host}", f"{context.job_id}:{context.fence}"
    return lock_take(context.store, stack_of(context), who=who, info=info, operation=RECONCILE)


def _go_on(context: Context) -> None:
    """Raises Stopped where this holder may not write any more."""
    if (why := context.should_stop()) is not None:
        raise Stopped(why)


def _locked(who: str) -> ExecutorError:
    detail = f"The stack's state is locked by {who}. What was done is found out when that lock is gone."
    return ExecutorError("state_locked", detail, retryable=True)
