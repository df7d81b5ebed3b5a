"""What an apply amounted to, from what Terraform said, how it ended and what the state says before and after."""

import re
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.executors.base import ApplyOutcome
from orchestrator.sentences import joined, stated

from .diagnostics import Plain, plain_error
from .output import Operation, Report
from .process import Ended
from .root import shown_address
from .sentences import done_sentence, undone_sentence
from .state import StateFacts

_CHANGING = {"create", "update", "delete"}
_BROKEN_OFF = re.compile(
    r"context canceled|request canceled|context deadline exceeded|unexpected EOF|Plugin did not respond"
)
_STOPPED = {
    "cancel": stated("The apply was canceled."),
    "timeout": stated("The apply was stopped at its time limit."),
    "lease_lost": stated("The apply was stopped because another worker took the job over."),
    "shutdown": stated("The apply was stopped because its machine is going away."),
}


@dataclass(frozen=True)
class Ending:
    ended: Ended
    report: Report
    before: StateFacts
    after: StateFacts | None
    """None when the state could not be read."""
    state_lost: bool
    """Terraform could not save the state and left it in a file."""
    outputs: Mapping[str, Any]
    stderr: str
    scrub: Callable[[str], str]


def classify(ending: Ending) -> ApplyOutcome:
    """succeeded, partially_applied, failed, canceled, or indeterminate where only the cloud itself knows."""
    ended, report = ending.ended, ending.report
    changed, missing = _changed(ending), not_done(report)
    count = len(ending.after.resources) if ending.after else None
    if ended.returncode == 0:
        return ApplyOutcome("succeeded", ending.outputs, done_sentence(report.done), changed, (), count)
    plain = _reason(ending)
    if _unknown(ending):
        names: str = ", ".join(_in_the_air(ending)) or stated("its resources")
        detail: str = joined((plain.detail, stated("What happened to %(names)s is not known yet.", names=names)))
        return ApplyOutcome("indeterminate", {}, detail, changed, missing, count, plain.code)
    if changed:
        detail = undone_sentence(plain.detail, changed, missing)
        return ApplyOutcome("partially_applied", ending.outputs, detail, changed, missing, count, plain.code)
    status = "canceled" if ended.stopped else "failed"
    return ApplyOutcome(
        status, {}, joined((plain.detail, stated("Nothing was changed."))), (), missing, count, plain.code
    )


def not_done(report: Report) -> tuple[str, ...]:
    """Addresses whose planned change did not come to its end; a replacement has two operations."""
    done = Counter(address for address, action in report.done if action in _CHANGING)
    needed = {address: 2 if action == "replace" else 1 for address, action in report.planned.items()}
    acting = {"create", "update", "delete", "replace"}
    return tuple(
        address for address, count in needed.items() if report.planned[address] in acting and done[address] < count
    )


def _changed(ending: Ending) -> tuple[str, ...]:
    """What was finished, and what failed half-way but left its trace in the state (a tainted resource)."""
    done = [address for address, action in ending.report.done if action in _CHANGING]
    if ending.after is not None:
        old, new = ending.before.resources, ending.after.resources
        touched = (address for address, action in ending.report.started if action in _CHANGING)
        done += [address for address in touched if old.get(address) != new.get(address)]
    return tuple(dict.fromkeys(done))


def _unknown(ending: Ending) -> bool:
    """Whether something was begun of which neither Terraform nor the state can tell what became of it. Who was killed
    or crashed has left the state's lock behind, if nothing else."""
    crashed = not ending.report.errors and "panic:" in ending.stderr
    # Terraform takes notice of interrupts before it does anything else: one that ended it came before all that.
    too_early = ending.ended.returncode == -signal.SIGINT and not ending.ended.killed
    if crashed or (ending.ended.died and not too_early):
        return True
    started = any(action in _CHANGING for _, action in ending.report.started)
    no_account = ending.state_lost or ending.after is None
    return started and (no_account or bool(_cut_off(ending)))


def _in_the_air(ending: Ending) -> list[str]:
    ended: set[Operation] = {*ending.report.done, *ending.report.failed}
    unfinished = [address for address, action in ending.report.started if (address, action) not in ended]
    return list(dict.fromkeys([*unfinished, *_cut_off(ending)]))


def _cut_off(ending: Ending) -> list[str]:
    """Failed operations whose request to the cloud was broken off, and of which the state knows nothing."""
    if ending.after is None:
        return []
    broken = {shown_address(each.address) for each in ending.report.errors if _BROKEN_OFF.search(each.summary)}
    old, new = ending.before.resources, ending.after.resources
    failed = (address for address, action in ending.report.failed if action in _CHANGING)
    return [address for address in failed if address in broken and old.get(address) == new.get(address)]


def _reason(ending: Ending) -> Plain:
    if ending.ended.stopped:
        return Plain(ending.ended.stopped, _STOPPED.get(ending.ended.stopped, stated("The apply was stopped.")))
    if ending.ended.died:
        return Plain("terraform_killed", stated("Terraform was killed in the middle of the apply."))
    plain = plain_error(ending.report.errors, list(ending.report.other), ending.stderr)
    return plain._replace(detail=ending.scrub(plain.detail))
