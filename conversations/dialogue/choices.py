"""Which of several readings is meant: all are listed, one is picked by number, by words or by a click."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from .decisions import Ask, Decision, Field
from .fields import choice_field, value_read
from .state import DialogueState, PendingForm, Wanted
from .texts import paragraphs
from .turn import Turn
from .words import by_words

CHOOSE = "choose"
READING = "reading"


def choose(
    question: str,
    readings: Mapping[str, Wanted | None],
    turn: Turn,
    state: DialogueState,
    *,
    hints: Mapping[str, str] | None = None,
) -> Decision:
    """Ask which of `readings` ({what to call it: the request}) is meant; None stands for leaving all as it is.

    `hints` are {what to call it: what speaks for it}.
    """
    kept = tuple(each for each in readings.values() if each is not None)
    options = {label: str(kept.index(each)) if each is not None else "" for label, each in readings.items()}
    form = PendingForm("", CHOOSE, "", options=options, readings=kept, reason=question)
    return _ask(question, form, turn, state, hints=hints or {})


def choose_again(form: PendingForm, turn: Turn, state: DialogueState, lead: str) -> Decision:
    return _ask(form.reason, form, turn, state, lead)


def picked(form: PendingForm, text: str) -> Wanted | None:
    """The reading that an answer picks; None when it leaves all as it is. Raises Unreadable."""
    labels = tuple(form.options)
    label = by_words(text, labels) or str(value_read(reading_field(labels), text))
    at = form.options[label]
    return form.readings[int(at)] if at else None


def reading_field(labels: tuple[str, ...]) -> Field:
    return choice_field(READING, _("What you mean"), labels)


def _ask(
    question: str,
    form: PendingForm,
    turn: Turn,
    state: DialogueState,
    lead: str = "",
    *,
    hints: Mapping[str, str] = MappingProxyType({}),
) -> Decision:
    labels = tuple(form.options)
    shown = [f"{label} ({hints[label]})" if label in hints else label for label in labels]
    lines = "\n".join(f"{at}. {line}" for at, line in enumerate(shown, start=1))
    text = paragraphs(lead, question, lines, _("Say the number or the words. Nothing is done before you say which."))
    ask = Ask(turn.new_id("form"), question, (reading_field(labels),), text, labels[:8])
    kept = PendingForm(
        ask.form_id, CHOOSE, "", asked=(READING,), options=form.options, readings=form.readings, reason=form.reason
    )
    return Decision((ask,), state.with_form(kept))
