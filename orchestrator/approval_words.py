"""Plans and decisions as lines of text, for terminals."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from .permissions import decider
from .states import JobState
from .types import ApprovalNeed, DelegationView, JobView, PlannedChange

_SIGNS = {"create": "+", "update": "~", "delete": "-", "replace": "±", "read": "→"}
_WHO = {
    "none": "nobody",
    "self": "who asked for it",
    "other": "an approver who did not ask for it",
    "two": "two approvers who did not ask for it",
}


def in_short(job: JobView) -> str:
    need = job.approval
    given = f", {need.given} of {need.needed} given" if need and need.needed > 1 else ""
    until = f", expires {moment(need.expires_at)}" if need and need.expires_at else ""
    return f"{job.id[:8]}  {printable(job.title)} · {job.risk.value} risk · asked by {job.requester.name}{given}{until}"


def in_full(job: JobView) -> Iterator[str]:
    """The plan, who must approve it, and who has decided."""
    yield printable(job.title)
    yield f"  job {job.id}, {job.state.value.replace('_', ' ')}, {job.risk.value} risk, asked by {job.requester.name}"
    if job.plan:
        yield f"  {printable(job.plan.text)}"
        for change in job.plan.changes:
            yield from _change(change)
        yield f"  plan {job.plan.plan_hash}"
    if job.approval:
        yield from _need(job.approval)
    for each in job.approvals:
        did = "approved" if each.decision == "approve" else "rejected"
        old = "" if each.current else ", an earlier plan"
        reason = f": {printable(each.reason)}" if each.reason else ""
        yield f"  {decider(each)} {did} it, {moment(each.at)}{old}{reason}"


def after_vote(job: JobView) -> str:
    if job.state is JobState.AWAITING_APPROVAL and job.approval:
        return f"Your approval of {job.title} counts: {job.approval.given} of {job.approval.needed} are given."
    return f"Approved: {job.title}. It starts now."


def delegation(each: DelegationView) -> str:
    where = "everywhere" if each.environment == "*" else f"in {each.environment}"
    when = f"from {moment(each.starts_at)} until {moment(each.until)}"
    return f"{each.id[:8]}  {each.delegate.name} decides for {each.giver.name} {where}, {when}"


def moment(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M %Z}"


def printable(text: Any) -> str:
    """Nothing that was written by others moves the cursor of who reads it."""
    return "".join(each if each.isprintable() else "�" for each in str(text))


def _need(need: ApprovalNeed) -> Iterator[str]:
    yield f"  must be approved by {_WHO.get(need.rule, need.rule)}; {need.given} of {need.needed} given"
    for names in need.groups:
        yield f"    only members of {' or '.join(printable(each) for each in names)}"
    for why in need.why:
        yield f"    {printable(why)}"


def _change(change: PlannedChange) -> Iterator[str]:
    yield f"  {_SIGNS.get(change.action, '·')} {printable(change.address)}"
    for each in change.attributes:
        after = "known after apply" if each.get("unknown") else repr(each.get("after"))
        yield f"      {printable(each.get('path'))}: {printable(repr(each.get('before')))} -> {printable(after)}"
