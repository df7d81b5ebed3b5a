"""Reading a message by its words alone, so that neither a yes nor a stop depends on a model."""

import re
from collections.abc import Iterable

from nlu.durations import WORDS

from .vocabulary import (
    AROUND_YES,
    ASSENT,
    EXACT,
    FILLERS,
    NO,
    NO_PHRASES,
    REFUSAL,
    STOPPING,
    THUMBS,
    YES,
    YES_PHRASES,
)

_DECISION = re.compile(
    r"^\s*(?:please\s+)?(?P<verb>cancel|abort|stop|no)d?(?:\s+(?:it|that|this|the\s+(?:plan|job)))?"
    r"(?:\s*[:,;–-]\s*|\s+)(?:because|since|as|reason:?)?\s*(?P<reason>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_REASON = re.compile(
    r"\b(?:because|since|reason(?: is|:)?)\s+(?P<reason>\S.*)$|:\s+(?P<colon>\S.*)$", re.IGNORECASE | re.DOTALL
)
_BECAUSE = re.compile(r"[\s,]+(?:because|since)\s.*$", re.IGNORECASE | re.DOTALL)
_DECIDES = re.compile(r"^\s*(?:please\s+)?(?P<verb>approve|reject|decline)(?:e?d)?\b", re.IGNORECASE)
# Up to three words after it ask about a thing ("why in staging?"); "why not" and "why don't we" propose one.
_WHY = re.compile(
    r"^\s*(?:(?:but|and|so|ok(?:ay)?|hm+)[,\s]+)*why\b(?!\s+(?:not|don.?t|doesn.?t|won.?t|can.?t)\b)"
    r"(?:\s+(?:did|do|would|are|were|have)\s+you\b|(?:\s+[^\s?.!]+){0,3}\s*[?.!]*\s*$)",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\b(?:change|update|modify|adjust|turn|switch|enable|disable)\b", re.IGNORECASE)
_SEVERAL = (
    r"(?:(?!1\b)\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|both|several|multiple|many"
    r"|(?:a\s+)?(?:few|couple|pair|dozen|bunch|handful|hundred)(?:\s+of)?)"
)
_COUNTS = {"both": 2, "couple": 2, "pair": 2, "dozen": 12, "hundred": 100}
_DIGITS = 6
_JOINS = "and|or|in|into|of|on|with|without|for|to|from|by|a|an|the|one|called|named"
_REFERENCE = re.compile(r"\b(that|this|it|the|last|those|these)\b", re.IGNORECASE)

_AROUND_A_CHOICE_WORDS = """
    the a an one i mean meant want would like take please that this it second first option number its to with and of in
    my do ok okay yes just lets let us use
"""
_AROUND_A_CHOICE = frozenset(_AROUND_A_CHOICE_WORDS.split())
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def normalised(text: str) -> str:
    """Lower case, one space between words, no punctuation around or inside them ("What's" is "whats")."""
    return " ".join(re.sub(r"[^\w\s-]", "", text.casefold()).split())


def exact_intent(text: str) -> str | None:
    """The intent of a message that is nothing but a known word or two."""
    return EXACT.get(normalised(text))


def decision_intent(text: str) -> str | None:
    """`base.reject` of "reject because it is too big": a decision that starts with its verb and gives a reason. What
    is approved or rejected may sound like a request ("approve delete staging bucket acme") and is none."""
    decides = _DECIDES.match(text)
    if decides:
        return "base.approve" if decides["verb"].lower() == "approve" else "base.reject"
    match = _DECISION.match(text)
    if match is None or _REASON.search(text) is None:
        return None
    verb = match["verb"].lower()
    return "base.deny" if verb == "no" else "base.cancel"


def asks_why(text: str) -> bool:
    """Whether a message asks for the reason of what the bot did: "why staging?", "but why did you take that one"."""
    return _WHY.search(text) is not None


def reason_in(text: str) -> str:
    """What follows because, since or a colon; up to 500 characters."""
    match = _REASON.search(text)
    return (match["reason"] or match["colon"]).strip()[:500] if match else ""


def refers_back(text: str) -> bool:
    """Whether the message points at something mentioned before ("that bucket", "delete it")."""
    return _REFERENCE.search(text) is not None


def changes_something(text: str) -> bool:
    """Whether the message asks to change what is there, not for something new."""
    return _CHANGE.search(text) is not None


def plural(noun: str) -> str:
    """`bucket` as `buckets`, by the rules of spelling."""
    if re.search(r"(?:s|x|z|ch|sh)$", noun):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if re.search(r"[^aeiou]y$", noun) else f"{noun}s"


def asks_for_several(text: str, nouns: Iterable[str]) -> bool:
    """Whether the message is about several of what `nouns` (singular and plural) name: "two buckets", "queues"."""
    forms = {normalised(noun) for noun in nouns}
    found = _counted(text, forms)
    return bool(found and (found["count"] or any(found["head"] == plural(each) for each in forms)))


def number_asked(text: str, nouns: Iterable[str]) -> int | None:
    """How many of what `nouns` name the message is about: 2 for "two new buckets"; None where it says no number."""
    forms = {normalised(noun) for noun in nouns}
    found = _counted(text, forms, between=rf"(?:(?!(?:{_JOINS})\b)[\w-]+\s+){{0,2}}")
    words = [word for word in (found["count"] or "").split() if word not in ("a", "of")] if found else []
    word = words[0] if words else ""
    if word.isdecimal():
        return int(word) if len(word) <= _DIGITS else None
    number = WORDS.get(word, _COUNTS.get(word))
    return int(number) if number is not None else None


def _counted(text: str, forms: set[str], between: str = "") -> re.Match[str] | None:
    """The first mention of one of `forms`, with the word that counts them; `between` the two a pattern may fit."""
    any_form = "|".join(re.escape(each) for each in sorted(forms, key=lambda each: (-len(each), each)))
    count = rf"(?P<count>{_SEVERAL}\s+){between}" if between else rf"(?P<count>{_SEVERAL}\s+)?"
    pattern = rf"(?<![\w-]){count}(?:(?:{any_form})\s+)*(?P<head>{any_form})(?![\w-])"
    return re.search(pattern, normalised(text)) if forms else None


def yes_or_no(text: str) -> bool | None:
    """What a message says to a question of yes or no, in many words or a sign; None when it is neither, or both."""
    signs = {THUMBS[sign] for sign in text if sign in THUMBS}
    plain = normalised(text)
    if not plain:
        return signs.pop() if len(signs) == 1 else None
    if plain in YES_PHRASES or plain in NO_PHRASES:
        return plain in YES_PHRASES and False not in signs
    for phrase in YES_PHRASES:
        plain = re.sub(rf"\b{phrase}\b", "yes", plain)
    words = set(plain.split())
    if not words <= YES | NO | AROUND_YES or not words & (YES | NO):
        return None
    said = not words & NO
    return said if signs <= {said} else None


def by_words(text: str, labels: Iterable[str]) -> str | None:
    """The only label that has all the words of an answer (`the queue`), or the one it counts to (`the first one`)."""
    offered = list(labels)
    words = re.findall(r"[\w-]+", normalised(text))
    counted = [_ORDINALS.index(word) for word in words if word in _ORDINALS]
    if "last" in words and set(words) <= _AROUND_A_CHOICE | {"last"}:
        return offered[-1]
    telling = set(words) - _AROUND_A_CHOICE
    if len(counted) == 1 and not telling - set(_ORDINALS):
        return offered[counted[0]] if counted[0] < len(offered) else None
    if not telling:
        return None
    fitting = [each for each in offered if telling <= set(re.findall(r"[\w-]+", normalised(each)))]
    return fitting[0] if len(fitting) == 1 else None


def is_question(text: str) -> bool:
    return text.rstrip().endswith("?")


def tokens(text: str) -> list[str]:
    """The words as they stand, without quotes and sentence marks around them."""
    return [word for word in (raw.strip("\"'`“”‘’.,;:!?()[]") for raw in text.split()) if word]


def plainly_approves(text: str, besides: Iterable[str] = ()) -> bool:
    """Whether a message says nothing but yes. An approval is read word by word and never guessed by a model: every word
    must be one of assent, a filler, or one of `besides` (the names that say what is meant)."""
    plain = normalised(_BECAUSE.sub("", text))
    if EXACT.get(plain) in ("base.affirm", "base.approve"):
        return True
    words = set(plain.split()) - {word for each in besides for word in normalised(each).split()}
    return bool(words & ASSENT) and words <= ASSENT | FILLERS


def plainly_refuses(text: str) -> bool:
    """Whether a message has a word of refusal in it."""
    return bool(set(normalised(text).split()) & REFUSAL)


def plainly_stops(text: str) -> bool:
    """Whether a message has a word of stopping in it."""
    return bool(set(normalised(text).split()) & STOPPING)
