"""Several requests in one message: each is understood by itself, with what it shares with the others."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from nlu.clauses import MOST, may_hold_several, requests_in
from nlu.types import Entity, Understanding
from orchestrator.states import JobKind

from .fields import ENVIRONMENT
from .intents import OWN, Intent
from .lifetimes import lifetime_words
from .targets import target_find
from .turn import Turn
from .words import plural
from .world import World

Understand = Callable[[str], Understanding]
_IN = r"\s*(?:also\s+)?(?:in\s+)?(?:the\s+)?"
_AND = re.compile(rf",?\s*(?:&|\b(?:and|plus|as\s+well\s+as)\b){_IN}", re.IGNORECASE)
"""Between the last two of several places that are all meant; with `or` one of them is."""
_COMMA = re.compile(rf"\s*,{_IN}", re.IGNORECASE)
_NOT_IN_EACH = re.compile(r"\b(?:not|except|instead\s+of|rather\s+than|between)\b[^,;.]*$", re.IGNORECASE)


def parts_understood(text: str, understand: Understand, world: World) -> tuple[Understanding, ...]:
    """The requests of a message in order; () when it is one. `understand` is the bot's language engine."""
    if not may_hold_several(text):
        return _in_each_place(text, understand)
    nouns = {form for each in world.blueprints() for noun in (each.noun, *each.nouns) for form in (noun, plural(noun))}
    clauses = requests_in(text, nouns=nouns, names={each.name for each in world.stacks()})
    if not clauses:
        return _in_each_place(text, understand)
    found = [understand(each.text) for each in clauses]
    groups = _groups([each.elided for each in clauses])
    return tuple(_sharing_an_end(_sharing_a_place(found, groups), groups, world))


def _in_each_place(text: str, understand: Understand) -> tuple[Understanding, ...]:
    """`list the buckets in staging and production` as one request for each place."""
    if not _AND.search(text):
        return ()
    heard = understand(text)
    places = [each for each in heard.entities if each.slot == ENVIRONMENT]
    if not 2 <= len(places) <= MOST or len({each.value for each in places}) < len(places):
        return ()
    *commas, joint = [text[one.end : other.start] for one, other in pairwise(places)]
    all_meant = _AND.fullmatch(joint) and all(_COMMA.fullmatch(each) or _AND.fullmatch(each) for each in commas)
    besides = heard.negated or _NOT_IN_EACH.search(text[: places[0].start])
    if not all_meant or besides or not _is_somewhere(heard.intent):
        return ()
    found = [understand(text[: places[0].start] + each.text + text[places[-1].end :]) for each in places]
    return tuple(found) if all(each.intent == heard.intent for each in found) else ()


def _is_somewhere(intent: str | None) -> bool:
    """Whether what is asked for is done in an environment."""
    found = Intent.parse(intent or "")
    return found.is_command and found.family != OWN


def _sharing_a_place(found: Sequence[Understanding], groups: Sequence[tuple[int, int]]) -> list[Understanding]:
    """`create a bucket and a queue in staging`: both in staging, where the verb was said but once."""
    shared: list[Understanding] = []
    for first, last in groups:
        group = list(found[first:last])
        places = [place for each in group for place in each.entities if place.slot == ENVIRONMENT]
        one_place = len({place.value for place in places}) == 1 and not any(each.unlisted for each in group)
        shared += [_placed(each, places[0]) if one_place else each for each in group]
    return shared


def _sharing_an_end(
    found: Sequence[Understanding], groups: Sequence[tuple[int, int]], world: World
) -> list[Understanding]:
    """`create a bucket and a queue for two hours`: both for so long, where the verb and the end were said but once."""
    shared: list[Understanding] = []
    for first, last in groups:
        *others, final = found[first:last]
        ends, said_before = _end_said(final, world), any(_end_said(each, world) for each in others)
        shared += [replace(each, text=f"{each.text} {ends}") if ends and not said_before else each for each in others]
        shared.append(final)
    return shared


def _end_said(heard: Understanding, world: World) -> str:
    intent = Intent.parse(heard.intent or "")
    target = target_find(intent.verb, intent.subject, world) if intent.family == "blueprint" else None
    if target is None or target.kind is not JobKind.APPLY:
        return ""
    return lifetime_words(Turn(id="", text=heard.text, understanding=heard), target)


def _groups(elided: Sequence[bool]) -> list[tuple[int, int]]:
    """Where each verb's requests begin and end."""
    starts = [at for at, each in enumerate(elided) if not each or at == 0]
    return list(zip(starts, [*starts[1:], len(elided)], strict=True))


def _placed(heard: Understanding, place: Entity) -> Understanding:
    if heard.first(ENVIRONMENT):
        return heard
    start = len(heard.text) + len(" in ")
    moved = replace(place, start=start, end=start + len(place.text))
    return replace(heard, text=f"{heard.text} in {place.text}", entities=(*heard.entities, moved))
