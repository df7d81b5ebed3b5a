"""Writes what is adopted into the state, and changes nothing else."""

import logging
from collections.abc import Iterable

from orchestrator.executors.terraform import arguments
from orchestrator.executors.terraform.planning import plan_make
from orchestrator.executors.terraform.workspace import Workspace

from .comparing import acting
from .fencing import state_locked
from .surveying import Survey

logger = logging.getLogger(__name__)


def record(work: Workspace, found: Survey, *, whole: bool) -> None:
    """Record what is adopted, so that nothing is lost whatever becomes of the rest. Raises ExecutorError or Stopped.

    `whole`: the plan of the survey does nothing else, and is applied as it is. Otherwise what is half made is imported
    one by one, because a plan would complete it at once, and the others by a plan of nothing else, if there is one.
    What cannot be recorded alone stays with the remainder.
    """
    with state_locked(work.context):
        if whole:
            if found.document.get("applyable"):
                _apply(work)
            return
        unfinished = [each for each in found.search.adopted if each in acting(found.document)]
        _adopt_each(work, found, unfinished)
        finished = [each for each in found.unrecorded(work) if each not in unfinished]
        if finished:
            found.imports_write(work, finished)
            report = plan_make(work, finished)
            if all(action == "import" for action in report.planned.values()):
                _apply(work)
            else:
                _adopt_each(work, found, finished)


def _apply(work: Workspace) -> None:
    ended, report = work.command("record", arguments.record(work.binary, work.run.plan.name))
    if ended.returncode != 0:
        raise work.failed(ended, report, "record")


def _adopt_each(work: Workspace, found: Survey, addresses: Iterable[str]) -> None:
    work.run.imports.unlink(missing_ok=True)
    for address in addresses:
        _adopt(work, address, found.search.adopted[address])


def _adopt(work: Workspace, address: str, identity: str) -> None:
    ended, report = work.command("adopt", arguments.adopt(work.binary, address, identity))
    if ended.returncode != 0:
        error = work.failed(ended, report, "adopt")
        logger.warning("a half made resource is recorded with the remainder: %s", error, extra={"address": address})
