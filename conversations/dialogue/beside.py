"""What a report says that the job's card does not: where a card is drawn, nothing need be read twice."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from orchestrator.states import JobKind, JobState
from orchestrator.types import JobTransition, JobView

from .insight import denied_explained, nearest_text
from .interruptions import finished_after_all, found_text
from .texts import paragraphs


def beside_card(job: JobView, transition: JobTransition) -> str | None:
    """The part of a report that the card leaves out, empty when it says all of it; None when all is to be told.

    A card has the state, the plan with its cost, reach and rules, who may decide, the error, the result, the outputs.
    """
    rest = _RESTS.get(transition.to_state)
    return rest(job, transition) if rest else None


def _to_decide(job: JobView, transition: JobTransition) -> str:
    over = _("Its time is over. What was approved when it was made does not suffice for its deletion now.")
    found = found_text(job, transition) if transition.from_state is JobState.RECONCILING else ""
    return paragraphs(over if job.standing_job_id else "", found)


def _succeeded(job: JobView, transition: JobTransition) -> str | None:
    if job.kind is JobKind.DRIFT or (job.kind is JobKind.ACTION and not job.result_text):
        return None
    return "" if job.kind is JobKind.ACTION else finished_after_all(job, transition)


def _no_changes(job: JobView, transition: JobTransition) -> str | None:
    return "" if job.lifetime is None else None


def _denied(job: JobView, transition: JobTransition) -> str | None:
    if not denied_explained(job) or job.plan is None or job.plan.policy is None:
        return None
    return "" if job.plan.policy.nearest else nearest_text(None)


def _canceled(job: JobView, transition: JobTransition) -> str | None:
    before = (JobState.QUEUED, JobState.PLANNING, JobState.AWAITING_APPROVAL)
    own = transition.actor.id == job.requester.id
    return "" if own and transition.from_state in before else None


def _failed(job: JobView, transition: JobTransition) -> str | None:
    if job.error is None:
        return None
    return _("It may work when you ask again in a moment.") if job.error.retryable else ""


def _partially_applied(job: JobView, transition: JobTransition) -> str | None:
    if job.error is None:
        return None
    return _("Ask for the same again to plan what is left, or delete it to remove what was made.")


_RESTS: dict[JobState, Callable[[JobView, JobTransition], str | None]] = {
    JobState.AWAITING_APPROVAL: _to_decide,
    JobState.SUCCEEDED: _succeeded,
    JobState.NO_CHANGES: _no_changes,
    JobState.DENIED: _denied,
    JobState.CANCELED: _canceled,
    JobState.FAILED: _failed,
    JobState.PARTIALLY_APPLIED: _partially_applied,
}
