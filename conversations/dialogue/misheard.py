"""`That was not a bucket but a queue`, `staging was wrong, production`: what was meant instead of what was proposed.

They must say nothing else: a sentence with more in it is a request of its own."""

import re
from typing import Any

from .corrections import proposal_corrected
from .decisions import Decision
from .fields import ENVIRONMENT
from .intents import Intent
from .references import noun_in
from .state import DialogueState
from .targets import Target, target_find
from .turn import Correction, Turn
from .words import normalised
from .world import Proposal, World

_LEAD = r"(?:(?:no|nope|sorry|wait|oh|hmm+|actually|but)[,.!\s]+)*"
_IT = (
    r"(?:(?:that|this|it)(?:\s+(?:was|is|should|shall)(?:\s+be)?|'s|’s)?"
    r"|i\s+(?:meant|mean|said|wanted|want)|make\s+it)\s+"
)
_WRONG_ONE = r"(?:in\s+)?(?:(?:an?|the|some)\s+)?(?P<wrong>[\w-]+(?:\s+[\w-]+)?)"
_RIGHT_ONE = r"(?:in\s+)?(?:(?:an?|the|some)\s+)?(?P<right>[\w-]+(?:\s+[\w-]+)?)"
_BUT = r"(?:\s*,\s*(?:but\s+)?|\s+but\s+)(?:rather\s+)?"
_IS_WRONG = r"\s+(?:was|is|were)\s+(?:wrong|not\s+right|incorrect|a\s+mistake|a\s+misunderstanding)(?:\s*[,;:.]\s*|\s+)"
_SHOULD_BE = r"(?:it\s+should\s+(?:be|have\s+been)|make\s+it|use|take)\s+"
_PATTERNS = (
    # not a bucket but a queue
    rf"{_LEAD}(?:{_IT})?not\s+(?:(?:to\s+)?be\s+|have\s+been\s+)?{_WRONG_ONE}{_BUT}(?:{_IT})?{_RIGHT_ONE}",
    # I meant a queue, not a bucket
    rf"{_LEAD}{_IT}{_RIGHT_ONE}\s*,?\s+(?:and\s+)?(?:not|instead\s+of|rather\s+than)\s+{_WRONG_ONE}",
    # staging was wrong, production
    rf"{_LEAD}(?:the\s+)?{_WRONG_ONE}{_IS_WRONG}(?:{_IT}|{_SHOULD_BE})?{_RIGHT_ONE}",
)
_MEANT = tuple(re.compile(each, re.IGNORECASE) for each in _PATTERNS)
_TAIL = re.compile(r"(?:[,\s]+(?:please|instead|thanks))*\s*[.!]*\s*$", re.IGNORECASE)


def misheard(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    """The corrected proposal; None when the message is nothing of the kind, or fits no single proposal."""
    said = _said(turn.text)
    proposal = _proposal(world) if said else None
    target = target_find(proposal.job.kind, proposal.job.subject, world) if proposal else None
    if said is None or proposal is None or target is None:
        return None
    wrong, right = said
    meant = _other_noun(wrong, right, proposal, target, world) or _other_value(wrong, right, proposal, target, world)
    return proposal_corrected(meant, turn, state, world) if meant else None


def _said(text: str) -> tuple[str, str] | None:
    """What was wrong and what would be right, as they stand."""
    bare = _TAIL.sub("", text.strip())
    for pattern in _MEANT:
        match = pattern.fullmatch(bare)
        if match:
            return match["wrong"], match["right"]
    return None


def _proposal(world: World) -> Proposal | None:
    """What the message before this one was about, or the one request of this person that is under way here."""
    last = world.last_turn()
    if last is not None and last.job_id is not None:
        return world.proposal(last.job_id)
    own = [each for each in world.jobs_here() if each.requester.id == world.person.id]
    return world.proposal(own[0].id) if len(own) == 1 else None


def _other_noun(wrong: str, right: str, proposal: Proposal, target: Target, world: World) -> Correction | None:
    subject = noun_in(right, world)
    if subject is None or target.blueprint is None or subject == target.blueprint:
        return None
    if noun_in(wrong, world) != target.blueprint:
        return None
    intent = Intent.parse(target.intent)
    return Correction(proposal.job.id, intent=f"blueprint.{subject}.{intent.verb}")


def _other_value(wrong: str, right: str, proposal: Proposal, target: Target, world: World) -> Correction | None:
    """Another environment, or another text where the wrong one stands."""
    places = {normalised(name): each.name for each in world.environments() for name in (each.name, *each.synonyms)}
    if places.get(normalised(wrong)) == proposal.job.environment:
        place = places.get(normalised(right))
        return Correction(proposal.job.id, values={ENVIRONMENT: place}) if place else None
    values: dict[str, Any] = {}
    for name, value in proposal.job.values.items():
        variable = target.variable(name)
        if variable is not None and not variable.sensitive and normalised(str(value)) == normalised(wrong):
            values[name] = right
    return Correction(proposal.job.id, values=values) if len(values) == 1 else None
