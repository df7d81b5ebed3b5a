"""Which words ask for something about the life of a stack. They must say nothing else: what says more means more."""

import re
from enum import StrEnum

from orchestrator.types import StackView

from .turn import Turn
from .words import normalised, tokens
from .world import World


class Asked(StrEnum):
    UNDO = "undo"
    HISTORY = "history"
    CHECK = "check"
    RESTORE = "restore"
    ADOPT = "adopt"


_PLEASE = r"(?:(?:please|ok(?:ay)?|no|oh|wait|now)\s+)*(?:(?:can|could|would)\s+you\s+(?:please\s+)?)?"
_IT = r"(?:it|that|this|that one|this one|that change|this change|what you (?:just )?did|what i (?:just )?did)"
_UNDO = re.compile(
    rf"{_PLEASE}(?:(?:undo|revert|roll ?back|reverse|take back)(?P<what> .*)?|roll (?P<middle>{_IT}) back)", re.DOTALL
)
_LAST = re.compile(
    r"(?:the |my |our |its )?(?:very )?(?:last|latest|previous) (?:change|one|thing|job|update)|the (?:change|deletion)"
)
_DELETION = re.compile(
    rf"{_PLEASE}(?:(?:undo|revert|roll ?back|reverse|take back)(?: the)? (?:deletion|destruction|removal)(?: of)?"
    r"|undelete|bring back|make again)(?P<what> .*)?",
    re.DOTALL,
)
_HISTORY = re.compile(
    rf"{_PLEASE}(?:(?:show|give|tell) (?:me )?|what (?:is|was) |whats )?(?:the |its )?(?:whole |full )?"
    r"(?:history|revisions?|change ?log|changes)(?: (?:of|for|on|to|in))?(?P<what> .*)?",
    re.DOTALL,
)
_WHAT_WAS_DONE = re.compile(
    r"(?:what (?:was|has been|did (?:we|i|you|they)|have (?:we|i|you|they)|had been) (?:changed?|done|do) "
    r"(?:on|to|with|in|about)|who (?:has )?changed)(?P<what> .*)",
    re.DOTALL,
)
_DRIFT = re.compile(
    rf"{_PLEASE}(?:(?:check|look|see|tell me|find out|test|run|make|do) .*\bdrift\w*\b.*"
    r"|(?:drift check|check drift)\b.*|(?:has|have|did|is|are|does) .*\bdrift\w*\b.*)",
    re.DOTALL,
)
_CHECK = re.compile(rf"{_PLEASE}check(?P<what> .*)", re.DOTALL)
_RESTORE = re.compile(
    rf"{_PLEASE}(?:(?:restore|repair|put back)(?P<what> .*)|put (?P<middle>{_IT}|\S+) back(?: as it was)?)", re.DOTALL
)
_CHANGED = (
    r"(?:what(?:ever)? (?:was |has )?(?:changed|drifted|is there(?: now)?)|(?:the|these|those) (?:changes?|drift))"
)
_ADOPT = re.compile(
    rf"{_PLEASE}(?:adopt(?P<what> .*)?|(?:keep|accept|take over) {_CHANGED}(?P<which> .*)?"
    rf"|(?:accept|take over) (?P<middle>{_IT})|leave (?P<last>{_IT}|\S+) (?:as|like) it is(?: now| there)*)",
    re.DOTALL,
)
_AROUND_WORDS = "the a my our that this it of for on to in stack again now please as was all by itself"
_AROUND = frozenset(_AROUND_WORDS.split())


def life_asked(turn: Turn, world: World) -> Asked | None:
    """What the message asks about a stack; None when it asks for none of these, or for more."""
    text, stacks = normalised(turn.text), world.stacks()
    if (match := _UNDO.fullmatch(text)) and _is_about(_LAST.sub(" ", _what(match)), stacks, world):
        return Asked.UNDO
    match = _HISTORY.fullmatch(text) or _WHAT_WAS_DONE.fullmatch(text)
    if match and _is_about(_what(match), stacks, world):
        return Asked.HISTORY
    if _DRIFT.fullmatch(text) or ((match := _CHECK.fullmatch(text)) and _is_one(_what(match), stacks)):
        return Asked.CHECK
    match = _ADOPT.fullmatch(text)
    if match and _is_about(re.sub(_CHANGED, " ", _what(match)), stacks, world):
        return Asked.ADOPT
    match = _RESTORE.fullmatch(text)
    return Asked.RESTORE if match and _is_about(_what(match), stacks, world) else None


def undeleted(turn: Turn, world: World) -> StackView | None:
    """The deleted stack that the message wants again, by its name."""
    match = _DELETION.fullmatch(normalised(turn.text))
    if match is None or not match["what"]:
        return None
    said = {each for each in tokens(turn.text) if not says_only(normalised(each), world, set())}
    names = [each for each in said if normalised(each) in match["what"].split()]
    return world.stack_gone(name=names[0]) if len(names) == 1 else None


def _what(match: re.Match[str]) -> str:
    """What is said besides the verb."""
    return " ".join(match.groupdict().get(name) or "" for name in ("what", "which", "middle", "last")).strip()


def says_only(what: str, world: World, more: set[str]) -> bool:
    """Whether it names or points at a stack, and says nothing else but some of these words."""
    said = set(re.sub(rf"\b{_IT}\b", " ", what).split()) - more
    return _is_about(" ".join(sorted(said)), world.stacks(), world)


def _is_about(what: str, stacks: list[StackView], world: World) -> bool:
    """Whether it names or points at a stack, and says nothing more."""
    nouns = [noun for each in world.blueprints() for noun in (each.noun, *each.nouns)]
    known = {word for noun in nouns for word in normalised(noun).split()}
    known |= {normalised(each.name) for each in stacks} | {each.name for each in world.environments()}
    return set(re.sub(rf"\b{_IT}\b", " ", what).split()) <= known | _AROUND


def _is_one(what: str, stacks: list[StackView]) -> bool:
    """`check acme-reports`, and nothing but a name or a pointer: `check` is said of much else."""
    return what in ("it", "that") or what in {normalised(each.name) for each in stacks}
