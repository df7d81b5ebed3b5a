"""The decision about one message. Pure: it reads through `World`, and whoever calls it carries the steps out."""

from dataclasses import replace

from django.utils.translation import gettext as _

from orchestrator.states import Risk

from . import approvals
from .blocks import answers, named_for
from .choices import CHOOSE, READING, choose_again, picked
from .commands import command, not_understood
from .corrections import proposal_corrected
from .decisions import Decision, Field, Say
from .fields import JOB, Unreadable, value_read
from .forms import DECIDE, answered, corrected, is_no_answer, only_says_where, open_fields, set_aside, submitted
from .fresh import about_a_job, fresh, resumed
from .intents import OWN, QUESTIONS, REPLY, Intent, intent_of
from .life import about_life
from .misheard import misheard
from .repeats import only_one
from .requests import advance, ask_again
from .rivals import which_sense
from .second_thoughts import correction
from .sequence import about_later, reminded, several, still_wanted
from .state import DialogueState, PendingForm, Wanted
from .targets import target_find
from .turn import Turn
from .vocabulary import NEXT, SKIP_NEXT
from .words import exact_intent, normalised, tokens
from .world import World

_NO = frozenset({"base.deny", "base.cancel", "base.reject"})


def decide(turn: Turn, state: DialogueState, world: World) -> Decision:
    """What to do about `turn`. Below the model's threshold nothing is ever proposed."""
    before = still_wanted(state, world)
    now = replace(before, offered=False)
    if turn.correction is not None:
        return proposal_corrected(turn.correction, turn, now, world)
    decision = (
        _form_submitted(turn, now, world)
        if turn.form_values is not None
        else several(turn, now, world, _one) or about_later(turn, before, world) or _one(turn, now, world)
    )
    return reminded(decision, now)


def _one(turn: Turn, state: DialogueState, world: World) -> Decision:
    """A message that is one request, answer or decision."""
    form = state.form
    if turn.block_problem or (turn.block is not None and not turn.text and form is None):
        return _block_alone(turn, state, world)
    life = about_life(turn, state, world)
    if life is not None:
        return _aside(life, form, turn, state, world) if form and form.kind not in (CHOOSE, DECIDE) else life
    if form is None:
        exact = exact_intent(turn.text) is not None
        meant = None if exact else misheard(turn, state, world) or correction(turn, state, world)
        meant = meant or which_sense(turn, state, world)
        return meant or fresh(intent_of(turn), turn, state, world)
    if form.kind == CHOOSE:
        return _which_reading(form, turn, state, world)
    if form.kind == DECIDE:
        return _which_job(form, turn, state, world)
    return _while_asked(form, turn, state, world)


def _block_alone(turn: Turn, state: DialogueState, world: World) -> Decision:
    """A block that cannot be read, or that no words go with."""
    say = Say(turn.block_problem or _("These are values. Say above them what they are for, such as “create a bucket”."))
    form = state.form
    if form is None or form.kind in (CHOOSE, DECIDE):
        return Decision((say,), state)
    return ask_again(form, turn, state, world, (say,))


def _while_asked(form: PendingForm, turn: Turn, state: DialogueState, world: World) -> Decision:
    """A message while a question is open: an answer, unless it is plainly something else."""
    turn = named_for(turn, target_find(form.kind, form.subject, world))
    if turn.block is not None and (not turn.text or answers(turn.block, form, world)):
        return answered(form, turn, state, world)
    exact = exact_intent(turn.text)
    if exact is None and len(tokens(turn.text)) == 1:
        # One word is an answer, whatever a model makes of it: names look like anything.
        return _one_word(form, turn, state, world)
    intent = None if only_says_where(turn) else intent_of(turn)
    if intent is not None and intent.name in QUESTIONS:
        return _aside(fresh(intent, turn, state, world), form, turn, state, world)
    if intent is not None and intent.is_command:
        return _another_command(intent, form, turn, state, world)
    return _no_command(intent, form, turn, state, world)


def _no_command(intent: Intent | None, form: PendingForm, turn: Turn, state: DialogueState, world: World) -> Decision:
    """Neither a question that can be answered nor a request: a value, a word of yes or no, or something else."""
    if intent is None and turn.asks and form.kind != REPLY:
        # `who may delete acme-logs?` names nothing that the open question is about.
        return _aside(not_understood(turn, state, world), form, turn, state, world)
    changed = None if turn.negated and not _says_what_instead(turn) else corrected(form, turn, world)
    if changed is not None:
        return advance(changed, turn, state, world)
    if intent is not None:
        return _base_word(intent, form, turn, state, world)
    return set_aside(state) if turn.negated else _words(form, turn, state, world)


def _says_what_instead(turn: Turn) -> bool:
    """Whether a negated message has another value for something: `do not put it in staging, use production`."""
    slots = {each.slot for each in turn.entities}
    return any(len({str(each.value) for each in turn.entities if each.slot == slot}) > 1 for slot in slots)


def _one_word(form: PendingForm, turn: Turn, state: DialogueState, world: World) -> Decision:
    if state.later and normalised(turn.text) in NEXT | SKIP_NEXT:
        return ask_again(form, turn, state, world, (Say(_("One after the other: this comes first.")),))
    return answered(form, turn, state, world)


def _words(form: PendingForm, turn: Turn, state: DialogueState, world: World) -> Decision:
    """Words that are no intent while a question is open: mostly its answer."""
    if is_no_answer(form, turn, world):
        return _aside(not_understood(turn, state, world), form, turn, state, world)
    return answered(form, turn, state, world)


def _another_command(intent: Intent, form: PendingForm, turn: Turn, state: DialogueState, world: World) -> Decision:
    changed = corrected(form, turn, world)
    same = intent.subject == form.subject and intent.verb in (form.kind, "run")
    if turn.negated:
        # "no, not in staging, in production" corrects; "do not create it" ends it.
        instead = changed if same and _says_what_instead(turn) else None
        return advance(instead, turn, state, world) if instead else set_aside(state)
    other = REPLY if intent.family == OWN else "action"
    target = target_find(form.kind if same else other, intent.subject, world) if intent.family != "base" else None
    if same and target is not None and not (changed is None and form.stack_id is None and form.options):
        return advance(changed or form, turn, state, world, lead=only_one(target, turn))
    decision = command(intent, turn, state.with_form(None), world)
    if target is not None and target.risk is Risk.READ and decision.state.form is None:
        return _aside(decision, form, turn, state, world)
    lead = Say(_("I leave the earlier question aside.")) if not same else None
    return Decision((lead, *decision.steps) if lead else decision.steps, decision.state)


def _base_word(intent: Intent, form: PendingForm, turn: Turn, state: DialogueState, world: World) -> Decision:
    """Yes, no, approve, reject or cancel while a question is open."""
    asked = open_fields(form, world)
    if intent.name in ("base.affirm", "base.approve") and asked and _wants_words(asked[0]) and not world.jobs_here():
        return ask_again(form, turn, state, world, (Say(_("This needs more than a yes.")),))
    if intent.name == "base.cancel":
        return set_aside(state)
    if intent.name == "base.deny":
        return answered(form, turn, state, world) if asked and asked[0].type == "bool" else set_aside(state)
    if intent.name in ("base.approve", "base.reject") and world.jobs_here():
        return _aside(about_a_job(intent, turn, state, world), form, turn, state, world)
    return answered(form, turn, state, world)


def _wants_words(asked: Field) -> bool:
    return asked.type == "string" and asked.required and asked.default is None


def _aside(decision: Decision, form: PendingForm, turn: Turn, state: DialogueState, world: World) -> Decision:
    """Answer the side question, then ask the open one again."""
    if decision.state.form is not None and decision.state.form != form:
        return decision
    return ask_again(form, turn, decision.state, world, decision.steps)


def _which_job(form: PendingForm, turn: Turn, state: DialogueState, world: World) -> Decision:
    """A message while it is open which job is meant."""
    asked = open_fields(form, world)[0]
    try:
        return approvals.decided(form, str(value_read(asked, turn.text)), turn, state, world)
    except Unreadable as error:
        problem = str(error)
    intent = intent_of(turn)
    if intent is None or intent.name in ("base.affirm", "base.approve"):
        return approvals.which_again(form, turn, state, problem)
    if intent.name in ("base.cancel", "base.deny"):
        text = _("All right, I leave all of them as they are.")
        return Decision((Say(text),), state.with_form(None))
    return fresh(intent, turn, state.with_form(None), world)


def _which_reading(form: PendingForm, turn: Turn, state: DialogueState, world: World) -> Decision:
    """A message while it is open what is meant."""
    try:
        return _with_reading(picked(form, turn.text), turn, state, world)
    except Unreadable as error:
        problem = str(error)
    closed = state.with_form(None)
    thought = correction(turn, closed, world)
    if thought is not None:
        return thought
    intent = intent_of(turn)
    if intent is None or intent.name in ("base.affirm", "base.approve"):
        return choose_again(form, turn, state, problem)
    return set_aside(state) if intent.name in _NO else _one(turn, closed, world)


def _with_reading(heard: Wanted | None, turn: Turn, state: DialogueState, world: World) -> Decision:
    return resumed(heard, turn, state.with_form(None), world) if heard else set_aside(state)


def _form_submitted(turn: Turn, state: DialogueState, world: World) -> Decision:
    form = state.form
    if form is None or form.kind not in (DECIDE, CHOOSE) or form.form_id != turn.form_id:
        return submitted(turn, state, world)
    label = str((turn.form_values or {}).get(JOB if form.kind == DECIDE else READING, ""))
    if form.kind == CHOOSE:
        known = label in form.options
        again = _("Please choose one of them.")
        return (
            _with_reading(picked(form, label), turn, state, world) if known else choose_again(form, turn, state, again)
        )
    if label not in form.options:
        return approvals.which_again(form, turn, state, _("Please choose one of the jobs."))
    return approvals.decided(form, label, turn, state, world)
