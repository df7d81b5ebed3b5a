"""A request kept as it was understood, and read again when its turn comes."""

from dataclasses import asdict, fields, replace
from typing import Any

from django.utils.translation import gettext as _

from nlu.types import Entity, Understanding
from orchestrator.states import JobKind
from orchestrator.types import StackView

from .state import PendingForm, Wanted
from .texts import code, listed
from .turn import Turn
from .world import World

_LONGEST = 500
# What another version stored is read as far as it is known.
_PARTS = tuple(each.name for each in fields(Entity))
_NOWHERE: dict[str, Any] = {"slot": "", "value": None, "text": "", "start": 0, "end": 0, "source": "said"}


def wanted_of(turn: Turn, intent: str, world: World) -> Wanted:
    """What the message asks for, to come back to it; `intent` is how it is to be read."""
    heard = turn.understanding
    slots = tuple(asdict(each) for each in (*turn.entities, *(heard.unlisted if heard else ())))
    sure = (heard.confidence, heard.threshold) if heard else (1.0, 0.0)
    return Wanted(turn.text[:_LONGEST], intent, slots, world.now.isoformat(), turn.seq, *sure)


def wanted_for(form: PendingForm, stack: StackView, turn: Turn, world: World) -> Wanted:
    """The same as `form` asks for, for this stack."""
    is_action = form.kind == JobKind.ACTION
    values = {"name": stack.name, "subject": form.subject}
    text = _("%(subject)s: %(name)s") % values if is_action else _("delete %(name)s") % values
    intent = f"action.{form.subject}" if is_action else f"blueprint.{stack.blueprint}.{form.kind}"
    where = (slot("name", stack.name), slot("environment", stack.environment))
    return Wanted(text, intent, where, world.now.isoformat(), turn.seq)


def said_again(wanted: Wanted, turn: Turn) -> Turn:
    """`turn`, as if it had said what was kept."""
    entities = [
        Entity(**{**_NOWHERE, **{name: each[name] for name in _PARTS if name in each}}) for each in wanted.slots
    ]
    understanding = Understanding(
        text=wanted.text,
        intent=wanted.intent,
        confidence=wanted.confidence,
        threshold=wanted.threshold,
        alternatives=(),
        entities=tuple(each for each in entities if each.source != "unlisted"),
        reasons=(),
        unlisted=tuple(each for each in entities if each.source == "unlisted"),
    )
    return replace(turn, text=wanted.text, understanding=understanding, parts=(), seq=wanted.seq or turn.seq)


def waiting_text(later: tuple[Wanted, ...]) -> str:
    """What else was asked for, and how to go on with it."""
    texts = listed(code(each.text) for each in later)
    return _("You also asked for: %(texts)s. Say “next” to go on.") % {"texts": texts}


def slot(name: str, value: Any) -> dict[str, Any]:
    """One value of a request that nobody wrote word by word."""
    return asdict(Entity(name, value, str(value), 0, 0, "said"))
