"""A proposal that was a misunderstanding: taken back, and proposed as it was meant. The approval of the old plan is
never carried over; what was applied already leads to a change of the same stack."""

from typing import Any

from django.utils.translation import gettext as _

from orchestrator.states import STARTED, TERMINAL, JobKind, JobState
from orchestrator.types import JobView

from .approvals import title
from .decisions import Correct, CorrectionNote, Decision, Say
from .fields import ENVIRONMENT, STACK, in_sentence, label_of
from .intents import Intent
from .lifetimes import lifetime_kept
from .meant import form_meant
from .requests import advance
from .sources import Source
from .state import DialogueState, PendingForm
from .targets import Target, phrase_of, target_find
from .texts import code, listed, paragraphs, value_short
from .tracing import MASK, is_secret, values_of
from .turn import Correction, Turn
from .world import Proposal, World

_DONE = frozenset({JobState.SUCCEEDED, JobState.PARTIALLY_APPLIED, JobState.NO_CHANGES})


def proposal_corrected(correction: Correction, turn: Turn, state: DialogueState, world: World) -> Decision:
    """The one way to correct what was proposed, by the panel and by words: a question, or the corrected proposal.

    `correction.values` are as read; what is wrong with them is said, and asked for again.
    """
    proposal = world.proposal(correction.job_id)
    refusal = _refusal(proposal, world)
    if proposal is None or refusal:
        return Decision((Say(refusal),), state)
    old = target_find(proposal.job.kind, proposal.job.subject, world)
    target = _target(correction.intent, world) if correction.intent else old
    if target is None:
        name = correction.intent or proposal.job.subject
        return Decision((Say(_("%(name)s is not offered. Nothing was changed.") % {"name": code(name)}),), state)
    unknown = sorted(set(correction.values) - _names(target))
    if unknown:
        return Decision((Say(_unknown_text(unknown, target)),), state)
    form = form_meant(proposal, correction, target, turn, world)
    if _same(form, proposal, correction, target):
        text = _("That is how I understood it already: %(title)s. Nothing was changed.")
        return Decision((Say(text % {"title": title(proposal.job)}),), state)
    corrected = Correct(
        job_id=proposal.job.id,
        seq=proposal.seq,
        withdraw=proposal.job.state not in TERMINAL,
        notes=_notes(proposal, correction, target),
    )
    aside = _("I leave the earlier question aside.") if state.form is not None else ""
    lead = paragraphs(aside, _lead(proposal, correction, target, form))
    on_its_way = advance(form, turn, state.with_form(None), world, lead=lead)
    return Decision((corrected, *on_its_way.steps), on_its_way.state)


def correctable(job: JobView, person_id: str, *, corrected: bool) -> str:
    """Empty when this person may correct the proposal now; a sentence that says why not."""
    if job.requester.id != person_id:
        return _("Only %(name)s, who asked for it, may correct it.") % {"name": job.requester.name}
    if corrected:
        return _("It was corrected already. Correct the newer proposal, or say it anew.")
    if job.state in STARTED:
        return _("It is being carried out. Wait until it is done, or say “cancel that”; then correct it.")
    return ""


def _refusal(proposal: Proposal | None, world: World) -> str:
    if proposal is None:
        return _("There is no such proposal in this conversation. Nothing was changed.")
    return correctable(proposal.job, world.person.id or "", corrected=proposal.corrected)


def _target(intent_name: str, world: World) -> Target | None:
    intent = Intent.parse(intent_name)
    if intent.family not in ("blueprint", "action"):
        return None
    kind = JobKind.ACTION if intent.family == "action" else intent.verb
    if kind not in (JobKind.APPLY, JobKind.DESTROY, JobKind.DRIFT, JobKind.ACTION):
        return None
    return target_find(kind, intent.subject, world)


def _names(target: Target) -> set[str]:
    places = {ENVIRONMENT, STACK} if target.needs_stack else {ENVIRONMENT}
    return {each.name for each in target.variables} | places


def _unknown_text(unknown: list[str], target: Target) -> str:
    return _("%(names)s is nothing I can change about the %(noun)s; these are: %(known)s. Nothing was changed.") % {
        "names": listed(code(each) for each in unknown),
        "noun": target.noun,
        "known": listed(code(each) for each in sorted(_names(target))),
    }


def _same(form: PendingForm, proposal: Proposal, correction: Correction, target: Target) -> bool:
    job = proposal.job
    if (form.kind, form.subject) != (job.kind, job.subject):
        return False
    if any(value is None or is_secret(name, target) for name, value in correction.values.items()):
        return False
    if form.lifetime != lifetime_kept(job.lifetime):
        return False
    had = {**job.values, ENVIRONMENT: job.environment, STACK: job.stack.id if job.stack else None}
    return all(had.get(name) == value for name, value in values_of(form).items()) and (
        not target.needs_stack or form.stack_id is not None
    )


def _notes(proposal: Proposal, correction: Correction, target: Target) -> tuple[CorrectionNote, ...]:
    """What each misunderstood message meant. Who changes what they gave in a form has changed their mind."""
    first = proposal.heard.seq if proposal.heard else proposal.seq
    slots: dict[int, list[dict[str, Any]]] = {first: []} if correction.intent else {}
    for name, value in correction.values.items():
        source = proposal.sources.get(name, Source("default"))
        if source.kind != "form" and not is_secret(name, target):
            said = source.seq if source.kind in ("message", "answer") else 0
            slots.setdefault(said or first, []).append({"name": name, "value": value})
    return tuple(CorrectionNote(seq, target.intent, tuple(each)) for seq, each in slots.items() if seq)


def _lead(proposal: Proposal, correction: Correction, target: Target, form: PendingForm) -> str:
    job = proposal.job
    values = {"title": title(job), "changes": listed(_changes(correction, target))}
    meant = _("You meant: %(changes)s.") % values
    if job.state not in TERMINAL:
        return paragraphs(_("I take back %(title)s.") % values, meant)
    if job.state not in _DONE or job.kind is JobKind.ACTION:
        return meant
    if job.kind is JobKind.APPLY and job.stack is not None and form.stack_id == job.stack.id:
        return _("%(title)s is done already, so this is a change of it: %(changes)s.") % values
    return paragraphs(_("%(title)s is done already, and stays as it is.") % values, meant)


def _changes(correction: Correction, target: Target) -> list[str]:
    parts = []
    if correction.intent:
        parts.append(f"“{phrase_of(target)}”")
    for name, value in correction.values.items():
        shown = MASK if is_secret(name, target) else value_short(value) if value is not None else _("something else")
        parts.append(f"{in_sentence(label_of(name))} {shown}")
    return parts
