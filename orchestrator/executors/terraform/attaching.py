"""Taking over an apply whose worker is gone: its process runs on here, or has ended and left its output."""

from dataclasses import replace

from orchestrator.executors.artefacts import ArtefactStore
from orchestrator.executors.base import ApplyOutcome, Context, Elsewhere, Gone, Started

from .concluding import APPLIES, conclude, ending_of, lock_watch
from .handles import Adopted, Over
from .marks import leader_find
from .output import Report
from .process import Ended, Stop
from .root import stack_of
from .state import before_read
from .statelock import lock_read
from .workspace import Tools, Workspace


def attach(context: Context, started: Started, tools: Tools, artefacts: ArtefactStore) -> ApplyOutcome:
    """See `orchestrator.executors.base.Executor.attach`."""
    if context.host != started.host:
        must_be_here(context, started)
        raise Gone("The process was on another machine, and has ended.")
    work = Workspace(replace(context, start=started.number), tools, "apply")
    before = before_read(work.run, started.number)
    if before is None or not work.log(APPLIES).exists():
        raise Gone("Nothing was started.")
    leader = leader_find(context.job_id, started.number, f"apply-{APPLIES}")
    with lock_watch(context, since=started.at.timestamp()):
        stop, report = work.follow(Adopted(leader) if leader else Over(), APPLIES, after=started.log_offset)
    return conclude(work, artefacts, ending_of(work, _ended(stop, report), report, before), told=started.log_offset)


def must_be_here(context: Context, started: Started) -> None:
    """Raises Elsewhere when a start's process may still run on another machine than this one."""
    if context.host == started.host or started.host_lost or lock_read(context.store, stack_of(context)) is None:
        return
    detail = (
        f"The work was begun on the machine {started.host} and may still go on there: it holds the stack's state. "
        f"Only {started.host} can tell."
    )
    raise Elsewhere("elsewhere", detail, retryable=True)


def _ended(stop: Stop, report: Report) -> Ended:
    """How a process ended that is not our child, from what it said. Raises Gone when it said nothing of the kind."""
    if report.summed_up:
        return Ended(0, stop.stopped)
    if report.errors:  # all of them are printed at the end, when the state is saved
        return Ended(1, stop.stopped)
    if stop.killed:
        return Ended(-9, stop.stopped, killed=True)
    raise Gone("The process has ended without saying how.")
