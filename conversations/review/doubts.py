"""Whether a message is worth a look afterwards, and why. Pure: judged once, when it is answered, and stored with it."""

from collections.abc import Sequence

from nlu.types import Understanding

from ..dialogue.decisions import Act, Ask, Decision, NotUnderstood, Propose, Step
from ..dialogue.state import PendingForm
from ..dialogue.words import decision_intent, exact_intent

NOT_UNDERSTOOD = "not_understood"
LOW_CONFIDENCE = "low_confidence"
CORRECTED = "corrected"
GIVEN_UP = "given_up"
REASONS = (NOT_UNDERSTOOD, LOW_CONFIDENCE, CORRECTED, GIVEN_UP)

_BARELY = 0.25
"""Barely understood: within this share of the way from the threshold to certainty."""


def doubts_of(
    text: str, understanding: Understanding | None, decision: Decision, before: PendingForm | None
) -> list[str]:
    """The reasons to look at a message that was answered by `decision`; `before` is the question that was open.

    None for what a known word says anyway, for answers to a question, and wherever a secret may have been written.
    """
    if understanding is None or may_hold_secret(decision):
        return []
    if any(isinstance(each, NotUnderstood) for each in decision.steps):
        return [NOT_UNDERSTOOD]
    if before is not None or understanding.intent is None or exact_intent(text) or decision_intent(text):
        return []
    enough = understanding.threshold + _BARELY * (1 - understanding.threshold)
    # What a language model had to tell is what the bot's own model should learn.
    own = understanding.confidence if understanding.alone is None else understanding.alone
    return [LOW_CONFIDENCE] if own < enough else []


def may_hold_secret(decision: Decision) -> bool:
    """Whether a secret is asked for, or was given too early: what the person wrote may be it."""
    form = decision.state.form
    asks = any(field.sensitive for step in decision.steps if isinstance(step, Ask) for field in step.fields)
    return asks or bool(form is not None and form.sensitive)


def left_open(before: PendingForm | None, after: PendingForm | None, steps: Sequence[Step]) -> bool:
    """Whether a request that was asked about ended without a job: given up, or dropped for another one."""
    return ended(before, after) and not any(isinstance(each, Propose | Act) for each in steps)


def ended(before: PendingForm | None, after: PendingForm | None) -> bool:
    if before is None:
        return False
    return after is None or (after.kind, after.subject) != (before.kind, before.subject)
