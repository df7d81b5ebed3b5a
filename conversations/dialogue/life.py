"""What people say about a stack that is there: keep it, undo that, its history, has it drifted, put it back.

Read by its words, never guessed: what says more than these means something else.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.states import JobKind
from orchestrator.types import StackView, Undo

from .decisions import Decision, Propose, Say
from .handing import handed
from .history import diff_text, history, told_of
from .importing import imports_asked
from .keeping import keep, keep_asked
from .life_words import Asked, life_asked, undeleted
from .references import noun_in
from .sizes import resized, size_asked, without_settings
from .sources import Heard
from .state import DialogueState, PendingForm
from .targets import effective_risk, target_find
from .texts import bullets, code, paragraphs, who_must_approve
from .tracing import traced, why_record
from .turn import Turn
from .words import tokens
from .world import World

_LEFT = 12
AboutOne = Callable[[StackView, Turn, DialogueState, World], Decision]


@dataclass(frozen=True)
class _Wish:
    """What is to be proposed about a stack that is there."""

    kind: JobKind
    text: str
    restores: str | None = None
    adopts: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


def about_life(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    """What to do about it; None when the message is about nothing of the kind."""
    if turn.form_values is not None or not turn.text.strip():
        return None
    if keep_asked(turn, world):
        return keep(turn, state, world)
    arranged = handed(turn, state, world)
    if arranged is not None or turn.negated:
        return arranged
    return imports_asked(turn, state, world) or _about_life(turn, state, world)


def _about_life(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    asked = life_asked(turn, world)
    if asked is Asked.UNDO:
        return _undo(turn, state, world)
    if asked is None and size_asked(turn, world):
        return _size(turn, state, world)
    if asked is None and (gone := undeleted(turn, world)) is not None:
        return _undo_last(gone, turn, state, world)
    if asked is None:
        return told_of(turn, state, world)
    question, then = {
        Asked.HISTORY: (_("Of which one? Say “history of” and its name:"), history),
        Asked.CHECK: (_("Which one shall I check? Say “check” and its name:"), _check),
        Asked.RESTORE: (_("Which one shall I restore? Say “restore” and its name:"), _restore),
        Asked.ADOPT: (_("Of which one? Say “adopt” and its name:"), _adopt),
    }[asked]
    return _about(question, turn, state, world, then)


def _about(question: str, turn: Turn, state: DialogueState, world: World, then: AboutOne) -> Decision:
    """`then` about the stack that is meant; the question which, when that is not plain."""
    stack = stack_meant(turn, state, world)
    if stack is not None:
        return then(stack, turn, state, world)
    stacks = world.stacks()
    if not stacks:
        return Decision((Say(_("You have no stack that I know of.")),), state)
    lines = bullets(f"{code(each.name)} ({each.environment})" for each in stacks[:10])
    return Decision((Say(paragraphs(question, lines)),), state.with_listed(stacks[:10]))


def stack_meant(turn: Turn, state: DialogueState, world: World) -> StackView | None:
    """By its name; else the one talked about last; else the only one there is."""
    said = set(tokens(turn.text))
    place = turn.mentioned("environment")
    subject = noun_in(turn.text, world)
    fitting = [
        each for each in world.stacks() if place in (None, each.environment) and subject in (None, each.blueprint)
    ]
    named = [each for each in fitting if each.name in said]
    if named:
        return named[0] if len(named) == 1 else None
    by_id = {each.id: each for each in fitting}
    talked_about = [by_id[each.id] for each in state.stacks if each.id in by_id]
    own = [each for each in fitting if each.owner.id == world.person.id]
    return talked_about[0] if talked_about else own[0] if len(own) == 1 else None


def _undo(turn: Turn, state: DialogueState, world: World) -> Decision:
    """The reverse of the last change, as an ordinary proposal; first what it cannot bring back."""
    said = set(tokens(turn.text))
    last = state.stacks[0] if state.stacks else None
    there = world.stacks()
    if last and last.id not in {each.id for each in there} and not said & {each.name for each in there}:
        gone = world.stack_gone(stack_id=last.id)
        if gone is not None:
            return _undo_last(gone, turn, state, world)
        text = _("**%(name)s** is not there any more. Ask for a new one of that name to make it again.")
        return Decision((Say(text % {"name": last.name}),), state)
    question = _("Which one do you mean? Say “undo” and its name:")
    return _about(question, turn, state, world, _undo_last)


def _undo_last(stack: StackView, turn: Turn, state: DialogueState, world: World) -> Decision:
    undo = world.undo(stack)
    if isinstance(undo, str):
        return Decision((Say(f"{undo} " + _("Nothing was changed.")),), state.remember(stack))
    values = {"title": undo.last.job.title, "number": undo.last.number, "name": stack.name}
    if stack.status == "gone" and undo.back_to is not None:
        again = _("I plan to make **%(name)s** again as revision %(number)s asked for it.")
        text = paragraphs(again % {**values, "number": undo.back_to.number}, bullets(undo.lost))
        return _propose(stack, _Wish(JobKind.APPLY, text, undo.back_to.job.id), turn, state, world)
    lead = _("I undo revision %(number)s of **%(name)s** (%(title)s).") % values
    back = _back_text(undo)
    kind = JobKind.APPLY if undo.back_to else JobKind.DESTROY
    restores = undo.back_to.job.id if undo.back_to else None
    wish = _Wish(kind, paragraphs(lead, back, bullets(undo.lost)), restores)
    return _propose(stack, wish, turn, state, world)


def _back_text(undo: Undo) -> str:
    if undo.back_to is None:
        return _("There was nothing before it, so I plan its deletion.")
    back = {name: (after, before) for name, (before, after) in undo.last.diff.items()}
    text = _("I plan what revision %(number)s asked for.") % {"number": undo.back_to.number}
    return paragraphs(text, diff_text(back))


def _check(stack: StackView, turn: Turn, state: DialogueState, world: World) -> Decision:
    text = _("I compare **%(name)s** in %(environment)s with what is there. That changes nothing.")
    said = text % {"name": stack.name, "environment": stack.environment}
    return _propose(stack, _Wish(JobKind.DRIFT, said), turn, state, world)


def _restore(stack: StackView, turn: Turn, state: DialogueState, world: World) -> Decision:
    """What the latest revision asked for, once more: whatever differs is put back."""
    last = next((each for each in world.revisions(stack.id) if each.job.kind is JobKind.APPLY), None)
    if last is None:
        text = _("**%(name)s** was never made, so there is nothing to restore.") % {"name": stack.name}
        return Decision((Say(text),), state)
    text = _("I plan to make **%(name)s** in %(environment)s again what it was asked to be.")
    said = text % {"name": stack.name, "environment": stack.environment}
    return _propose(stack, _Wish(JobKind.APPLY, said, last.job.id), turn, state, world)


def _adopt(stack: StackView, turn: Turn, state: DialogueState, world: World) -> Decision:
    """What the last check found becomes what is asked for; what no setting stands for is named."""
    adoption = world.adoption(stack)
    if isinstance(adoption, str):
        return Decision((Say(f"{adoption} " + _("Nothing was changed.")),), state.remember(stack))
    lead = _("I plan to ask for what is there in **%(name)s** in %(environment)s:")
    left = ""
    if adoption.left:
        left = _("None of its settings stands for these, so the plan puts them back:")
        left = paragraphs(left, bullets(code(each) for each in adoption.left[:_LEFT]))
    said = lead % {"name": stack.name, "environment": stack.environment}
    text = paragraphs(said, diff_text(adoption.diff), left)
    return _propose(stack, _Wish(JobKind.APPLY, text, adopts=adoption.report.id), turn, state, world)


def _size(turn: Turn, state: DialogueState, world: World) -> Decision:
    """`More storage` is about what a database has, not about a stack that people call storage."""
    stack = stack_meant(replace(turn, text=without_settings(turn.text, world)), state, world)
    if stack is not None:
        return _resize(stack, turn, state, world)
    return _about(_("Which one? Say its name as well:"), turn, state, world, _resize)


def _resize(stack: StackView, turn: Turn, state: DialogueState, world: World) -> Decision:
    """One size bigger or smaller, or why there is none."""
    other = resized(stack, turn, world)
    if not other.values:
        return Decision((Say(other.text),), state.remember(stack))
    return _propose(stack, _Wish(JobKind.APPLY, other.text, values=other.values), turn, state, world)


def _propose(stack: StackView, wish: _Wish, turn: Turn, state: DialogueState, world: World) -> Decision:
    """An ordinary proposal about a stack that is there, with nothing left to ask."""
    target = target_find(wish.kind, stack.blueprint, world)
    if target is None:
        said = _("%(name)s is not offered any more. Nothing was started.") % {"name": code(stack.blueprint)}
        return Decision((Say(said),), state)
    form = PendingForm("", wish.kind, stack.blueprint, environment=stack.environment)
    gone = stack.status == "gone"
    form = replace(form, values=dict(wish.values), stack_id=None if gone else stack.id)
    form = traced(form, turn, state, target, world)
    form = replace(form, heard=Heard(target.intent, "words", turn.seq, turn.text))
    approval = ""
    if wish.kind is not JobKind.DRIFT:
        risk = effective_risk(target, stack.environment, world)
        approval = who_must_approve(risk, stack.environment, world.approvers(stack.environment))
    propose = Propose(
        job_id=turn.new_id("job"),
        kind=wish.kind,
        subject=stack.blueprint,
        environment=stack.environment,
        values=dict(wish.values),
        text=paragraphs(wish.text, approval),
        stack_id=None if gone else stack.id,
        stack_name=stack.name if gone else None,
        why=why_record(form, target),
        restores=wish.restores,
        adopts=wish.adopts,
    )
    return Decision((propose,), replace(state, environment=stack.environment).remember(stack))
