"""Values that stand where one of a list belongs and are none of it: `in narnia`, `to the moonbase environment`.

Only lists that training phrases have after `in` or `to` are looked at, and only words that can hardly be anything else.
"""

import re
from collections.abc import Iterable, Sequence

from ..text import phrase_key, straighten
from ..types import EntityDefinition, TrainingData
from .candidates import START, Candidate, Strength
from .vocabulary import FUNCTION_WORDS, ORDINARY_WORDS

_WORD = r"[a-z][\w-]*"
# What may follow the value: the sentence's end, or words that begin something else.
_AFTER = (
    r"(?=\s*(?:[,;.!?)]|$)|\s+(?:please|called|named|with|without|and|but|or|for|that|which|over|using|as|instead|now"
    r"|today|then|thanks)\b)"
)
_SENDING = r"(?:deploy|ship|push|move|release|promote|put|bring|provision|launch)"
_SHORT_NAMES = {"environment": ("env",)}
# `in parallel`, `in december`, `in aws`: a manner, a time, or a place that is no environment's.
_IDIOM_WORDS = """
    advance bulk case chief common detail dollars effect english essence euros excess fact general german haste
    hindsight house memory mind need order parallel part particular passing person practice principle progress reality
    return reverse row rush sequence series short stock sync tandem theory total touch transit triplicate turn use vain
    vitro work writing
    autumn fall spring summer winter january february march april may june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday morning noon afternoon evening night midnight
    africa america asia australia europe eu uk us usa
    aws amazon azure gcp google cloud s3 sqs ec2 vpc terraform kubernetes docker python json yaml
"""
_IDIOMS = frozenset(_IDIOM_WORDS.split())


class UnlistedFinder:
    """Finds them for one list. `others` are what other finders saw: what they know is not unknown."""

    def __init__(self, definition: EntityDefinition, data: TrainingData) -> None:
        named = "|".join(re.escape(each) for each in (definition.name, *_SHORT_NAMES.get(definition.name, ())))
        named = rf"(?:{named})"
        self._slot = definition.name
        # The intents' own words (`in progress`, `in the morning`); not those of phrases that are out of scope.
        phrases = (phrase for intent in data.intents for phrase in intent.examples)
        self._known = frozenset(word for phrase in phrases for word in phrase_key(phrase).split())
        self._bare = re.compile(
            rf"{START}(?:(?:in|into|inside|within)|{_SENDING}\s[^,;.!?]*?\bto)\s+(?P<value>{_WORD}){_AFTER}",
            re.IGNORECASE,
        )
        self._cued = re.compile(
            rf"{START}(?:in|into|inside|within|to|for|on|from)\s+(?:an?\s+|the\s+|our\s+|my\s+)?"
            rf"(?:(?P<value>{_WORD})\s+{named}|{named}\s+(?:called\s+|named\s+)?(?P<late>{_WORD}))\b",
            re.IGNORECASE,
        )

    @classmethod
    def all_of(cls, data: TrainingData) -> "list[UnlistedFinder]":
        phrases = [phrase for intent in data.intents for phrase in intent.examples]
        lists = [each for each in data.entities if each.kind == "list"]
        return [cls(each, data) for each in lists if any(f"in {{{each.name}}}" in phrase for phrase in phrases)]

    def find(self, text: str, others: Sequence[Candidate]) -> Iterable[Candidate]:
        straight = straighten(text)
        known = [each for each in others if each.strength > Strength.GUESS]
        for pattern in (self._cued, self._bare):
            for match in pattern.finditer(straight):
                group = "value" if match["value"] else "late"
                start, end = match.span(group)
                word = match[group].casefold()
                if not self._is_ordinary(word) and not any(each.start < end and start < each.end for each in known):
                    yield Candidate(self._slot, "list", text[start:end], start, end, "unlisted")

    def _is_ordinary(self, word: str) -> bool:
        return word in _IDIOMS or word in FUNCTION_WORDS or word in ORDINARY_WORDS or word in self._known
