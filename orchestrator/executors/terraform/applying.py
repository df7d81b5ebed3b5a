"""The applying phase: verify that the plan is still what was approved, and apply it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.executors.artefacts import ArtefactStore
from orchestrator.executors.base import ApplyOutcome, Context, PlanVoid
from orchestrator.executors.digest import digest_bytes, digest_text

from . import arguments
from .approved import approved_digests, lock_text, plan_bytes, plan_digests, void_if_changed
from .concluding import APPLIES, conclude, ending_of, lock_watch
from .root import stack_of
from .rundir import RunDir, write_json, write_private
from .state import StateFacts, before_write, state_read
from .workspace import Tools, Workspace, disk_in_words


def verify(context: Context, plan_hash: str, tools: Tools, artefacts: ArtefactStore) -> None:
    """See `orchestrator.executors.base.Executor.verify`."""
    with disk_in_words():
        work = Workspace(context, tools, "apply")
        # Written before the start is committed: where it is and no output, nothing was begun.
        before_write(work.run, context.start, _verify(work, artefacts, plan_hash).before)


def apply(context: Context, plan_hash: str, tools: Tools, artefacts: ArtefactStore) -> ApplyOutcome:
    """See `orchestrator.executors.base.Executor.apply`."""
    work = Workspace(context, tools, "apply")
    with disk_in_words():
        verified = _verify(work, artefacts, plan_hash)
        before_write(work.run, context.start, verified.before)
        plan = _own_copy(work, verified.plan)
    work.say("Applying")
    with lock_watch(context, since=time.time()):
        ended, report = work.command(APPLIES, arguments.apply(work.binary, plan), lasting=True)
    return conclude(work, artefacts, ending_of(work, ended, report, verified.before), told=0)


@dataclass(frozen=True)
class _Verified:
    before: StateFacts
    plan: str
    """SHA-256 of the approved plan file."""


def _verify(work: Workspace, artefacts: ArtefactStore, plan_hash: str) -> _Verified:
    """Everything the approval names is as it was, and its plan lies ready in the run directory. Raises PlanVoid."""
    context, run = work.context, work.run
    approved = approved_digests(context, run, artefacts, plan_hash)
    plan = plan_bytes(context, run, artefacts, plan_hash, approved["plan"])
    lock = lock_text(context, run, artefacts, plan_hash, approved["lock"])
    before = state_read(context.store, stack_of(context))
    current = plan_digests(context, plan=approved["plan"], lock=digest_text(lock), state=before)
    void_if_changed(approved, current)
    if plan is not None or not _ready(run, lock):
        _restore(work, plan if plan is not None else run.plan.read_bytes(), lock, approved)
    else:
        work.write_cli_configuration()
    return _Verified(before, approved["plan"])


def _own_copy(work: Workspace, digest: str) -> str:
    """Name of a copy of the plan that is what was approved and stays so: a former holder that wakes up may still write
    to the file it was planned into. Raises PlanVoid."""
    data = work.run.plan.read_bytes()
    if digest_bytes(data) != digest:
        raise PlanVoid("plan_void", "Nothing was started: the plan file was changed. Ask for a new plan.")
    copy = work.run.path / f"approved-{work.context.start}-{work.context.fence}.tfplan"
    copy.unlink(missing_ok=True)
    copy.touch(mode=0o600)
    copy.write_bytes(data)
    return copy.name


def _ready(run: RunDir, lock: str) -> bool:
    """Whether this machine's run directory still has everything the plan left there."""
    needed = [run.working, run.root, run.module, *([run.lock] if lock else [])]
    return all(path.exists() for path in needed)


def _restore(work: Workspace, plan: bytes, lock: str, digests: Mapping[str, str]) -> None:
    """Make the run directory of a plan that was made elsewhere."""
    work.prepare()
    run = work.run
    run.plan.touch(mode=0o600)
    run.plan.write_bytes(plan)
    if lock:
        write_private(run.lock, lock)
    write_json(run.record, dict(digests))
    work.init()
