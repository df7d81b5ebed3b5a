"""A message that starts something: a new request, a deletion, a read, or a negated one of these."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.states import JobKind, Risk
from orchestrator.types import StackView

from .blocks import Unusable, block_values, named_for
from .decisions import Decision, NotUnderstood, Say
from .fields import ENVIRONMENT
from .intents import REPLY, Intent, nearest
from .keeping import ends_anyway
from .lifetimes import later_said, lifetime_said
from .ordering import means_both
from .references import Resolution, noun_in, pair_meant, stack_names, stacks_meant
from .repeats import only_one, others_kept
from .requests import advance
from .rivals import between_text, values_between
from .state import DialogueState, PendingForm
from .targets import Target, default_environment, target_find, unknown_environment
from .texts import bullets, code, paragraphs
from .turn import Turn
from .wanted import wanted_for
from .words import changes_something
from .world import World


def command(intent: Intent, turn: Turn, state: DialogueState, world: World) -> Decision:
    """Decide about a message whose intent is a command."""
    if turn.negated:
        still = ends_anyway(turn, state, world) if intent.verb == "destroy" else ""
        text = paragraphs(_("All right, I will not do that. Nothing was started."), still)
        return Decision((Say(text),), state.with_form(None))
    if intent.verb == "destroy" and (later := later_said(turn, world)):
        text = _(
            "I plan a deletion when you ask for it, and do not put it off, so I did nothing: say it again %(when)s."
        )
        return Decision((Say(text % {"when": code(later)}),), state.with_form(None))
    if intent.name == "base.destroy":
        return _destroy_something(turn, state, world)
    kind = JobKind.ACTION if intent.family == "action" else intent.verb
    target = target_find(kind, intent.subject, world)
    if target is None:
        return not_understood(turn, state, world)
    turn = named_for(turn, target)
    if target.reply is not None:
        return _reply(target, turn, state, world)
    return _on_stack(target, turn, state, world) if target.needs_stack else _new(target, turn, state, world)


def _reply(target: Target, turn: Turn, state: DialogueState, world: World) -> Decision:
    """An intent of the bot's own: ask for what it needs, then answer."""
    form = PendingForm(form_id="", kind=REPLY, subject=target.subject, values=values_mentioned(target, turn))
    return advance(form, turn, state, world)


def not_understood(turn: Turn, state: DialogueState, world: World) -> Decision:
    """Honest, with the nearest things to say instead; nothing is proposed."""
    if turn.understanding is None:
        text = _(
            "I was not trained yet, so I understand only words such as help, status, yes and no. Nothing was done."
        )
        return Decision((NotUnderstood(text, (_("help"),)),), state)
    text = _(
        "I did not understand that, so I did nothing. Did you mean one of these? You can also say it in other words."
    )
    return Decision((NotUnderstood(text, nearest(turn, world)),), state)


def values_mentioned(target: Target, turn: Turn) -> dict[str, Any]:
    """The values for the target's variables that stand in the message; the last mention of each wins."""
    names = dict.fromkeys(each.slot for each in turn.entities if target.variable(each.slot) is not None)
    return {name: turn.mentioned(name) for name in names}


def _new(target: Target, turn: Turn, state: DialogueState, world: World) -> Decision:
    # One that there is not is answered with those there are; nothing is assumed in its place.
    between = values_between(target, turn)
    lead, state = others_kept(target, turn, state, world)
    values = {name: value for name, value in values_mentioned(target, turn).items() if name not in between}
    if lead:
        for name in ("name", target.name_variable.name if target.name_variable else "name"):
            values.pop(name, None)  # which of them it names is not plain
            between.pop(name, None)
    try:
        written = block_values(turn.block, target) if turn.block is not None else {}
    except Unusable as error:
        return Decision((Say(paragraphs(str(error), _("Nothing was started."))),), state)
    environment = written.pop(ENVIRONMENT, None) or _environment(target, turn, state, world)
    between = {name: given for name, given in between.items() if name not in written}
    form = PendingForm(
        form_id="",
        kind=target.kind,
        subject=target.subject,
        environment=None if ENVIRONMENT in between else str(environment) if environment else None,
        values={**values, **written},
        between=between,
        lifetime=lifetime_said(turn, target, world.now) if target.kind is JobKind.APPLY else None,
    )
    return advance(form, turn, state, world, lead=paragraphs(lead, between_text(between)))


def _environment(target: Target, turn: Turn, state: DialogueState, world: World) -> str | None:
    """The one mentioned, or for reading the one talked about, or where the stack is that a change names."""
    environment = turn.mentioned(ENVIRONMENT) or turn.unlisted(ENVIRONMENT)
    if environment is None and target.risk is Risk.READ:
        environment = _environment_for_reading(state, world)
    if environment is None and changes_something(turn.text):
        environment = _environment_of_named(target, turn, world)
    return environment


def _environment_of_named(target: Target, turn: Turn, world: World) -> str | None:
    """Where the person's own stack is that a change names; None when that is not plain."""
    name = turn.mentioned("name")
    own = [each for each in world.stacks() if each.owner.id == world.person.id and each.blueprint == target.blueprint]
    found = {each.environment for each in own if each.name == name}
    return found.pop() if len(found) == 1 else None


def _environment_for_reading(state: DialogueState, world: World) -> str | None:
    """Reading changes nothing: the environment talked about, or the default one, will do without a question."""
    default = default_environment(world)
    return state.environment or (default.name if default else None)


def _destroy_something(turn: Turn, state: DialogueState, world: World) -> Decision:
    """ "Delete that": which blueprint it is follows from the stack."""
    unknown = turn.unlisted(ENVIRONMENT)
    if unknown:
        return Decision((Say(unknown_environment(unknown, world)),), state)
    meant = stacks_meant(turn, state, world, None, several=means_both(turn.text))
    pair = pair_meant(turn, meant.stacks, state)
    if pair:
        return _one_by_one(pair, JobKind.DESTROY, turn, state, world)
    blueprints = {each.blueprint for each in meant.stacks}
    if len(meant.stacks) != 1 and len(blueprints) > 1:
        lines = [f"{code(each.name)} ({each.environment})" for each in meant.stacks[:10]]
        text = paragraphs(
            _("What shall I delete? Say its name, for example “delete %(name)s”.") % {"name": meant.stacks[0].name},
            bullets(lines),
        )
        shown = tuple(f"delete {each.name}" for each in meant.stacks[:4])
        return Decision((Say(text, shown),), state.with_listed(meant.stacks[:10]))
    subject = next(iter(blueprints), noun_in(turn.text, world))
    target = target_find(JobKind.DESTROY, subject, world) if subject else None
    if target is None:
        return Decision((Say(_nothing_there(meant, None, world)),), state)
    return _on_stack(target, turn, state, world)


def _on_stack(target: Target, turn: Turn, state: DialogueState, world: World) -> Decision:
    """A request about a stack that exists."""
    unknown = turn.unlisted(ENVIRONMENT)
    if unknown:
        return Decision((Say(unknown_environment(unknown, world)),), state)
    lead = only_one(target, turn)
    meant = stacks_meant(turn, state, world, target.blueprint, several=bool(lead) or means_both(turn.text))
    pair = pair_meant(turn, meant.stacks, state)
    if pair:
        return _one_by_one(pair, target.kind, turn, state, world, action=target.subject)
    if not meant.stacks:
        return Decision((Say(_nothing_there(meant, target, world)),), state)
    only = meant.stacks[0] if len(meant.stacks) == 1 else None
    form = PendingForm(
        form_id="",
        kind=target.kind,
        subject=target.subject,
        environment=only.environment if only else None,
        values=values_mentioned(target, turn) if target.kind is JobKind.ACTION else {},
        stack_id=only.id if only else None,
        options={} if only else stack_names(meant.stacks),
    )
    if not only:
        state = state.with_listed(meant.stacks)
    return advance(form, turn, state, world, lead="" if only else lead)


def _one_by_one(
    pair: list[StackView], kind: JobKind, turn: Turn, state: DialogueState, world: World, *, action: str = ""
) -> Decision:
    """Begin with the first of two; the second needs a word of its own."""
    first, second = pair
    form = PendingForm(
        form_id="",
        kind=kind,
        subject=action if kind is JobKind.ACTION else first.blueprint,
        environment=first.environment,
        stack_id=first.id,
    )
    later = (*state.later, wanted_for(form, second, turn, world))
    return advance(form, turn, replace(state, later=later), world)


def _name_and_age(stack: StackView) -> str:
    return f"{code(stack.name)} ({stack.environment}, {stack.created_at:%Y-%m-%d})"


def _nothing_there(meant: Resolution, target: Target | None, world: World) -> str:
    noun = target.noun if target else _("stack")
    known: list[StackView] = [
        each for each in world.stacks() if target is None or target.blueprint in (None, each.blueprint)
    ]
    if not known:
        return _("You have no %(noun)s that I know of. Say “what do I have” to see everything.") % {"noun": noun}
    names = bullets(_name_and_age(each) for each in known[:10])
    if meant.how:
        lead = _("I know no %(noun)s %(how)s. I know these:") % {"noun": noun, "how": meant.how}
    elif meant.named:
        lead = _("I know no %(noun)s called %(name)s there. I know these:") % {"noun": noun, "name": code(meant.named)}
    else:
        lead = _("I know no such %(noun)s there. I know these:") % {"noun": noun}
    return paragraphs(lead, names)
