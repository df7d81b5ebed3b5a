"""The same asked for twice: the job that does it already is shown in place of a second one."""

from django.utils.translation import gettext as _

from orchestrator.states import JobKind, Risk
from orchestrator.types import JobView

from .decisions import Say, Show, Step
from .lifetimes import lifetime_kept
from .state import PendingForm
from .targets import Target
from .texts import state_words
from .world import World


def unfinished_jobs(world: World) -> list[JobView]:
    """Those of this conversation and this person's own, each once; without what was asked to stop."""
    found = {each.id: each for each in (*world.jobs_here(), *world.jobs_active())}
    return [each for each in found.values() if not each.cancel_requested]


def same_job(form: PendingForm, target: Target, name: str | None, world: World) -> JobView | None:
    """This person's unfinished job that does just what `form` asks for; None for reading, which may be repeated."""
    if target.risk is Risk.READ:
        return None
    for job in unfinished_jobs(world):
        same = (job.kind, job.subject, job.environment) == (target.kind, target.subject, form.environment)
        own = same and job.requester.id == world.person.id
        lasts = lifetime_kept(job.lifetime) == form.lifetime
        if own and lasts and _same_stack(job, form, name) and _same_values(job, form, target):
            return job
    return None


def shown_instead(job: JobView) -> tuple[Step, ...]:
    """Say that it is under way, and show its card."""
    values = {"title": f"**{job.title}**", "state": state_words(job.state)}
    text = _("That is under way already: %(title)s is %(state)s. I did not ask for it a second time.") % values
    return Say(text), Show(job.id)


def _same_stack(job: JobView, form: PendingForm, name: str | None) -> bool:
    if form.stack_id is not None:
        return job.stack is not None and job.stack.id == form.stack_id
    if job.kind is JobKind.ACTION:
        return job.stack is None
    return job.stack is not None and job.stack.name == name


def _same_values(job: JobView, form: PendingForm, target: Target) -> bool:
    """Nothing is asked for that the job does not do. A secret that is given anew may be another one."""
    secrets = {each.name for each in target.variables if each.sensitive}
    defaults = {each.name: each.default for each in target.variables}
    has = {**defaults, **job.values}
    return not secrets & form.values.keys() and all(has.get(name) == value for name, value in form.values.items())
