"""What the bot says when a worker was lost or stopped in the middle of a change, and what was found out then."""

from django.utils.translation import gettext as _

from orchestrator.states import JobKind, JobState
from orchestrator.types import JobTransition, JobView

from .approvals import title
from .texts import paragraphs


def taken_over(job: JobView, transition: JobTransition) -> str:
    """Another worker goes on, with what the lost one had started or with what is left; nothing for a first start."""
    values = {"title": title(job)}
    if transition.from_state is transition.to_state:
        return (
            _("The worker was lost while it carried out %(title)s; another one has taken over. Nothing was lost.")
            % values
        )
    if transition.from_state is JobState.RECONCILING:
        return paragraphs(_found(job, transition), _("I go on with what is left."))
    return ""


def unclear(job: JobView, transition: JobTransition) -> str:
    """What was done has to be found out, or could not be found out yet."""
    values = {"title": title(job)}
    detail = job.error.detail if job.error else ""
    if transition.from_state is JobState.RECONCILING:
        lead = _("I cannot find out yet what %(title)s did. I keep trying by myself.") % values
        return paragraphs(lead, detail)
    lead = _("%(title)s was interrupted in the middle.") % values
    promise = _("I find out now what was done. Nothing is started again before that is certain.")
    return paragraphs(lead, detail, promise)


def found_text(job: JobView, transition: JobTransition) -> str:
    """The first words of a question about what is left."""
    return paragraphs(_found(job, transition), _("What is left is planned, and needs a new approval."))


def finished_after_all(job: JobView, transition: JobTransition) -> str:
    """Nothing was left to do: why no worker reported the end of it."""
    if transition.from_state is not JobState.RECONCILING or job.kind is JobKind.ACTION:
        return ""
    return _("It was interrupted, and turned out to be complete.")


def nothing_changed(job: JobView) -> str:
    """For an end in which nothing was done: not true of a job that was interrupted after it had begun."""
    if job.found is None:
        return _("Nothing was changed.")
    return _("Nothing more was changed; what was made before the interruption is still there.")


def _found(job: JobView, transition: JobTransition) -> str:
    lead = _("%(title)s was interrupted. This is what I found:") % {"title": title(job)}
    return f"{lead} {transition.reason.strip()}"
