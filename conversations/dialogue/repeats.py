"""Several of one kind: `create two buckets` is one bucket after the other, each asked for and approved by itself."""

from dataclasses import replace

from django.utils.translation import gettext as _

from orchestrator.states import JobKind, Risk

from .fields import ENVIRONMENT
from .lifetimes import lifetime_words
from .state import MOST_LATER, DialogueState, Wanted
from .targets import Target
from .texts import paragraphs
from .turn import Turn
from .wanted import wanted_of
from .words import asks_for_several, number_asked
from .world import World


def only_one(target: Target, turn: Turn) -> str:
    """What to say first when the message asks for several at once; nothing when it does not."""
    if target.risk is Risk.READ or not asks_for_several(turn.text, target.nouns):
        return ""
    values = {"noun": target.noun}
    if target.kind is JobKind.DESTROY:
        return _("One request deletes one %(noun)s, so let us begin with one of them.") % values
    return _("One request makes one %(noun)s. Let us begin with the first; ask for the next after it.") % values


def others_kept(target: Target, turn: Turn, state: DialogueState, world: World) -> tuple[str, DialogueState]:
    """What to say first, and the state with the others in mind, where a message asks for a number of new things.

    The others have no names yet, so that each is asked for when its turn comes.
    """
    number = number_asked(turn.text, target.nouns)
    if number is None or number < 2:
        return only_one(target, turn), state
    kept = min(number - 1, max(MOST_LATER - len(state.later), 0))
    others = tuple(_another(target, turn, at, number, world) for at in range(2, kept + 2))
    lead = _("One request makes one %(noun)s. Let us go one after the other: this is the first of %(number)s.")
    values = {"noun": target.noun, "number": number, "kept": kept}
    more = _("I keep the next %(kept)s in mind; ask for the rest after them.") % values if kept < number - 1 else ""
    return paragraphs(lead % values, more), replace(state, later=(*state.later, *others))


def _another(target: Target, turn: Turn, at: int, number: int, world: World) -> Wanted:
    """One of them, with all that was said of them together."""
    wanted = wanted_of(turn, target.intent, world)
    of_all = {each.name for each in target.variables} - {"name"} | {ENVIRONMENT}
    ends = lifetime_words(turn, target)
    values = {"noun": f"{target.noun} {ends}".strip(), "at": at, "number": number}
    text = _("create another %(noun)s (%(at)s of %(number)s)") % values
    return replace(wanted, text=text, slots=tuple(each for each in wanted.slots if each["slot"] in of_all))
