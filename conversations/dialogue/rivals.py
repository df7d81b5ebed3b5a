"""Two readings of one message: several values for one question, or two intents as likely as each other."""

import re
from typing import Any

from django.utils.translation import gettext as _

from nlu.text import normalise
from nlu.types import Sense, Understanding
from nlu.verbs import CREATE, DELETE, first_verb
from orchestrator.states import Risk

from .choices import choose
from .decisions import Decision
from .fields import ENVIRONMENT, in_sentence, label_of
from .intents import Intent, suggestion
from .references import noun_in
from .state import DialogueState, Wanted
from .targets import Target, target_find
from .texts import code, listed, paragraphs
from .turn import Turn
from .wanted import wanted_of
from .words import decision_intent, exact_intent, plainly_refuses
from .world import World

_VERB_LAST = re.compile(
    r"\b(?:create|make|build|add|delete|remove|destroy|drop)\s*(?:it|that|this)?\s*$", re.IGNORECASE
)


def values_between(target: Target, turn: Turn) -> dict[str, list[Any]]:
    """{question: the values} where the message mentions several for one, and takes none of them back."""
    plain = [each.name for each in target.variables if not each.sensitive]
    found = {name: turn.mentions(name) for name in dict.fromkeys((*plain, ENVIRONMENT))}
    return {name: values for name, values in found.items() if len(values) > 1}


def between_text(between: dict[str, list[Any]]) -> str:
    """What to say first when one of several values must be picked."""
    line = _("You mention several values for the %(label)s: %(values)s. I take none of them before you say which.")
    return paragraphs(
        *(
            line % {"label": in_sentence(label_of(name)), "values": listed(code(each) for each in values)}
            for name, values in between.items()
        )
    )


def which_sense(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    """Ask which of several requests is meant, where the message names two or the model cannot tell them apart.

    Only where a change might come of it. What was asked of a language model as well is no longer open.
    """
    heard = turn.understanding
    if heard is None or turn.negated or plainly_refuses(turn.text):
        return None
    if exact_intent(turn.text) or decision_intent(turn.text):
        return None
    senses = _either(turn, heard, world) or (() if heard.source else heard.senses)
    phrases = {each.intent: suggestion(each.intent, world) for each in senses}
    senses = tuple(each for each in senses if phrases[each.intent])
    changing = [each for each in senses if _changes(Intent.parse(each.intent), world)]
    if len(set(phrases.values()) - {None}) < 2 or not changing:
        return None
    if heard.intent and senses[0] not in changing:
        return None  # reading and answering harm nobody
    readings: dict[str, Wanted | None] = {
        str(phrases[each.intent]): wanted_of(turn, each.intent, world) for each in senses
    }
    words = {str(phrases[each.intent]): listed(f"“{word}”" for word in each.words) for each in senses}
    hints = {label: _("because of %(words)s") % {"words": said} for label, said in words.items() if said}
    return choose(_("I can read that in more than one way. Which do you mean?"), readings, turn, state, hints=hints)


def _either(turn: Turn, heard: Understanding, world: World) -> tuple[Sense, ...]:
    """`a bucket or a queue`, `delete or create the bucket`: both are in the message, so that no model need be asked."""
    intent = Intent.parse(heard.intent or (heard.alternatives[0].name if heard.alternatives else ""))
    left, joined, right = turn.text.partition(" or ")
    if intent.family != "blueprint" or not joined:
        return ()
    one, other = noun_in(left, world), noun_in(right, world)
    if one and other and one != other:
        return tuple(Sense(f"blueprint.{each}.{intent.verb}") for each in (one, other))
    verbs = [first_verb(normalise(left)), first_verb(normalise(right))]
    if sorted(filter(None, verbs)) == [CREATE, DELETE] and _VERB_LAST.search(left):
        kinds = {CREATE: "apply", DELETE: "destroy"}
        return tuple(Sense(f"blueprint.{intent.subject}.{kinds[str(each)]}") for each in verbs)
    return ()


def _changes(intent: Intent, world: World) -> bool:
    if intent.family != "action":
        return intent.is_command
    target = target_find("action", intent.subject, world)
    return target is not None and target.risk is not Risk.READ
