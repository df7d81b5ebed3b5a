"""References by time and by order: `the one from yesterday`, `the last one`, `the first of those`, `the other one`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from nlu.moments import Moment, moments_in
from orchestrator.types import StackView

from .state import DialogueState
from .words import normalised
from .world import World

_ORDINALS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "fifth": 4}
_MADE = re.compile(
    r"\b(?:from|of|made|created|built|deployed|set\s+up|provisioned|ordered|started|did|got)(?:\s+\w+){0,3}\s+$",
    re.IGNORECASE,
)
_NEWEST = re.compile(r"\b(?:newest|latest|most\s+recent|youngest)\b", re.IGNORECASE)
_OLDEST = re.compile(r"\b(?:oldest|earliest)\b", re.IGNORECASE)
_ORDER = re.compile(
    rf"\b(?:the|my|that)\s+(?:very\s+)?(?P<which>last|{'|'.join(_ORDINALS)})\b"
    r"(?!\s+(?:week|month|year|night|time|hours?|days?))",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\bthe\s+other\b", re.IGNORECASE)
_BOTH = re.compile(r"(?<![\w-])both(?![\w-])|\b(?:those|these|the|my)\s+two(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True)
class Pointed:
    """The stacks that time or order points at; `how` is what was said of it, for the answer when there are none."""

    stacks: tuple[StackView, ...]
    how: str


def pointed_at(text: str, candidates: Sequence[StackView], state: DialogueState, world: World) -> Pointed | None:
    """What of `candidates` the message points at; None when it does not point by time or order."""
    moment = _moment_of_making(text, world)
    if moment is not None:
        made = made_then(text, candidates, world) or []
        zone = world.now.tzname() or "UTC"
        if len(made) > 1 and (by_order := _by_order(text, made, state)) is not None:
            made = by_order
        return Pointed(tuple(made), _("made %(when)s (%(zone)s)") % {"when": _said(moment), "zone": zone})
    found = _by_order(text, candidates, state)
    return None if found is None else Pointed(tuple(found), _("to be meant by that"))


def made_then(text: str, candidates: Sequence[StackView], world: World) -> list[StackView] | None:
    """Those of `candidates` that were made when the message says; None when it says nothing of when."""
    moment = _moment_of_making(text, world)
    period = moment.period(world.now) if moment else None
    if moment is None:
        return None
    return [each for each in candidates if period and period[0] <= each.created_at < period[1]]


def means_both(text: str) -> bool:
    return _BOTH.search(text) is not None


def in_listed_order(stacks: Sequence[StackView], state: DialogueState) -> list[StackView]:
    """Those of `stacks` that were listed last, as they were listed; all of them when none was."""
    by_id = {each.id: each for each in stacks}
    return [by_id[each] for each in state.listed if each in by_id] or list(stacks)


def _moment_of_making(text: str, world: World) -> Moment | None:
    """When it was made, by what is said: `delete it today` says when to delete."""
    for moment in moments_in(text):
        period = moment.period(world.now)
        past = period is None or period[1] <= world.now
        if past or _MADE.search(text[: moment.start]) or "'" in moment.text or "’" in moment.text:
            return moment
    return None


def _by_order(text: str, candidates: Sequence[StackView], state: DialogueState) -> list[StackView] | None:
    by_age = sorted(candidates, key=lambda each: each.created_at)
    if _NEWEST.search(text):
        return by_age[-1:]
    if _OLDEST.search(text):
        return by_age[:1]
    if _OTHER.search(text):
        return _the_other(in_listed_order(candidates, state), state)
    order = _ORDER.search(text)
    if order is None:
        return None
    which = order["which"].casefold()
    listed = [each for each in in_listed_order(candidates, state) if each.id in state.listed]
    if which == "last":
        return _last(by_age, listed, state)
    at = _ORDINALS[which]
    ordered = listed or (by_age if at == 0 else [])
    return ordered[at : at + 1]


def _last(by_age: list[StackView], listed: list[StackView], state: DialogueState) -> list[StackView]:
    """The one listed, made or talked about last: all of these, where they are not the same."""
    by_id = {each.id: each for each in by_age}
    talked_about = [by_id[each.id] for each in state.stacks if each.id in by_id][:1]
    found = listed[-1:] or [*by_age[-1:], *talked_about]
    return list({each.id: each for each in found}.values())


def _the_other(ordered: list[StackView], state: DialogueState) -> list[StackView]:
    last = next((each.id for each in state.stacks if each.id in {one.id for one in ordered}), None)
    return [each for each in ordered if each.id != last] if last is not None and len(ordered) > 1 else []


def _said(moment: Moment) -> str:
    return normalised(moment.text.removesuffix("'s").removesuffix("’s"))
