"""What kind of question a sentence asks, if any: `how would i delete a bucket` asks to be told, not to be done.

Which kinds an intent is asked in, its training phrases show; a question of another kind does not mean it.
"""

import re
from enum import StrEnum

from .text import normalise


class Question(StrEnum):
    FACT = "fact"
    """what, which, where, how many; is there, do we"""
    REASON = "reason"
    MANNER = "manner"
    PERSON = "person"
    TIME = "time"
    ADVICE = "advice"
    """should i, may guests, what if"""


# Requests in the form of questions: `can you make`, `is it possible to get`, `why don't we`, `if you can, create`.
_REQUEST = re.compile(
    r"""(?:
      (?:can|could|would|will|may|might|shall)\ (?:not\ )?(?:you|we|i|somebody|someone)\b(?!\ else)
        (?!\ (?:please\ |kindly\ |perhaps\ )?(?:explain|tell|describe|say|clarify|teach|remind)\b)
      | (?:do|would)\ you\ mind\b | (?:is\ there\ )?any\ chance\b | (?:how|what)\ about\b | why\ (?:do\ |can\ )?not\b
      | (?:is|would|was)\ it\ (?:be\ )?possible\ (?:to\ (?:get|have)|for\ (?:you|me|us))\b
      | if\ (?:possible|needed|necessary|it\ is\ (?:ok|okay)|i\ (?:may|can|could))\b
      | if\ you\ (?:can|could|may|do\ not\ mind|would|please)\b
      | (?:can|could|may|should|must)\ (?:the|that|this|these|those|my|our|it)\b
    )""",
    re.VERBOSE,
)
_SUBJECT = (
    r"(?:i|we|you|they|he|she|it|there|any|all|some|the|an?|my|our|this|that|these|those|one|anyone|anybody|someone"
    r"|somebody|people|\w+ing|\w+ed|\w+s)"
)
_KINDS = (
    (Question.ADVICE, r"what (?:if|happens|would|will|could|should)"),
    (Question.ADVICE, r"should|may|might|shall|would|could|can|will|must"),
    (Question.ADVICE, r"(?:if|when|suppose|assuming|imagine) (?:i|we|you|one|somebody|someone|they|it|he|she)"),
    (Question.TIME, r"when|since when|how (?:long|soon|often)"),
    (Question.FACT, r"how (?:many|much|far|big|large|old|is|are|was)|what|whats|which|where"),
    (Question.MANNER, r"how(?! come)"),
    (Question.REASON, r"why|how come|for what reason"),
    (Question.PERSON, r"who|whose|whom"),
    (Question.FACT, rf"(?:is|are|was|were|am|does|do|did|has|have|had) {_SUBJECT}"),
)
_PATTERNS = tuple((kind, re.compile(rf"(?:{pattern})\b")) for kind, pattern in _KINDS)
_POLITE = re.compile(
    r"(?:(?:please|pls|hey|hi|hello|ok|okay|so|and|but|well|now|then|also|just|bot|infrachat|wait|hmm|um|oh|by the way)"
    r"[\s,.!:-]+)+"
)
# `can you explain what …`, `tell me how …`, `i wonder whether …`: what is asked stands inside.
_INDIRECT = re.compile(
    r"""(?:(?:can|could|would|will)\ you\ )?(?:please\ |kindly\ )?
    (?:explain|tell|describe|say|clarify|teach|remind|i\ wonder|i\ am\ wondering|do\ you\ know|are\ (?:we|you)\ sure
      |i\ (?:want|would\ like|need)\ to\ (?:know|understand))
    \b(?:\ (?:to\ )?(?:me|us))?(?:\ about)?
    \ (?P<inside>(?:what|which|how|why|who|whose|when|where|if|whether|that)\b.*)""",
    re.VERBOSE,
)


def question_of(text: str) -> Question | None:
    """The kind of question that a text asks; None for a request, a statement, or a single word."""
    sentence = normalise(text)
    polite = _POLITE.match(sentence)
    if polite:
        sentence = sentence[polite.end() :]
    inside = _INDIRECT.match(sentence)
    if inside:
        sentence = re.sub(r"^(?:if|whether|that)\b", "is it", inside["inside"])
    if " " not in sentence or _REQUEST.match(sentence):
        return None
    return next((kind for kind, pattern in _PATTERNS if pattern.match(sentence)), None)
