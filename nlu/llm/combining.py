"""What a language model's word is worth: that of one witness, weighed against what the bot's own model holds.

Its own confidence counts for nothing. The odds of the intent that it names are raised by a factor and those of the
others lowered; whether that is enough is decided by the threshold of the bot's model, as ever.

what it names                                    factor
-----------------------------------------------  ------------------------------------------------------------------
an answer from what is known (ANSWERS)           a thousand: a misunderstanding costs a sentence
a request, in a sentence that is no question     nine: a witness who is right nine times out of ten
a request in a question; what deletes something  one: the bot's own model must understand it by itself, but it leads
                                                 the suggestions
what the sentence cannot mean (Pipeline.unfit),  nothing: the answer counts as none at all
decisions about jobs (WITHHELD)
"""

from dataclasses import replace
from datetime import datetime

from ..asking import question_of
from ..pipeline import Pipeline
from ..types import ScoredIntent, Understanding
from .backing import backed
from .config import Mode
from .offer import WITHHELD
from .sending import may_be_sent
from .suggestion import Suggestion

ANSWERS = frozenset({f"base.{name}" for name in ("greet", "thanks", "help", "status", "stacks", "outputs", "why")})
ANSWER_ODDS, WITNESS_ODDS = 1000.0, 9.0
_LITTLE = 0.01
"""The confidence of an answer that the bot's own model does not consider."""
_CLOSE = 0.6
"""A second intent with this share of the first one's confidence is close to it."""


def is_wanted(understanding: Understanding, mode: Mode) -> bool:
    """Whether the language model should be asked about this message."""
    if mode is Mode.OFF or understanding.intent in WITHHELD or not understanding.text.strip():
        return False
    if not may_be_sent(understanding.text):
        return False
    return mode is Mode.REPLACEMENT or understanding.intent is None or _is_close(understanding)


def combined(
    pipeline: Pipeline, own: Understanding, suggestion: Suggestion, mode: Mode, now: datetime | None = None
) -> Understanding:
    """`own` is what the bot's model understood of the same message; `now` as in `Pipeline.understand`. Never raises."""
    named = suggestion.intent
    if named in WITHHELD or (named is not None and not _can_be_meant(named, pipeline, own)):
        return own
    if named is None:
        return own if mode is Mode.SECOND_OPINION else _understood_as_nothing(own, suggestion)
    scores = {each.name: each.confidence for each in own.alternatives}
    if own.intent is not None:
        scores[own.intent] = own.confidence
    if named in ANSWERS:
        scores[named] = max(scores.get(named, 0.0), _LITTLE)
    factors = {name: _factor(name, pipeline, own) if name == named else 1 / WITNESS_ODDS for name in scores}
    weighed = {name: _weighed(score, factors[name]) for name, score in scores.items()}
    if mode is Mode.REPLACEMENT:
        below = _below(own)
        weighed = {name: score if name == named else min(score, below) for name, score in weighed.items()}
    return _chosen(pipeline, own, suggestion, weighed, now)


def _can_be_meant(intent: str, pipeline: Pipeline, own: Understanding) -> bool:
    return intent in pipeline.slots and intent not in pipeline.unfit(own.text, own.verb)


def _factor(named: str, pipeline: Pipeline, own: Understanding) -> float:
    if named in ANSWERS:
        return ANSWER_ODDS
    asked = named in pipeline.guarded and question_of(own.text) is not None
    return 1.0 if asked or named in pipeline.deleting else WITNESS_ODDS


def _is_close(understanding: Understanding) -> bool:
    second = max((each.confidence for each in understanding.alternatives), default=0.0)
    return second >= _CLOSE * understanding.confidence


def _weighed(confidence: float, factor: float) -> float:
    odds = factor * confidence / max(1 - confidence, 1e-6)
    return round(odds / (1 + odds), 4)


def _below(own: Understanding) -> float:
    """The highest confidence with which nothing is understood."""
    return round(own.threshold - 0.0001, 4)


def _understood_as_nothing(own: Understanding, suggestion: Suggestion) -> Understanding:
    if own.intent is None:
        return replace(own, source=suggestion.model)
    below = min(own.confidence, _below(own))
    first = ScoredIntent(own.intent, below)
    return replace(own, intent=None, confidence=below, alternatives=(first, *own.alternatives), source=suggestion.model)


def _chosen(
    pipeline: Pipeline, own: Understanding, suggestion: Suggestion, scores: dict[str, float], now: datetime | None
) -> Understanding:
    ranked = sorted(scores.items(), key=lambda each: (-each[1], each[0] != suggestion.intent))
    if not ranked:
        return own
    best, confidence = ranked[0]
    intent = best if confidence >= own.threshold else None
    others = tuple(ScoredIntent(name, score) for name, score in ranked[intent is not None :])
    if intent is None:
        # What to suggest first is a question on which its word is good enough.
        others = tuple(sorted(others, key=lambda each: each.name != suggestion.intent))
        return replace(own, intent=None, confidence=confidence, alternatives=others, source=suggestion.model)
    held = {each.name: each.confidence for each in own.alternatives} | {own.intent: own.confidence}
    slots = suggestion.slots if intent == suggestion.intent else ()
    entities = {each.name: each for each in pipeline.model.data.entities}
    read = pipeline.fill(own.text, intent, list(backed(own.text, slots, pipeline.extractor, entities)), now)
    return replace(
        own,
        intent=intent,
        confidence=confidence,
        alternatives=others,
        entities=read.entities,
        negated=read.negated,
        unlisted=read.unlisted,
        source=suggestion.model,
        alone=held.get(intent, 0.0),
    )
