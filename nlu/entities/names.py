"""Names of resources: after `called` and the like, in quotes, or where a training phrase has its {name}."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..text import phrase_key, straighten
from ..types import EntityDefinition, TrainingData
from .candidates import Candidate, Strength
from .vocabulary import FUNCTION_WORDS, ORDINARY_WORDS

_BARE = r"[^\s\"'`,;!?()<>]+"
_QUOTED = r"\"[^\"]{1,120}\"|'[^']{1,120}'|`[^`]{1,120}`"
_MARKERS = (
    r"called|named|titled|labell?ed|(?:re)?name (?:it|this|that|them)(?: to)?|rename to"
    r"|call (?:it|this|that|them|him|her)|(?:by|with|under) the name(?: of)?"
    r"|name (?:is|should be|will be|must be|shall be|to)"
    r"|name\s?[:=]|name|as"
)
_MARKED = re.compile(rf"(?<![\w-])(?P<marker>{_MARKERS})(?:\s*[:=]\s*|\s+)(?P<name>{_QUOTED}|{_BARE})", re.IGNORECASE)
_IN_QUOTES = re.compile(rf"(?<!\w)(?:{_QUOTED})(?!\w)")
_TOKEN = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?")
_WORD_OR_SLOT = re.compile(r"\{\w+\}|[\w'-]+")
_WEAK_MARKERS = ("as", "name")
_NEW = {"a", "an", "new", "another"}
_PLACED = {"in", "until", "till"}
_DETERMINERS = {"the", "my", "our", "your", "that", "this", "their"}


@dataclass(frozen=True)
class NameContexts:
    """What stands beside {slot} in the training phrases, and the words that are the bot's own, hence no names."""

    before: frozenset[str]
    after: frozenset[str]
    vocabulary: frozenset[str]

    @classmethod
    def of(cls, slot: str, data: TrainingData) -> "NameContexts":
        phrases = [phrase for intent in data.intents for phrase in intent.examples]
        before, after, words = set(), set(), set()
        for phrase in (*phrases, *data.out_of_scope):
            tokens = _WORD_OR_SLOT.findall(straighten(phrase).casefold())
            words.update(phrase_key(re.sub(r"\{\w+\}", " ", phrase)).split())
            words.update(tokens)
            for at, token in enumerate(tokens):
                if token == f"{{{slot}}}":
                    before.add(_left(tokens, at))
                    after.add(_right(tokens, at))
        return cls(frozenset(before - {""}), frozenset(after - {""}), frozenset(words))

    def is_ordinary(self, word: str) -> bool:
        return word in self.vocabulary or word in ORDINARY_WORDS or word in FUNCTION_WORDS


class NameFinder:
    def __init__(self, definition: EntityDefinition, contexts: NameContexts) -> None:
        self._slot = definition.name
        self._contexts = contexts

    def find(self, text: str) -> Iterable[Candidate]:
        yield from self._marked(text)
        yield from self._quoted(text)
        yield from self._in_context(text)

    def _marked(self, text: str) -> Iterator[Candidate]:
        for match in _MARKED.finditer(text):
            start, end = match.span("name")
            if text[start] in "\"'`":
                yield self._candidate(text, start + 1, end - 1, Strength.MARKED)
                continue
            end = start + len(text[start:end].rstrip(".:*"))
            word = text[start:end].casefold()
            if end > start and self._may_follow(match["marker"].casefold(), word):
                yield self._candidate(text, start, end, Strength.MARKED)

    def _may_follow(self, marker: str, word: str) -> bool:
        if word in FUNCTION_WORDS or "'" in word:
            return False
        if marker == "as":
            return is_structured(word)
        return marker not in _WEAK_MARKERS or not self._contexts.is_ordinary(word)

    def _quoted(self, text: str) -> Iterator[Candidate]:
        for match in _IN_QUOTES.finditer(text):
            yield self._candidate(text, match.start() + 1, match.end() - 1, Strength.TYPED)

    def _in_context(self, text: str) -> Iterator[Candidate]:
        tokens = list(_TOKEN.finditer(text))
        words = [token.group().casefold() for token in tokens]
        for at, token in enumerate(tokens):
            if self._fits(words, at):
                yield self._candidate(text, *token.span(), Strength.GUESS)

    def _fits(self, words: list[str], at: int) -> bool:
        """A plain word is a name only after a noun or verb that had one in training; `acme-logs` also elsewhere."""
        word = words[at]
        structured = is_structured(word)
        if not structured and (len(word) < 3 or word.isdigit()):
            return False
        if not structured and self._contexts.is_ordinary(word):
            return self._is_apposed(words, at)
        left = _left(words, at)
        if left in self._contexts.before:
            return structured or " " not in left
        determined = at > 0 and words[at - 1] in _DETERMINERS
        return structured and determined and _right(words, at) in self._contexts.after

    def _is_apposed(self, words: list[str], at: int) -> bool:
        """`a queue orders in staging`: a word of the bot's own right behind a new thing, where only its name can stand,
        and before its place or its end."""
        word, left = words[at], _left(words, at)
        known = word in ORDINARY_WORDS or word in FUNCTION_WORDS or word in self._contexts.before
        # `a bucket hosted in staging`
        if known or word.endswith(("ed", "ing")) or at < 2 or left != words[at - 1]:
            return False
        is_new = _NEW & set(words[max(0, at - 3) : at - 1])
        followed = words[at + 1] if at + 1 < len(words) else ""
        return bool(left in self._contexts.before and is_new and followed in _PLACED)

    def _candidate(self, text: str, start: int, end: int, strength: Strength) -> Candidate:
        value = text[start:end].strip()
        # A guessed plain word stays visible to the classifier: `delete facebook` is not `delete acme-logs`.
        opaque = strength > Strength.GUESS or is_structured(value.casefold())
        return Candidate(self._slot, "name", value, start, end, "name", strength, opaque)


def is_structured(word: str) -> bool:
    """Has the form of an identifier: acme-logs, team_data, logs2, a.b; not a number, not an English compound."""
    if not re.search(r"[a-z]", word) or not re.search(r"[-_.\d]", word):
        return False
    parts = [part for part in re.split(r"[-_.]", word) if part]
    ordinary = FUNCTION_WORDS | ORDINARY_WORDS
    return not (len(parts) > 1 and all(part in ordinary for part in parts)) and parts[0] not in {"non", "multi", "pre"}


def _left(tokens: list[str], at: int) -> str:
    """The word before; with a function word between, both (`outputs of`); nothing when there is none to go by."""
    previous = tokens[at - 1] if at > 0 else ""
    if previous not in FUNCTION_WORDS:
        return "" if previous.startswith("{") else previous
    head = tokens[at - 2] if at > 1 else ""
    if previous in _DETERMINERS or not head or head in FUNCTION_WORDS or head.startswith("{"):
        return ""
    return f"{head} {previous}"


def _right(tokens: list[str], at: int) -> str:
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    return "" if following in FUNCTION_WORDS or following.startswith("{") else following
