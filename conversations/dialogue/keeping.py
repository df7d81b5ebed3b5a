"""`Keep it two more hours`, `keep acme-reports for good`: putting off the end of a stack."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from nlu.moments import Relation, ahead_in
from orchestrator.types import StackView

from .decisions import Decision, Keep, Say
from .lifetimes import moment_text, seconds_between
from .references import noun_in
from .state import DialogueState
from .texts import bullets, code, paragraphs
from .turn import Turn
from .words import tokens
from .world import World

_KEEP = re.compile(
    r"^\s*(?:(?:please|ok(?:ay)?|yes|no|oh|wait|but|and|rather)[,\s]+)*"
    r"(?:(?:can|could|would|will)\s+(?:you|we|i)\s+(?:please\s+)?)?(?:(?:i|we)\s+(?:need|want|have)\s+to\s+|let\s+us\s+|let['’]?s\s+)?"
    r"(?P<verb>keep|extend|prolong|(?:i|we)\s+still\s+(?:need|want|use))\s+(?P<what>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_PRONOUN = re.compile(r"^(?:it|this|that|those|these)\b", re.IGNORECASE)
_THE = re.compile(r"^(?:the|my|our|this|that)\b", re.IGNORECASE)
_GOOD = re.compile(r"\b(?:for\s+good|for\s*ever|permanently|indefinitely|for\s+all\s+time)\b", re.IGNORECASE)


def keep_asked(turn: Turn, world: World) -> bool:
    """Whether the message asks to keep a stack; `keep messages for four days` does not."""
    match = _KEEP.match(turn.text)
    if match is None:
        return False
    if not _wish(turn, world) and not re.search(r"\blonger\b", turn.text, re.IGNORECASE):
        return match["verb"].lower() != "keep" and _named(turn, world) != []
    what = match["what"]
    return bool(_PRONOUN.match(what) or _named(turn, world) or (noun_in(what, world) and _THE.match(what)))


def keep(turn: Turn, state: DialogueState, world: World) -> Decision:
    """Put off the end of the stack that is meant, or ask which, or how long."""
    named = _named(turn, world)
    ending = [each for each in named or world.stacks() if each.expires_at is not None]
    if named and not ending:
        text = _("**%(name)s** has no end: it stays until somebody deletes it.") % {"name": named[0].name}
        return Decision((Say(text),), state.remember(named[0]))
    if not ending:
        return Decision((Say(_("Nothing of yours has an end, so there is nothing to prolong.")),), state)
    stack = _meant(ending, state, world)
    if stack is None:
        lines = bullets(_line(each, world) for each in ending[:10])
        text = paragraphs(_("Which one shall I keep? Say its name:"), lines)
        return Decision((Say(text, tuple(_again(each) for each in ending[:4])),), state)
    wish = _wish(turn, world)
    if not wish:
        text = _("How much longer? It ends %(when)s.") % {"when": _end_text(stack, world)}
        shown = (_again(stack), _("keep %(name)s for good") % {"name": stack.name})
        return Decision((Say(text, shown),), state.remember(stack))
    return Decision((Keep(stack_id=stack.id, name=stack.name, now=world.now, **wish),), state.remember(stack))


def ends_anyway(turn: Turn, state: DialogueState, world: World) -> str:
    """For who does not want a stack deleted: that it will be, all the same; empty where it has no end."""
    stack = _meant([each for each in _named(turn, world) or world.stacks() if each.expires_at], state, world)
    if stack is None:
        return ""
    keep_it = _("keep %(name)s for good") % {"name": stack.name}
    values = {"name": stack.name, "when": _end_text(stack, world), "keep": keep_it}
    return _("**%(name)s** is still deleted %(when)s by itself. Say “%(keep)s” to prevent that.") % values


def kept_text(stack: StackView, now: datetime) -> str:
    """The answer once it was done; `now` in the person's own time zone."""
    values = {"name": stack.name, "environment": stack.environment}
    if stack.expires_at is None:
        return _("OK, **%(name)s** in %(environment)s stays for good. Say “delete it” when you are done.") % values
    when = {**values, "when": moment_text(stack.expires_at, now)}
    return _("OK, I keep **%(name)s** in %(environment)s. It is deleted %(when)s.") % when


def _meant(ending: list[StackView], state: DialogueState, world: World) -> StackView | None:
    """The only one, or the one talked about last."""
    own = [each for each in ending if each.owner.id == world.person.id]
    if len(ending) == 1 or len(own) == 1:
        return (own or ending)[0]
    by_id = {each.id: each for each in ending}
    last = state.stacks[0].id if state.stacks else ""
    return by_id.get(last)


def _wish(turn: Turn, world: World) -> Mapping[str, Any]:
    """until, more_seconds or for_good, as the message says; empty when it does not say how long."""
    if _GOOD.search(turn.text):
        return {"for_good": True}
    match = _KEEP.match(turn.text)
    prolongs = match is not None and match["verb"].lower() != "keep"
    for ahead in ahead_in(turn.text):
        period = ahead.period(world.now)
        if period is None or ahead.relation is Relation.AT:
            continue
        if ahead.relation is Relation.MORE or (prolongs and ahead.relation is Relation.FOR):
            return {"more_seconds": seconds_between(world.now, period[1])}
        return {"until": period[1]}
    return {}


def _named(turn: Turn, world: World) -> list[StackView]:
    said = set(tokens(turn.text))
    return [each for each in world.stacks() if each.name in said]


def _end_text(stack: StackView, world: World) -> str:
    return moment_text(stack.expires_at, world.now) if stack.expires_at else ""


def _line(stack: StackView, world: World) -> str:
    values = {"name": code(stack.name), "environment": stack.environment, "when": _end_text(stack, world)}
    return _("%(name)s (%(environment)s): deleted %(when)s") % values


def _again(stack: StackView) -> str:
    return _("keep %(name)s two more hours") % {"name": stack.name}
