"""What the bot says about a job's transitions: what happened, and what to do next."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orchestrator.states import JobKind, JobState
from orchestrator.types import ApprovalView, JobTransition, JobView, PlannedChange

from .approvals import APPROVE, CANCEL, title
from .beside import beside_card
from .drifts import drift_suggestions, drift_text
from .insight import denied_explained, insight_text
from .interruptions import finished_after_all, found_text, nothing_changed, taken_over, unclear
from .texts import as_data, bullets, code, paragraphs, state_words, unmarked, whom_to_ask

VIA_WIDGET = "widget"
"""The channel of what was asked for on a page of another site, where nothing is decided (widget/scope.py)."""

_CHANGES_SHOWN = 12
_LOSING = frozenset(("delete", "replace"))


@dataclass(frozen=True)
class Report:
    text: str
    suggestions: tuple[str, ...] = ()
    beside: str | None = None
    """What of it the job's card does not say, empty when it says everything; None when all is to be told."""
    beside_suggestions: tuple[str, ...] = ()


def report(
    job: JobView, transition: JobTransition, approvers: list[str], holder: JobView | None = None
) -> Report | None:
    """The sentence for a transition, None when its card says enough; `approvers` may decide besides the requester, and
    `holder` is the job whose turn it is, where this one stands in line."""
    if transition.to_state is JobState.QUEUED:
        waits = _queued(job, transition, holder)
        return Report(waits) if waits else None
    if transition.to_state is JobState.AWAITING_APPROVAL:
        one_of_two = transition.from_state is JobState.AWAITING_APPROVAL
        return _one_approval(job, transition) if one_of_two else _plan_ready(job, transition, approvers)
    say = _REPORTS.get(transition.to_state)
    text = say(job, transition) if say else ""
    next_steps = drift_suggestions(job)
    return Report(text, next_steps, beside_card(job, transition), next_steps) if text else None


def decided_text(action: str, job: JobView) -> str:
    """The answer to a decision in words, once it was carried out."""
    values = {"title": title(job)}
    if action == APPROVE and job.state is JobState.AWAITING_APPROVAL:
        return _("OK, your approval of %(title)s counts.") % values
    if action == APPROVE:
        return _("OK, %(title)s is approved and starts now. Say “cancel that” to stop it.") % values
    if action == CANCEL and job.state is not JobState.CANCELED:
        return (
            _("OK, I asked the worker to stop %(title)s. What is done already is reported when it has stopped.")
            % values
        )
    return _("OK.")


def _one_approval(job: JobView, transition: JobTransition) -> Report:
    missing = max(1, job.approval.needed - job.approval.given) if job.approval else 1
    text = _("%(name)s approved %(title)s. Approvals still needed: %(missing)s.")
    return Report(text % {"name": transition.actor.name, "title": title(job), "missing": missing}, beside="")


def _plan_ready(job: JobView, transition: JobTransition, approvers: list[str]) -> Report:
    """What would happen in one sentence, and by name what is lost though no deletion was asked for: the card has every
    change."""
    interrupted = transition.from_state is JobState.RECONCILING
    lead = found_text(job, transition) if interrupted else _("The plan to %(title)s is ready.") % {"title": title(job)}
    if job.standing_job_id:
        said = _("Its time is over. What was approved when it was made does not suffice for its deletion now.")
        lead = f"{said} {lead}"
    sentence = f"{lead} {unmarked(job.plan.text)}" if job.plan and job.plan.text else lead
    changes = job.plan.changes if job.plan and job.kind is not JobKind.DESTROY else ()
    lost = [each for each in changes if each.action in _LOSING]
    shown = [_change(each) for each in lost[:_CHANGES_SHOWN]]
    if len(lost) > _CHANGES_SHOWN:
        shown.append(_("and %(number)s more") % {"number": len(lost) - _CHANGES_SHOWN})
    text = paragraphs(sentence, bullets(shown), insight_text(job), _next_step(job, approvers))
    return Report(text, _plan_suggestions(job), beside_card(job, transition))


def _change(change: PlannedChange) -> str:
    verb = _("delete and make again") if change.action == "replace" else _("delete")
    return f"{verb} {code(change.address)}"


def _next_step(job: JobView, approvers: list[str]) -> str:
    rule = job.approval.rule if job.approval else "self"
    values = {"environment": code(job.environment)}
    why = " ".join(as_data(each) for each in job.approval.why) if job.approval else ""
    if rule == "other":
        text = _("Somebody else with the approver role in %(environment)s must approve it first.") % values
        return " ".join(filter(None, (text, why, whom_to_ask(approvers))))
    if rule == "two":
        text = _("Two others with the approver role in %(environment)s must approve it first.") % values
        return " ".join(filter(None, (text, why, whom_to_ask(approvers))))
    if job.origin.channel == VIA_WIDGET:
        return _("Nothing changes before you confirm it: open the job in Infrachat.")
    return _("Reply **yes** to confirm, or **no** to leave everything as it is.")


def _plan_suggestions(job: JobView) -> tuple[str, ...]:
    if job.origin.channel == VIA_WIDGET:
        return ()
    if job.approval is None or job.approval.rule in ("none", "self"):
        return _("yes"), _("no")
    return (_("cancel that"),)


def _queued(job: JobView, transition: JobTransition, holder: JobView | None = None) -> str:
    if transition.from_state is JobState.PLANNING:
        return _("The worker that planned %(title)s is gone. Nothing was changed; another one starts again.") % {
            "title": title(job)
        }
    if not job.queue_position:
        return ""
    values = {"title": title(job), "number": job.queue_position}
    if holder is not None:
        values |= {"holder": title(holder), "name": holder.requester.name, "state": state_words(holder.state)}
        text = _("%(title)s waits, jobs before it: %(number)s. First is %(holder)s by %(name)s; that is %(state)s.")
        return text % values
    before = ngettext(
        "%(title)s waits: another job of this stack is before it.",
        "%(title)s waits: %(number)s other jobs of this stack are before it.",
        job.queue_position,
    )
    return before % values


def _approved(job: JobView, transition: JobTransition) -> str:
    if transition.from_state is JobState.APPROVED:
        return f"{title(job)}: {transition.reason} " + _("It begins by itself then; say “cancel that” to stop it.")
    given = [each for each in job.approvals if each.current and each.decision == "approve"]
    others = [_decider(each) for each in given if each.user.id != job.requester.id]
    if not others:
        return ""
    values = {"names": ", ".join(others), "title": title(job)}
    if job.standing_job_id and any(each.kind == "standing" for each in given):
        lead = _("Its time is over, and %(names)s approved this when it was made: %(title)s.") % values
        return f"{lead} " + _("It starts now. Say “cancel that” to stop it.")
    if any(each.kind == "standing" for each in given):
        return _("%(names)s approved %(title)s in advance. It starts now. Say “cancel that” to stop it.") % values
    return _("%(names)s approved %(title)s. It starts now. Say “cancel that” to stop it.") % values


def _decider(approval: ApprovalView) -> str:
    if approval.on_behalf_of is None:
        return approval.user.name
    return _("%(name)s (for %(away)s)") % {"name": approval.user.name, "away": approval.on_behalf_of.name}


def _succeeded(job: JobView, transition: JobTransition) -> str:
    if job.kind is JobKind.ACTION:
        return unmarked(job.result_text) or _("%(title)s is done.") % {"title": title(job)}
    if job.kind is JobKind.DRIFT:
        return drift_text(job)
    if job.kind is JobKind.DESTROY:
        lead = _("Done: %(title)s. It is gone.") % {"title": title(job)}
        return f"{lead} {finished_after_all(job, transition)}".strip()
    lead = _("Done: %(title)s.") % {"title": title(job)}
    lead = f"{lead} {finished_after_all(job, transition)}".strip()
    return f"{lead} " + _("Say “show the outputs” to see what it has.") if job.outputs else lead


def _no_changes(job: JobView, transition: JobTransition) -> str:
    text = _("%(title)s: everything is as you asked for already. Nothing had to change.") % {"title": title(job)}
    if job.lifetime is None:
        return text
    return f"{text} " + _("So no plan was approved, and with it no end: what was agreed about that before stays.")


def _denied(job: JobView, transition: JobTransition) -> str:
    lead = _("Policy does not allow %(title)s. Nothing was changed.") % {"title": title(job)}
    return paragraphs(lead, denied_explained(job) or _why(job, transition))


def _rejected(job: JobView, transition: JobTransition) -> str:
    text = _("%(name)s rejected %(title)s%(reason)s. %(nothing)s")
    rejection = next((each for each in reversed(job.approvals) if each.decision == "reject"), None)
    reason = f": “{rejection.reason.rstrip('.')}”" if rejection and rejection.reason else ""
    return text % {
        "name": _decider(rejection) if rejection else transition.actor.name,
        "title": title(job),
        "reason": reason,
        "nothing": nothing_changed(job),
    }


def _expired(job: JobView, transition: JobTransition) -> str:
    lead = _("The plan of %(title)s has expired. %(nothing)s Ask again for a new plan.")
    return paragraphs(lead % {"title": title(job), "nothing": nothing_changed(job)}, _why(job, transition))


def _superseded(job: JobView, transition: JobTransition) -> str:
    lead = _("The plan of %(title)s is no longer what would be done, so I did not start. %(nothing)s")
    values = {"title": title(job), "nothing": nothing_changed(job)}
    return paragraphs(lead % values, _why(job, transition), _("Ask again for a new plan."))


def _canceled(job: JobView, transition: JobTransition) -> str:
    lead = _("%(title)s is canceled. %(nothing)s") % {"title": title(job), "nothing": nothing_changed(job)}
    return paragraphs(lead, _why(job, transition))


def _failed(job: JobView, transition: JobTransition) -> str:
    if transition.from_state in (JobState.CANCELING, JobState.RECONCILING):
        lead = _("%(title)s failed.") % {"title": title(job)}
    else:
        lead = _("%(title)s failed. Nothing was changed.") % {"title": title(job)}
    return paragraphs(lead, _why(job, transition), _again(job))


def _partially_applied(job: JobView, transition: JobTransition) -> str:
    lead = _("%(title)s was done in part only: some of it exists now, some does not.") % {"title": title(job)}
    advice = _("Ask for the same again to plan what is left, or delete it to remove what was made.")
    return paragraphs(lead, _why(job, transition), advice)


def _canceling(job: JobView, transition: JobTransition) -> str:
    if transition.from_state is JobState.CANCELING:
        return taken_over(job, transition)
    if transition.actor.id == job.requester.id:
        return ""  # They know: the answer to their words, or the card whose button they pressed, says so.
    lead = _("I stop %(title)s. What is done already is reported when it has stopped.") % {"title": title(job)}
    return paragraphs(lead, _reason(transition) if transition.actor.id is None else "")


def _why(job: JobView, transition: JobTransition) -> str:
    """What a person should know beyond the state: the error, or what the system gave as its reason."""
    if job.error is not None:
        return job.error.detail
    return (_reason(transition) if transition.actor.id is None else "") or job.result_text


def _reason(transition: JobTransition) -> str:
    """The recorded reason as a sentence; a reason of one word says no more than the state."""
    reason = transition.reason.strip()
    return f"{reason[0].upper()}{reason[1:].rstrip('.')}." if " " in reason else ""


def _again(job: JobView) -> str:
    return _("It may work when you ask again in a moment.") if job.error and job.error.retryable else ""


_REPORTS: dict[JobState, Callable[[JobView, JobTransition], str]] = {
    JobState.APPROVED: _approved,
    JobState.APPLYING: taken_over,
    JobState.SUCCEEDED: _succeeded,
    JobState.NO_CHANGES: _no_changes,
    JobState.DENIED: _denied,
    JobState.REJECTED: _rejected,
    JobState.EXPIRED: _expired,
    JobState.SUPERSEDED: _superseded,
    JobState.CANCELED: _canceled,
    JobState.FAILED: _failed,
    JobState.PARTIALLY_APPLIED: _partially_applied,
    JobState.INDETERMINATE: unclear,
    JobState.CANCELING: _canceling,
}
