"""`Give acme to anna`, `check acme for drift every day`, `anna approves for me until Friday`: read by their words."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from nlu.durations import amount_of
from nlu.moments import Relation, ahead_in
from orchestrator.types import StackView

from .arrangements import Delegate, Give, Return, Watch
from .decisions import Decision, Say
from .life_words import says_only
from .state import DialogueState
from .turn import Turn
from .words import normalised, tokens
from .world import World

_START = r"^\s*(?:(?:please|ok(?:ay)?|now|and|so|hi|hello)[,\s]+)*(?:(?:can|could|would)\s+you\s+(?:please\s+)?)?"
_WHO = r"(?P<who>@?[\w.+-]+?)"
_END = r"\s*(?:please)?\s*[.!]*\s*$"
_GIVE = (
    re.compile(
        rf"{_START}(?:give|transfer|hand(?:\s+over)?|pass|reassign)\s+(?P<what>\S.*?)\s+(?:over\s+|on\s+)?to\s+{_WHO}{_END}",
        re.IGNORECASE,
    ),
    re.compile(rf"{_START}make\s+{_WHO}\s+(?:the\s+)?(?:new\s+)?owner\s+of\s+(?P<what>\S.*?){_END}", re.IGNORECASE),
)
_OFTEN = re.compile(
    r"\b(?:every\s+(?:(?P<number>\d+|\w+)\s+)?(?P<unit>hour|day|week)s?|(?P<often>hourly|daily|weekly)"
    r"|as\s+(?:often\s+as\s+)?(?:its|the)\s+environment\s+(?:says|does))\b",
    re.IGNORECASE,
)
_WATCH = re.compile(rf"{_START}(?:check|look\s+at|watch|compare|have)\s+(?P<what>\S.*?){_END}", re.IGNORECASE)
_UNWATCH = re.compile(
    rf"{_START}(?:never|stop|do\s+not|don['’]?t|no\s+longer)\s+(?:check(?:ing)?|watch(?:ing)?)\s+(?P<what>\S.*?){_END}",
    re.IGNORECASE,
)
_AROUND_CHECKS_WORDS = "for drift whether if has drifted by itself any more anymore automatically checked looked at"
_AROUND_CHECKS = frozenset(_AROUND_CHECKS_WORDS.split())
_UNITS = {"hour": 1, "day": 24, "week": 168, "hourly": 1, "daily": 24, "weekly": 168}
_DECIDES = r"(?:approves?|decides?|stands?\s+in|covers?|signs?\s+off)(?:\s+(?:jobs|plans|things|everything))?"
_DELEGATE = (
    re.compile(
        rf"{_START}{_WHO}\s+(?:can\s+|may\s+|will\s+|shall\s+)?{_DECIDES}\s+for\s+me\b(?P<rest>.*)$", re.I | re.S
    ),
    re.compile(rf"{_START}(?:let|have|allow)\s+{_WHO}\s+(?:to\s+)?{_DECIDES}\s+for\s+me\b(?P<rest>.*)$", re.I | re.S),
    re.compile(
        rf"{_START}i(?:['’]?m|\s+am|\s+will\s+be|['’]?ll\s+be)\s+(?:away|out|on\s+holiday|on\s+leave|off)\b(?P<rest>.*?)"
        rf"[,;:]\s*(?:and\s+|so\s+)?{_WHO}\s+(?:can\s+|may\s+|will\s+|shall\s+)?{_DECIDES}(?:\s+for\s+me)?{_END}",
        re.I | re.S,
    ),
)
_RETURN = (
    re.compile(rf"{_START}i(?:['’]?m|\s+am)\s+back(?:\s+(?:again|now))?{_END}", re.IGNORECASE),
    re.compile(
        rf"{_START}(?:end|stop|cancel|take\s+back)\s+(?:my|all\s+my|the)\s+delegations?(?:\s+to\s+{_WHO})?{_END}", re.I
    ),
    re.compile(rf"{_START}{_WHO}\s+no\s+longer\s+{_DECIDES}\s+for\s+me{_END}", re.IGNORECASE),
)
_NO_NAMES_WORDS = "who whoever nobody somebody someone he she they it that this everybody anybody which you i"
_NO_NAMES = frozenset(_NO_NAMES_WORDS.split())


def handed(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    """What to arrange; None when the message asks for nothing of the kind, or for more."""
    if turn.asks:
        return None
    return _back(turn, state) or _away(turn, state, world) or _given(turn, state, world) or _watched(turn, state, world)


def _given(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    match = next((found for each in _GIVE if (found := each.match(turn.text))), None)
    stack = _stack(match["what"], state, world) if match else None
    if match is None or stack is None:
        return None
    who = match["who"].lstrip("@")
    step = Give(stack.id, stack.name, world.person.name if who.casefold() == "me" else who)
    return Decision((step,), state.remember(stack))


def _watched(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    stop = _UNWATCH.match(turn.text)
    often = None if stop else _OFTEN.search(turn.text)
    match = stop or (_WATCH.match(turn.text) if often else None)
    if match is None:
        return None
    said = match["what"] if often is None else _OFTEN.sub(" ", match["what"])
    left = " ".join(each for each in said.split() if normalised(each) not in _AROUND_CHECKS)
    stack = _stack(left, state, world)
    if stack is None or not (often or "drift" in turn.text.casefold()):
        return None
    hours = 0 if often is None else _hours(often)
    return Decision((Watch(stack.id, stack.name, hours),), state.remember(stack)) if hours != -1 else None


def _hours(often: re.Match[str]) -> int | None:
    """None: as the environment says; -1 for what is no number."""
    unit = (often["often"] or often["unit"] or "").casefold()
    if not unit:
        return None
    try:
        return round(float(amount_of(often["number"] or "1")) * _UNITS[unit])
    except (ValueError, KeyError, ArithmeticError):
        return 2 * _UNITS[unit] if (often["number"] or "").casefold() in ("other", "second") else -1


def _away(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    match = next((found for each in _DELEGATE if (found := each.match(turn.text))), None)
    if match is None or match["who"].casefold() in _NO_NAMES:
        return None
    until = _until(turn, world)
    if until is None:
        text = _("Until when does %(name)s decide for you? Say it like this: “%(name)s approves for me until Friday”.")
        return Decision((Say(text % {"name": match["who"].lstrip("@")}),), state)
    said = {word.casefold() for word in tokens(turn.text)}
    places = [each.name for each in world.environments() if said & {each.name, *(s.casefold() for s in each.synonyms)}]
    if len(places) > 1:
        return Decision((Say(_("Say one environment at a time, or none for all of them.")),), state)
    place = places[0] if places else None
    step = Delegate(turn.new_id("delegation"), match["who"].lstrip("@"), until, place, world.now)
    return Decision((step,), state)


def _until(turn: Turn, world: World) -> datetime | None:
    for ahead in ahead_in(turn.text):
        period = ahead.period(world.now)
        if period is not None and ahead.relation in (Relation.UNTIL, Relation.FOR):
            return period[1]
    return None


def _back(turn: Turn, state: DialogueState) -> Decision | None:
    match = next((found for each in _RETURN if (found := each.match(turn.text))), None)
    who = (match.groupdict().get("who") or "") if match else ""
    if match is None or who.casefold() in _NO_NAMES:
        return None
    return Decision((Return(who.lstrip("@")),), state)


def _stack(what: str, state: DialogueState, world: World) -> StackView | None:
    """The one that is named, or pointed at and talked about last; None when more is said, or none is meant."""
    if not says_only(normalised(what), world, set()):
        return None
    said = set(tokens(what))
    named = [each for each in world.stacks() if each.name in said]
    if named:
        return named[0] if len(named) == 1 else None
    by_id = {each.id: each for each in world.stacks()}
    return by_id.get(state.stacks[0].id) if state.stacks else None
