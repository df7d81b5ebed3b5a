"""A message while nothing is asked."""

from django.utils.translation import gettext as _

from . import approvals
from .answers import answer
from .commands import command, not_understood
from .decisions import Decision, Say
from .intents import Intent
from .second_thoughts import CORRECT, corrected
from .state import DialogueState, Wanted
from .turn import Turn
from .under_way import unfinished_jobs
from .wanted import said_again
from .world import World


def fresh(intent: Intent | None, turn: Turn, state: DialogueState, world: World) -> Decision:
    """What to do about it; `intent` is what the message asks for, if anything."""
    if intent is None and _refuses(turn):
        return Decision((Say(_("All right, I will not do that. Nothing was started.")),), state)
    if intent is None:
        return not_understood(turn, state, world)
    if intent.family == CORRECT:
        return _corrected(intent, turn, state, world)
    if intent.is_command:
        return command(intent, turn, state, world)
    return answer(intent.name, turn, state, world) or about_a_job(intent, turn, state, world)


def _refuses(turn: Turn) -> bool:
    """Whether it says not to do something, and is only not sure enough what: nothing is done either way."""
    heard = turn.understanding
    if heard is None or not heard.negated or not heard.alternatives:
        return False
    likeliest = heard.alternatives[0]
    return Intent.parse(likeliest.name).is_command and likeliest.confidence >= heard.threshold / 2


def resumed(heard: Wanted, turn: Turn, state: DialogueState, world: World) -> Decision:
    """Decide about a request that was kept, as if it had just been written."""
    return fresh(Intent.parse(heard.intent), said_again(heard, turn), state, world)


def _corrected(intent: Intent, turn: Turn, state: DialogueState, world: World) -> Decision:
    job = next((each for each in unfinished_jobs(world) if each.id == intent.verb), None)
    if job is None:
        return Decision((Say(_("That request is finished or was withdrawn. Nothing was changed.")),), state)
    return corrected(job, turn, state, world)


def about_a_job(intent: Intent, turn: Turn, state: DialogueState, world: World) -> Decision:
    if intent.name in ("base.affirm", "base.approve"):
        return approvals.approve_by_words(turn, state, world)
    if intent.name in ("base.deny", "base.reject"):
        return approvals.reject_by_words(turn, state, world)
    if intent.name == "base.cancel":
        return approvals.cancel_by_words(turn, state, world)
    return not_understood(turn, state, world)
