""" "Why?": which proposal, question or message is meant, and what is said about it."""

from typing import Any

from django.utils.translation import gettext as _

from .decisions import Decision, Say
from .explaining import explained, explained_so_far, focus_of
from .forms import DECIDE
from .intents import suggestion
from .references import noun_in
from .state import DialogueState
from .telling import told, told_of, told_of_intent
from .texts import bullets, code, paragraphs, value_text
from .turn import Turn
from .words import decision_intent, exact_intent
from .world import LastTurn, World


def why(turn: Turn, state: DialogueState, world: World) -> Decision:
    """Explain the question that is open, else what the last message led to; a value that is asked about ("why
    staging?") is looked for in the newest request of this conversation that has it."""
    found = _candidates(state, world)
    for each in found:
        values = focus_of(turn.text, each)
        if values:
            return Decision((Say(told_of(values, each), why=each),), state)
        if _names_the_thing(turn.text, each, world):
            return Decision((Say(told_of_intent(each), why=each),), state)
    last = world.last_turn()
    if found and (state.form is not None or (last is not None and last.job_id == found[0]["job_id"])):
        return Decision((Say(told(found[0]), why=found[0]),), state)
    text = _message_text(last, world) if last else _("There is no message before this one that I could explain.")
    return Decision((Say(text),), state)


def _names_the_thing(text: str, explanation: dict[str, Any], world: World) -> bool:
    """ "Why a queue?"."""
    named = noun_in(text, world)
    return named is not None and named == noun_in(explanation["intent"]["phrase"], world)


def _candidates(state: DialogueState, world: World) -> list[dict[str, Any]]:
    """What may be meant, the nearest first: the request being asked about, the job of the last turn, the newest job."""
    found = []
    if state.form is not None and state.form.kind != DECIDE and state.form.heard is not None:
        found.append(explained_so_far(state.form, world))
    last, here = world.last_turn(), world.jobs_here()
    ids = dict.fromkeys([*([last.job_id] if last and last.job_id else []), *(each.id for each in here[:1])])
    proposals = [world.proposal(each) for each in ids]
    return [*found, *(explained(each, world) for each in proposals if each is not None)]


def _message_text(last: LastTurn, world: World) -> str:
    """How a message was understood that no proposal came of."""
    words = exact_intent(last.text) or decision_intent(last.text)
    if words:
        meaning = _meanings().get(words) or suggestion(words, world) or words
        text = _("“%(text)s” means one thing, whatever a model makes of it: %(meaning)s.")
        return text % {"text": last.text, "meaning": meaning}
    if last.understanding is None:
        return _("The last thing was a form that you filled in: I took what stands in it.")
    return _understood_text(last.text, last.understanding, world)


def _meanings() -> dict[str, str]:
    return {
        "base.affirm": _("a yes"),
        "base.approve": _("an approval"),
        "base.deny": _("a no"),
        "base.reject": _("a rejection"),
        "base.cancel": _("to stop"),
    }


def _understood_text(said: str, understanding: dict[str, Any], world: World) -> str:
    intent = understanding["intent"]
    phrase = (intent and suggestion(intent, world)) or intent
    values = {
        "text": said,
        "phrase": phrase,
        "sure": f"{understanding['confidence']:.0%}",
        "needed": f"{understanding['threshold']:.0%}",
    }
    if phrase:
        lead = _("I understood “%(text)s” as “%(phrase)s”: %(sure)s sure, and I need %(needed)s.") % values
    else:
        lead = _("I know nothing like “%(text)s”: the best guess was %(sure)s sure, and I need %(needed)s.") % values
    slots = bullets(
        f"{code(each['name'])} = {value_text(each['value'])} (“{each['text']}”)" for each in understanding["slots"]
    )
    near = [f"“{each['text']}”" for each in understanding["reasons"] if each["kind"] == "example"]
    examples = _("The nearest phrases I learned: %(phrases)s.") % {"phrases": ", ".join(near)} if near else ""
    return paragraphs(lead, slots, examples)
