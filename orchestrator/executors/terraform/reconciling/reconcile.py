"""What a lost apply did, and what is left of it, in the order of docs/decisions/0012-fencing-the-state.md."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from orchestrator.executors.artefacts import ArtefactStore
from orchestrator.executors.base import Context, ExecutorError, LogLine, PlanVoid, Reconciled, Started
from orchestrator.executors.terraform.approved import approved_digests, lock_text, plan_bytes
from orchestrator.executors.terraform.planning import outcome_of, plan_make, plan_show, plan_store
from orchestrator.executors.terraform.root import stack_of
from orchestrator.executors.terraform.rundir import RunDir, write_private
from orchestrator.executors.terraform.state import before_write, state_read
from orchestrator.executors.terraform.workspace import Tools, Workspace, disk_in_words
from orchestrator.failpoints import failpoint

from .comparing import Comparison
from .fencing import fence
from .recording import record
from .surveying import Survey, survey, unknowable
from .telling import reconciled

_APPROVED = "approved.tfplan"


@dataclass(frozen=True)
class _Scene:
    context: Context
    started: Started
    work: Workspace
    artefacts: ArtefactStore
    approved: Mapping[str, Any]

    def say(self, text: str) -> None:
        self.context.emit(LogLine("phase", text))


def reconcile(context: Context, started: Started, plan_hash: str, tools: Tools, artefacts: ArtefactStore) -> Reconciled:
    """See `orchestrator.executors.base.Executor.reconcile`."""
    with disk_in_words():
        fence(context, started, artefacts)
        failpoint("reconcile.restore")
        work = _workspace(context, started, tools)
        scene = _Scene(context, started, work, artefacts, _restored(work, artefacts, plan_hash))
        scene.say("Looking at what exists")
        failpoint("reconcile.survey")
        found = survey(work, scene.approved, started)
        return _settled(scene, found)


def _settled(scene: _Scene, found: Survey) -> Reconciled:
    work = scene.work
    compared = Comparison.of(scene.approved, found.document)
    unknown = unknowable(work, scene.approved, found, scene.started) + found.search.unknown()
    failpoint("reconcile.record")
    if not (compared.beyond or unknown) and not compared.left:
        record(work, found, whole=True)
        return reconciled("succeeded", work, compared, found)
    if found.search.adopted:
        scene.say("Recording what was made")
        record(work, found, whole=False)
    if compared.beyond or unknown:
        something = compared.done or found.search.adopted or unknown
        return reconciled("partially_applied" if something else "failed", work, compared, found, unknown=unknown)
    failpoint("reconcile.plan")
    return _remainder(scene, found)


def _remainder(scene: _Scene, found: Survey) -> Reconciled:
    """The plan of what is left, on the state as it is recorded now, stored as any plan is."""
    work, facts, document = scene.work, found.facts, found.document
    if found.search.adopted:
        scene.say("Planning what is left")
        facts = state_read(work.context.store, stack_of(work.context))
        found.imports_write(work)
        plan_make(work)
        document = plan_show(work)
    compared = Comparison.of(scene.approved, document)
    if compared.beyond:  # the cloud has changed within these seconds
        return reconciled("partially_applied", work, compared, found)
    with ThreadPoolExecutor(max_workers=5) as pool:
        digests, stored = plan_store(work, scene.artefacts, facts, pool)
        for future in stored:
            future.result()
    before_write(RunDir(scene.context.run_dir), scene.started.number + 1, facts)
    outcome = outcome_of(work, document, digests)
    return reconciled("remainder", work, compared, found, remainder=outcome)


def _workspace(context: Context, started: Started, tools: Tools) -> Workspace:
    """A directory of this holder's own: a former one that wakes up writes into another. Terraform is not heard here:
    the job's log has said it all, or will."""
    RunDir(context.run_dir).path.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory = context.run_dir / f"reconcile-{started.number}-{context.fence}"
    quiet = replace(context, start=started.number, emit=lambda line: None)
    return Workspace(quiet, tools, "reconcile", directory)


def _restored(work: Workspace, artefacts: ArtefactStore, plan_hash: str) -> dict[str, Any]:
    """Make everything ready that the approved plan was made of, and read it."""
    context, here = work.context, RunDir(work.context.run_dir)
    try:
        digests = approved_digests(context, here, artefacts, plan_hash)
        plan = plan_bytes(context, here, artefacts, plan_hash, digests["plan"])
        lock = lock_text(context, here, artefacts, plan_hash, digests["lock"])
    except PlanVoid as void:
        detail = "The approved plan is no longer stored, so it cannot be told what is left of it."
        raise ExecutorError("plan_missing", detail) from void
    plan = here.plan.read_bytes() if plan is None else plan
    work.prepare()
    if lock:
        write_private(work.run.lock, lock)
    approved = work.run.path / _APPROVED
    approved.touch(mode=0o600)
    approved.write_bytes(plan)
    if not work.working_reuse(here):
        work.init()
    return plan_show(work, _APPROVED)
