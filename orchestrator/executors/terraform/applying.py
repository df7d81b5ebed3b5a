"""The applying phase: verify that the plan is still what was approved, apply it, say honestly what happened."""

import logging
from collections.abc import Mapping
from typing import Any

from orchestrator.executors.artefacts import ArtefactStore
from orchestrator.executors.base import ApplyOutcome, Context, ExecutorError, LogLine, PlanVoid
from orchestrator.executors.digest import digest_text
from orchestrator.executors.masking import Secrets

from . import arguments, process
from .approved import (
    approved_digests,
    errored_state_key,
    lock_text,
    log_key,
    plan_bytes,
    plan_digests,
    void_if_changed,
)
from .outcome import Ending, classify
from .output import Report
from .root import stack_of
from .rundir import RunDir, write_json, write_private
from .state import StateFacts, state_read
from .workspace import Tools, Workspace, disk_in_words

logger = logging.getLogger(__name__)


def verify(context: Context, plan_hash: str, tools: Tools, artefacts: ArtefactStore) -> None:
    """See `orchestrator.executors.base.Executor.verify`."""
    with disk_in_words():
        _verify(Workspace(context, tools, "apply"), artefacts, plan_hash)


def apply(context: Context, plan_hash: str, tools: Tools, artefacts: ArtefactStore) -> ApplyOutcome:
    """See `orchestrator.executors.base.Executor.apply`."""
    work = Workspace(context, tools, "apply")
    with disk_in_words():
        before = _verify(work, artefacts, plan_hash)
    work.say("Applying")
    ended, report = work.command("apply", arguments.apply(work.binary, work.run.plan.name))
    try:
        if ended.returncode != 0 and any(each.summary == "Saved plan is stale" for each in report.errors):
            raise PlanVoid(
                "plan_void", "Nothing was started: the stack's state is not as approved. Ask for a new plan."
            )
        outcome = classify(_ending(work, ended, report, before))
    finally:
        _keep_traces(work, artefacts)
    _tell(context, outcome)
    return outcome


def _verify(work: Workspace, artefacts: ArtefactStore, plan_hash: str) -> StateFacts:
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
    return before


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


def _ending(work: Workspace, ended: process.Ended, report: Report, before: StateFacts) -> Ending:
    context = work.context
    after: StateFacts | None
    try:
        after = state_read(context.store, stack_of(context))
    except ExecutorError as error:
        logger.warning("the state cannot be read after an apply", extra={"job_id": context.job_id, "code": error.code})
        after = None
    return Ending(
        ended=ended,
        report=report,
        before=before,
        after=after,
        state_lost=work.run.errored_state.exists(),
        outputs=_outputs(report.outputs, work.secrets),
        stderr=process.errors_of(work.log("apply")),
        scrub=work.secrets.scrub,
    )


def _outputs(outputs: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    """Values by name; of sensitive ones only that they are there."""
    return {
        name: {"sensitive": True} if output.get("sensitive") else secrets.mask(output.get("value"))
        for name, output in outputs.items()
    }


def _keep_traces(work: Workspace, artefacts: ArtefactStore) -> None:
    """Raw log, and the state where Terraform could not save it. What cannot be kept does not change what happened."""
    traces = {log_key(work.context, "apply"): work.raw_log()}
    if work.run.errored_state.exists():
        traces[errored_state_key(work.context)] = work.run.errored_state.read_bytes()
    for key, data in traces.items():
        try:
            artefacts.put(key, data)
        except ExecutorError as error:
            logger.warning("a trace of an apply is not kept", extra={"key": key, "code": error.code})


def _tell(context: Context, outcome: ApplyOutcome) -> None:
    for name, value in outcome.outputs.items():
        text = "(sensitive)" if value == {"sensitive": True} else str(value)
        context.emit(LogLine("output", f"{name} = {text}", None, {"name": name, "value": value}))
    context.emit(LogLine("result", outcome.sentence, None, {"status": outcome.status}))
