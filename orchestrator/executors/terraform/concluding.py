"""What follows when the process of an apply has ended, whoever started it: what it amounted to, told and kept."""

import logging
import platform
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from orchestrator.executors.artefacts import ArtefactStore
from orchestrator.executors.base import ApplyOutcome, Context, ExecutorError, LogLine, PlanVoid
from orchestrator.executors.masking import Secrets

from . import process
from .approved import errored_state_key, log_key
from .outcome import Ending, classify
from .output import Report
from .root import stack_of
from .state import StateFacts, state_read
from .statelock import APPLY, LockWatch, StateLock
from .workspace import Workspace

logger = logging.getLogger(__name__)

APPLIES = "apply"
"""The name of the command that changes things; its output is found by it."""

_STALE = {"Saved plan is stale", "Saved plan does not match the given state"}
# A process's start is known to the second, its lock's to less.
_CLOCK_SECONDS = 2.0


def ending_of(work: Workspace, ended: process.Ended, report: Report, before: StateFacts) -> Ending:
    after = _state_after(work.context)
    outputs = report.outputs or (after.outputs if after and ended.returncode == 0 else {})
    return Ending(
        ended=ended,
        report=report,
        before=before,
        after=after,
        state_lost=work.run.errored_state.exists(),
        outputs=outputs_shown(outputs, work.secrets),
        stderr=process.errors_of(work.log(APPLIES)),
        scrub=work.secrets.scrub,
    )


def conclude(work: Workspace, artefacts: ArtefactStore, ending: Ending, *, told: int) -> ApplyOutcome:
    """The outcome, after keeping the traces and telling the job's log; `told` is how far that has been told already.

    Raises PlanVoid when Terraform refused the plan because the state had changed.
    """
    try:
        if ending.ended.returncode != 0 and any(each.summary in _STALE for each in ending.report.errors):
            raise PlanVoid(
                "plan_void", "Nothing was started: the stack's state is not as approved. Ask for a new plan."
            )
        outcome = classify(ending)
    finally:
        _keep_traces(work, artefacts)
    _tell(work, outcome, told)
    return outcome


def outputs_shown(outputs: Mapping[str, Any], secrets: Secrets) -> dict[str, Any]:
    """Values by name; of sensitive ones only that they are there."""
    return {
        name: {"sensitive": True} if output.get("sensitive") else secrets.mask(output.get("value"))
        for name, output in outputs.items()
    }


def lock_watch(context: Context, *, since: float) -> LockWatch:
    """Reports the state lock of an apply that was started on this machine `since` then, or is about to be."""
    began, here = since - _CLOCK_SECONDS, platform.node()

    def mine(lock: StateLock) -> bool:
        return (lock.operation, lock.host) == (APPLY, here) and lock.created.timestamp() >= began

    return LockWatch(context.store, stack_of(context), mine=mine, tell=context.on_lock)


def _state_after(context: Context) -> StateFacts | None:
    try:
        return state_read(context.store, stack_of(context))
    except ExecutorError as error:
        logger.warning("the state cannot be read after an apply", extra={"job_id": context.job_id, "code": error.code})
        return None


def _keep_traces(work: Workspace, artefacts: ArtefactStore) -> None:
    """Raw log, and the state where Terraform could not save it. What cannot be kept does not change what happened."""
    traces = {log_key(work.context, "apply"): work.raw_log()}
    if work.run.errored_state.exists():
        context = work.context
        traces[errored_state_key(context.job_id, context.start, context.fence)] = work.run.errored_state.read_bytes()
    for key, data in traces.items():
        try:
            artefacts.put(key, data)
        except ExecutorError as error:
            logger.warning("a trace of an apply is not kept", extra={"key": key, "code": error.code})


def _tell(work: Workspace, outcome: ApplyOutcome, told: int) -> None:
    """The last lines count on from the end of the output, so that whoever takes over knows whether they were told."""
    lines = [
        LogLine("output", f"{name} = {'(sensitive)' if value == {'sensitive': True} else value}", None,
                {"name": name, "value": value})
        for name, value in outcome.outputs.items()
    ]  # fmt: skip
    lines.append(LogLine("result", outcome.sentence, None, {"status": outcome.status}))
    for offset, line in enumerate(lines, start=work.log(APPLIES).stat().st_size + 1):
        if offset > told:
            work.context.emit(replace(line, offset=offset))
