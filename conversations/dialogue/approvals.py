"""Words about a job that is under way: approve, reject, cancel. Bound to the plan the person was shown."""

from django.utils.translation import gettext as _

from orchestrator.states import JobState
from orchestrator.types import JobView

from .decisions import Act, Ask, Decision, Say, Show
from .fields import JOB, choice_field
from .forms import DECIDE
from .references import jobs_meant
from .state import DialogueState, PendingForm
from .texts import bullets, code, paragraphs, state_words
from .turn import Turn
from .words import is_question, plainly_approves, plainly_refuses, plainly_stops, reason_in
from .world import World

APPROVE, REJECT, CANCEL = "approve", "reject", "cancel"


def approve_by_words(turn: Turn, state: DialogueState, world: World) -> Decision:
    """Approve the one job that awaits this person here; ask which when there are several."""
    waiting = [each for each in world.jobs_here() if each.state is JobState.AWAITING_APPROVAL]
    if not waiting:
        return _say(_nothing_waits(world), state)
    if is_question(turn.text) or turn.negated:
        return _say(_remind(waiting), state)
    meant = jobs_meant(turn, waiting)
    if not meant:
        text = _("No job that waits here fits what you mention. Nothing was approved.")
        return _say(paragraphs(text, _remind(waiting)), state)
    if not plainly_approves(turn.text, _names_of(meant, world, turn)):
        text = _("I take only a plain yes as an approval, so nothing was approved.")
        return _say(paragraphs(text, _remind(waiting)), state)
    mine = [each for each in meant if world.may_approve(each)[0]]
    if not mine:
        return _say(world.may_approve(meant[0])[1], state)
    reason = reason_in(turn.text)
    return approve(mine[0], state, world, reason) if len(mine) == 1 else _which(APPROVE, mine, reason, turn, state)


def approve(job: JobView, state: DialogueState, world: World, reason: str = "") -> Decision:
    """Approve `job` if its plan is the one last shown to this person here; show it again if not."""
    current = job.plan.plan_hash if job.plan else ""
    if not current or world.shown_plan(job.id) != current:
        text = _(
            "The plan of %(title)s is not the one you have seen here. This is it now: read it, then say yes again."
        )
        return Decision((Say(text % {"title": title(job)}), Show(job.id)), state.with_form(None))
    return Decision((Act(APPROVE, job.id, job.title, plan_hash=current, reason=reason),), state.with_form(None))


def reject_by_words(turn: Turn, state: DialogueState, world: World) -> Decision:
    """Reject the one plan that waits here; ask which when there are several."""
    waiting = [each for each in world.jobs_here() if each.state is JobState.AWAITING_APPROVAL]
    if not waiting:
        return _say(_nothing_waits(world), state)
    if is_question(turn.text) or not plainly_refuses(turn.text):
        return _say(_remind(waiting), state)
    meant = jobs_meant(turn, waiting)
    if not meant:
        text = _("No job that waits here fits what you mention. Nothing was changed.")
        return _say(paragraphs(text, _remind(waiting)), state)
    reason = reason_in(turn.text)
    if len(meant) > 1:
        return _which(REJECT, meant, reason, turn, state)
    return reject(meant[0], state, world, reason)


def reject(job: JobView, state: DialogueState, world: World, reason: str) -> Decision:
    """Saying no is easier than saying yes: who asked for it may, and who may approve it."""
    allowed, why = world.may_approve(job)
    if not allowed and job.requester.id != world.person.id:
        return _say(why, state)
    return Decision((Act(REJECT, job.id, job.title, reason=reason),), state.with_form(None))


def cancel_by_words(turn: Turn, state: DialogueState, world: World) -> Decision:
    """Cancel the one unfinished job of this conversation; ask which when there are several."""
    active = world.jobs_here()
    if not active:
        return _say(_("There is nothing to cancel here."), state)
    if is_question(turn.text) or not plainly_stops(turn.text):
        return _say(_("I cancel nothing before you say “cancel that”."), state)
    meant = jobs_meant(turn, active)
    if not meant:
        return _say(_("No unfinished job here fits what you mention. Nothing was canceled."), state)
    reason = reason_in(turn.text)
    return cancel(meant[0], state, world, reason) if len(meant) == 1 else _which(CANCEL, meant, reason, turn, state)


def cancel(job: JobView, state: DialogueState, world: World, reason: str) -> Decision:
    allowed, why = world.may_cancel(job)
    if not allowed:
        return _say(why, state)
    return Decision((Act(CANCEL, job.id, job.title, reason=reason),), state.with_form(None))


def decided(form: PendingForm, label: str, turn: Turn, state: DialogueState, world: World) -> Decision:
    """The answer to "which job?"."""
    job = next((each for each in world.jobs_here() if each.id == form.options.get(label)), None)
    if job is None:
        return _say(_("That job is finished, or not in this conversation. Nothing was changed."), state.with_form(None))
    if form.subject == APPROVE:
        allowed, why = world.may_approve(job)
        return approve(job, state, world, form.reason) if allowed else _say(why, state.with_form(None))
    act = reject if form.subject == REJECT else cancel
    return act(job, state.with_form(None), world, form.reason)


def which_again(form: PendingForm, turn: Turn, state: DialogueState, lead: str) -> Decision:
    """Ask once more which job is meant."""
    ask = _question(form.subject, tuple(form.options), turn, lead)
    asked = PendingForm(ask.form_id, DECIDE, form.subject, asked=(JOB,), options=form.options, reason=form.reason)
    return Decision((ask,), state.with_form(asked))


def title(job: JobView) -> str:
    return f"**{job.title}**"


def waiting_elsewhere(lead: str, jobs: list[JobView]) -> str:
    """What waits for this person in other people's conversations, and where to decide it; nothing without any."""
    if not jobs:
        return ""
    line = _("%(title)s (asked by %(name)s)")
    lines = bullets(line % {"title": title(each), "name": each.requester.name} for each in jobs[:5])
    return paragraphs(lead, lines, _("Open “Approvals” (/approvals in a terminal) to read their plans and decide."))


def _which(action: str, jobs: list[JobView], reason: str, turn: Turn, state: DialogueState) -> Decision:
    options: dict[str, str] = {}
    for job in jobs:
        options[job.title if job.title not in options else f"{job.title} ({job.id[:8]})"] = job.id
    form = PendingForm("", DECIDE, action, options=options, reason=reason)
    return which_again(form, turn, state, "")


def _question(action: str, labels: tuple[str, ...], turn: Turn, lead: str) -> Ask:
    question = {
        APPROVE: _("Several plans wait here. Which one do you approve?"),
        REJECT: _("Several plans wait here. Which one do you reject?"),
        CANCEL: _("Several jobs are under way here. Which one shall I cancel?"),
    }[action]
    leave = _("Say “never mind” to leave all of them as they are.")
    text = paragraphs(lead, question, bullets(code(label) for label in labels), leave)
    return Ask(turn.new_id("form"), question, (choice_field(JOB, _("Job"), labels),), text, labels[:8])


def _names_of(jobs: list[JobView], world: World, turn: Turn) -> list[str]:
    """The words by which a message may say which job it means."""
    names = [each.stack.name for each in jobs if each.stack]
    nouns = [noun for each in world.blueprints() for noun in (each.noun, *each.nouns)]
    mentioned = [each.text for each in turn.entities if each.slot in ("name", "environment")]
    return [*names, *nouns, *mentioned, *(each.environment for each in jobs), *(each.title for each in jobs)]


def _say(text: str, state: DialogueState) -> Decision:
    return Decision((Say(text),), state)


def _nothing_waits(world: World) -> str:
    active = world.jobs_here()
    if active:
        job = active[0]
        text = _("Nothing waits for your approval yet: %(title)s is %(state)s.")
        return text % {"title": title(job), "state": state_words(job.state)}
    elsewhere = world.jobs_awaiting()
    if elsewhere:
        lead = _("Nothing waits for your answer in this conversation. Elsewhere, these wait for your approval:")
        return waiting_elsewhere(lead, elsewhere)
    return _("Nothing waits for your answer here.")


def _remind(waiting: list[JobView]) -> str:
    text = _("%(title)s waits. Say “approve” or “reject”.")
    return "\n\n".join(text % {"title": title(job)} for job in waiting[:3])
