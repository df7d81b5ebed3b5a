"""Several requests in one message: each is understood by itself, with what it shares with the others."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from nlu.clauses import may_hold_several, requests_in
from nlu.types import Entity, Understanding

from .fields import ENVIRONMENT
from .words import plural
from .world import World

Understand = Callable[[str], Understanding]


def parts_understood(text: str, understand: Understand, world: World) -> tuple[Understanding, ...]:
    """The requests of a message in order; () when it is one. `understand` is the bot's language engine."""
    if not may_hold_several(text):
        return ()
    nouns = {form for each in world.blueprints() for noun in (each.noun, *each.nouns) for form in (noun, plural(noun))}
    clauses = requests_in(text, nouns=nouns, names={each.name for each in world.stacks()})
    if not clauses:
        return ()
    found = [understand(each.text) for each in clauses]
    return tuple(_sharing_a_place(found, [each.elided for each in clauses]))


def _sharing_a_place(found: Sequence[Understanding], elided: Sequence[bool]) -> list[Understanding]:
    """`create a bucket and a queue in staging`: both in staging, where the verb was said but once."""
    shared: list[Understanding] = []
    for first, last in _groups(elided):
        group = list(found[first:last])
        places = [place for each in group if (place := each.first(ENVIRONMENT)) is not None]
        one_place = len({place.value for place in places}) == 1 and not any(each.unlisted for each in group)
        shared += [_placed(each, places[0]) if one_place else each for each in group]
    return shared


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
