"""Questions answered from what is known, with no job: status, stacks, outputs, help, and courtesies."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from orchestrator.types import JobView, StackView

from .approvals import waiting_elsewhere
from .costs import cost_answer
from .courtesies import greeting, thanks
from .decisions import Decision, Say
from .intents import suggestion
from .ordering import made_then
from .references import noun_in, stacks_meant
from .state import DialogueState
from .targets import unknown_environment
from .texts import bullets, code, paragraphs, state_words, value_text
from .turn import Turn
from .why import why
from .world import World

_OF_A_KIND = 4
_SHOWN = 10


def answer(name: str, turn: Turn, state: DialogueState, world: World) -> Decision | None:
    """The answer to a base question; None when `name` is not one."""
    answers: dict[str, Callable[[Turn, DialogueState, World], Decision]] = {
        "base.greet": _greet,
        "base.thanks": _thanks,
        "base.help": _help,
        "base.status": _status,
        "base.stacks": _stacks,
        "base.outputs": _outputs,
        "base.cost": cost_answer,
        "base.why": why,
    }
    found = answers.get(name)
    return found(turn, state, world) if found else None


def outputs_text(outputs: dict[str, object]) -> str:
    """Outputs as a list; empty when there are none."""
    return bullets(f"{code(name)}: {value_text(value)}" for name, value in sorted(outputs.items()))


def _greet(turn: Turn, state: DialogueState, world: World) -> Decision:
    examples = _offers(world)
    values = {"name": world.person.name, "example": examples[0] if examples else _("what do I have")}
    return Decision((Say(greeting(world.bot, values), tuple(examples[:3])),), state)


def _thanks(turn: Turn, state: DialogueState, world: World) -> Decision:
    return Decision((Say(thanks(world.bot)),), state)


def _help(turn: Turn, state: DialogueState, world: World) -> Decision:
    offers = _offers(world)
    text = paragraphs(
        world.bot.help_text,
        _("I plan and change infrastructure for you. You can say, for example:"),
        bullets([f"“{each}”" for each in [*offers, _("what is running"), _("what do I have"), _("show the outputs")]]),
        _("I ask for what is missing and show what would change. Nothing is changed before the right person approved."),
        _("Then say “yes” or “approve”, “no” or “reject because …”, or “cancel that”."),
    )
    return Decision((Say(text, tuple(offers[:3])),), state)


def _offers(world: World) -> list[str]:
    """What people can say, first what is asked for most, and something of every kind: a catalogue may be long. A
    deletion is offered last, however popular it is."""
    popular = [name for name in world.popular() if not name.startswith("base.") and not name.endswith(".destroy")]
    kinds = (
        popular[:_OF_A_KIND],
        [f"blueprint.{each.name}.apply" for each in world.blueprints()],
        [f"action.{each.name}" for each in world.actions()],
        [each.intent for each in world.replies()],
    )
    found: list[str] = []
    for names in kinds:
        phrases = [phrase for phrase in (suggestion(name, world) for name in names) if phrase and phrase not in found]
        found += list(dict.fromkeys(phrases))[:_OF_A_KIND]
    gone = [f"blueprint.{each.name}.destroy" for each in world.blueprints()[:1]]
    return [*found, *(phrase for phrase in (suggestion(name, world) for name in gone) if phrase)]


def _status(turn: Turn, state: DialogueState, world: World) -> Decision:
    jobs = _distinct([*world.jobs_here(), *world.jobs_active()])
    elsewhere = [each for each in world.jobs_awaiting() if each.id not in {job.id for job in jobs}]
    if not jobs and not elsewhere:
        text = _("Nothing is running for you right now. Say “what do I have” to see your stacks.")
        return Decision((Say(text, (_("what do I have"),)),), state)
    lines = [_status_line(job) for job in jobs[:_SHOWN]]
    if len(jobs) > _SHOWN:
        lines.append(_("and %(number)s more") % {"number": len(jobs) - _SHOWN})
    waiting = waiting_elsewhere(_("Elsewhere, these wait for your approval:"), elsewhere)
    return Decision((Say(paragraphs(bullets(lines), waiting)),), state)


def _status_line(job: JobView) -> str:
    line = _("**%(title)s** is %(state)s.") % {"title": job.title, "state": state_words(job.state)}
    if job.queue_position:
        line += " " + _("Before it in line: %(number)s.") % {"number": job.queue_position}
    if job.cancel_requested:
        line += " " + _("It was asked to stop.")
    return line


def _stacks(turn: Turn, state: DialogueState, world: World) -> Decision:
    unknown = turn.unlisted("environment")
    if unknown:
        return Decision((Say(unknown_environment(unknown, world)),), state)
    environment, blueprint = turn.mentioned("environment"), noun_in(turn.text, world)
    found = [
        each
        for each in world.stacks()
        if environment in (None, each.environment) and blueprint in (None, each.blueprint)
    ]
    then = made_then(turn.text, found, world)
    found = found if then is None else then
    if not found:
        return Decision((Say(_("You have nothing there that I know of."), tuple(_offers(world)[:3])),), state)
    lines = [_stack_line(each, world) for each in found[:_SHOWN]]
    if len(found) > _SHOWN:
        lines.append(_("and %(number)s more") % {"number": len(found) - _SHOWN})
    return Decision((Say(bullets(lines)),), state.with_listed(found[:_SHOWN]))


def _stack_line(stack: StackView, world: World) -> str:
    noun = next((each.noun for each in world.blueprints() if each.name == stack.blueprint), stack.blueprint)
    status = {
        "new": _("not made yet"),
        "live": _("live, %(number)s resources") % {"number": stack.resource_count}
        if stack.resource_count
        else _("live"),
        "unknown": _("in an unclear state"),
        "gone": _("gone"),
    }.get(stack.status, stack.status)
    values = {"noun": noun, "name": stack.name, "environment": stack.environment, "status": status}
    line = _("%(noun)s **%(name)s** in %(environment)s: %(status)s") % values
    return line if stack.owner.id == world.person.id else line + _(" (of %(owner)s)") % {"owner": stack.owner.name}


def _outputs(turn: Turn, state: DialogueState, world: World) -> Decision:
    meant = stacks_meant(turn, state, world, None)
    remembered = {each.id for each in state.stacks[:1]}
    stacks = (
        [each for each in meant.stacks if each.id in remembered] if len(meant.stacks) > 1 and not meant.named else []
    )
    stacks = stacks or list(meant.stacks)
    if not stacks:
        return Decision(
            (Say(_("I know no such stack. Say “what do I have” to see everything."), (_("what do I have"),)),), state
        )
    if len(stacks) > 1:
        lines = bullets(f"{code(each.name)} ({each.environment})" for each in stacks[:_SHOWN])
        text = paragraphs(_("Of which one? Say “show the outputs of” and its name:"), lines)
        return Decision((Say(text, tuple(f"show the outputs of {each.name}" for each in stacks[:4])),), state)
    stack = stacks[0]
    text = outputs_text(stack.outputs)
    lead = (
        _("Outputs of **%(name)s** in %(environment)s:")
        if text
        else _("**%(name)s** in %(environment)s has no outputs yet.")
    )
    said = paragraphs(lead % {"name": stack.name, "environment": stack.environment}, text)
    return Decision((Say(said),), state.remember(stack))


def _distinct(jobs: list[JobView]) -> list[JobView]:
    return list({job.id: job for job in jobs}.values())
