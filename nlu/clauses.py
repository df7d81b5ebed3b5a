"""Two requests in one message: `create a bucket and a queue` is two, `a bucket with versioning and encryption` is one.

By words alone and with care: what may be one request stays one. What follows a question, a condition or a negation is
never cut from it, because it would mean something else alone.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from .asking import question_of
from .entities.names import is_structured
from .entities.vocabulary import FUNCTION_WORDS, ORDINARY_WORDS
from .negation import is_negated
from .text import straighten

MOST = 8
"""A message of more requests than this is taken as one, and mostly not understood."""

LONGEST = 1_000
"""Characters: a longer text is a letter, not a list of requests."""

_STRONG = re.compile(
    r"\s*(?:;|(?<=[\w\"')])[.!?](?=\s)|\n|,?\s+(?:and\s+|but\s+)?(?:then|afterwards|after\s+that|secondly|finally)\b,?)\s*",
    re.IGNORECASE,
)
_WEAK = re.compile(r"\s*,?\s+(?:and(?:\s+also)?|plus|as\s+well\s+as|&)\s+|\s*,\s+", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)")
_POLITE = (
    r"(?:(?:and|also|please|then|now|just|finally|afterwards|too"
    r"|(?:can|could|would|will)\s+you|let\s+us|let's|i\s+(?:also\s+)?(?:want|need|would\s+like|wish)(?:\s+you)?\s+to)\s+)*"
)
_DELETE = r"(?:delete|remove|destroy|drop|erase|tear\s+down|get\s+rid\s+of|throw\s+away)"
_CREATE = (
    r"(?:create|make|build|provision|deploy|launch|set\s+up|spin\s+up|add|(?:give|get|make|build)\s+(?:me|us)"
    r"|(?:i|we)\s+(?:also\s+)?(?:need|want|would\s+like)(?:\s+to\s+have)?)"
)
_STOP = r"(?:cancel|stop|abort|reject|forget)"
_LOOK = (
    r"(?:(?:list|show|display|print|describe)\s+\S|tell\s+me\s+(?!when|once|as\s+soon|if)\S|what(?:'s)?\s+\S"
    r"|how\s+(?:many|much|long|far|is|are)\b|who\s|is\s+(?:there|any)|are\s+there|do\s+(?:i|we)\s|status\b"
    r"|which\s+\w+s\s+(?:do|are|exist|have))"
)
_STARTS_DELETING = re.compile(rf"{_POLITE}{_DELETE}\s+(?P<object>\S.*)", re.IGNORECASE | re.DOTALL)
_STARTS_CREATING = re.compile(rf"{_POLITE}{_CREATE}\s+(?P<object>\S.*)", re.IGNORECASE | re.DOTALL)
_STARTS_LOOKING = re.compile(rf"{_POLITE}{_LOOK}", re.IGNORECASE)
_STARTS_STOPPING = re.compile(rf"{_POLITE}{_STOP}\s+\S", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:(?:(?:and|then|also|afterwards|after\s+that|next|finally)|(?:first|second|third|last)(?:ly)?(?=,?\s+"
    rf"(?:{_CREATE}|{_DELETE})\b))\b,?\s+)+",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?:it|that|this|them|those|these|both|everything)\b", re.IGNORECASE)
_ENDS_WITH_VERB = re.compile(rf"(?:{_DELETE}|create|make|build|list|show|read|write|update)\s*$", re.IGNORECASE)
_CONDITION = re.compile(
    rf"{_POLITE}(?:if|when|whenever|once|after|before|unless|until|while|because|since|although|suppose|imagine)\b",
    re.I,
)
_RELATIVE = re.compile(
    r"\s(?:that|which|who|where|so)\s+\w+|\s(?:used\s+|able\s+|in\s+order\s+)?to\s+\w+", re.IGNORECASE
)
_DETERMINER = r"(?:an?|another|one|two|three|four|five|\d+|the|my|our|your|that|this|those|these|some|both|all)"
_HEAD_ENDS = (
    r"(?=\s*(?:$|[,;.!?])|\s+(?:called|named|in|into|with|without|for|that|which|over|from|to|using|and|plus|as|please|too"
    r"|of|by|at|on|then|instead|now|today)\b|\s+[\"']|\s+\S*[-_\d]\S*)"
)
_ONE = re.compile(
    r"(?:(?:another|a\s+(?:second|third|new|different))\s+one(?=\s*[.!]*$|\s+(?:called|named|in|for|with|without)\b)"
    r"|(?<![\w-])one(?=\s+(?:called|named|in|for|with|without)\b))",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•])\s+", re.MULTILINE)
_MANY = re.compile(r"\b(?:both\s+(?:the\s+)?|two\s+|three\s+|four\s+|five\s+|\d+\s+)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9][\w.-]*[A-Za-z0-9]|[A-Za-z0-9]")
_JOINT = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*", re.IGNORECASE)
_MARKED = re.compile(r"\b(?:called|named|names)\s+$", re.IGNORECASE)
_BEFORE_NAMES = re.compile(rf"(?:called|named|names|of|{_DELETE})\s+$", re.IGNORECASE)


@dataclass(frozen=True)
class Clause:
    """One request. `elided`: its verb was said with the request before it, so that the two share a place as well."""

    text: str
    elided: bool = False


def may_hold_several(text: str) -> bool:
    """Whether it is worth to look closer: most messages have no place where they could be cut."""
    straight = straighten(_as_one_line(text)).strip()
    return len(straight) <= LONGEST and bool(_STRONG.search(straight) or _WEAK.search(straight))


def requests_in(text: str, *, nouns: Collection[str] = (), names: Collection[str] = ()) -> tuple[Clause, ...]:
    """The requests of a message in order, each a text that can be understood alone; () when there is but one.

    `nouns` are what people call the things of this bot, singular and plural; `names` those that exist.
    """
    straight = straighten(_as_one_line(text)).strip(" ;")
    if len(straight) > LONGEST or is_negated(straight) or _CONDITION.match(straight):
        return ()
    words = _Words(nouns, names)
    clauses = [each for part in _parts(straight, words) for each in _each_name(part, words)]
    return tuple(clauses) if 1 < len(clauses) <= MOST else ()


def _as_one_line(text: str) -> str:
    """A list of lines, numbered or not, as one of requests."""
    return re.sub(r"\s*\n\s*", "; ", _BULLET.sub("", text.strip()))


class _Words:
    """The words of this bot's things as patterns."""

    def __init__(self, nouns: Collection[str], names: Collection[str]) -> None:
        forms = sorted({each.casefold() for each in nouns}, key=lambda each: (-len(each), each))
        self.noun = "|".join(re.escape(each) for each in forms) or r"(?!)"
        self._names = {each.casefold() for each in names}
        self._bare = re.compile(rf"(?:{self.noun}){_HEAD_ENDS}", re.IGNORECASE)
        self._determined = re.compile(
            rf"{_DETERMINER}\s+(?:[\w-]+\s+){{0,3}}?(?:{self.noun}){_HEAD_ENDS}", re.IGNORECASE
        )
        self.any_noun = re.compile(rf"(?<![\w-])(?:{self.noun})(?![\w-])", re.IGNORECASE)
        self.object = re.compile(rf"(?<![\w-])(?:{_DETERMINER}\s|(?:{self.noun})(?![\w-]))", re.IGNORECASE)

    def is_thing(self, text: str) -> bool:
        """Whether the text begins with one of the bot's things: `a queue called b`, `queues`."""
        return bool(self._determined.match(text) or self._bare.match(text))

    def is_name(self, word: str) -> bool:
        return word.casefold() in self._names or is_structured(word.casefold())

    def names_something(self, text: str) -> bool:
        return any(self.is_name(token) for token in _TOKEN.findall(text))


def _parts(text: str, words: _Words) -> list[Clause]:
    """The message cut where another request begins."""
    hidden = _QUOTED.sub(lambda match: match.group()[0] + "q" * (len(match.group()) - 2) + match.group()[-1], text)
    found: list[Clause] = []
    start, governing = 0, ""
    for begin, end, strong in _separators(hidden):
        left, right = hidden[start:begin], hidden[end:]
        said = _LEADING.sub("", f"{left.strip()} ")  # `also, what is running`: nothing is asked for by `also`
        if begin < start or not said.strip() or not right.strip() or _ENDS_WITH_VERB.search(left):
            continue
        if not _beginning(left, right, words, strong=strong):
            continue
        found.append(_clause(text[start:begin], found, governing, words))
        governing = found[-1].text
        start = end
    return [*found, _clause(text[start:], found, governing, words)]


def _separators(text: str) -> Iterator[tuple[int, int, bool]]:
    strong = [(*match.span(), True) for match in _STRONG.finditer(text)]
    inside = [(*match.span(), False) for match in _WEAK.finditer(text)]
    weak = [each for each in inside if not any(each[0] < end and begin < each[1] for begin, end, _ in strong)]
    yield from sorted([*strong, *weak])


def _beginning(left: str, right: str, words: _Words, *, strong: bool) -> bool:
    """Whether another request begins on the right, or another thing to the same verb."""
    asked = question_of(left) is not None
    plain = _LEADING.sub("", right, count=1)
    if _STARTS_LOOKING.match(plain):
        return question_of(plain) is not None or not asked
    if asked or not (strong or _is_request(left, words)):
        return False
    return bool(_STARTS_STOPPING.match(plain)) or words.is_thing(plain) or _does_something(plain, left, words, strong)


def _does_something(right: str, left: str, words: _Words, strong: bool) -> bool:
    deleting, creating = _STARTS_DELETING.match(right), _STARTS_CREATING.match(right)
    if deleting:
        return _has_object(deleting["object"], left, words, strong=strong)
    if creating:
        return words.is_thing(creating["object"]) or bool(_ONE.match(creating["object"]))
    return bool(_ONE.match(right))


def _is_request(left: str, words: _Words) -> bool:
    """Whether what stands before could be a request: `in staging, create …` has none yet."""
    return any(
        pattern.match(left) for pattern in (_STARTS_DELETING, _STARTS_CREATING, _STARTS_LOOKING, _STARTS_STOPPING)
    ) or bool(words.any_noun.search(left))


def _has_object(object_: str, left: str, words: _Words, *, strong: bool) -> bool:
    """Something of this bot is to be deleted; `them` only where no `to store files and delete them` may be meant."""
    if _PRONOUN.match(object_):
        noun = words.any_noun.search(left)
        return strong or not _RELATIVE.search(left[noun.end() :] if noun else left)
    first = _TOKEN.match(object_)
    return words.is_thing(object_) or bool(first and words.is_name(first.group()))


def _clause(text: str, before: Iterable[Clause], governing: str, words: _Words) -> Clause:
    """The part as a request of its own: what it leaves out is taken from the one before."""
    plain = _LEADING.sub("", text.strip(), count=1).strip(" ,;")
    starts = (_STARTS_DELETING, _STARTS_CREATING, _STARTS_LOOKING, _STARTS_STOPPING)
    if not governing or any(each.match(plain) and not words.is_thing(plain) for each in starts):
        return Clause(_with_noun(plain, governing, words))
    governed = words.object.search(governing)
    lead = governing[: governed.start()] if governed else ""
    return Clause(lead + _with_noun(plain, governing, words), elided=True)


def _with_noun(text: str, governing: str, words: _Words) -> str:
    """`another one called b` after a bucket as `a bucket called b`."""
    noun = words.any_noun.search(governing)
    if noun is None:
        return text
    return re.sub(_ONE.pattern, f"a {noun.group()}", text, count=1, flags=re.IGNORECASE)


def _each_name(clause: Clause, words: _Words) -> list[Clause]:
    """`delete the buckets x-1 and x-2` as two; the clause itself where no such list stands."""
    listed = _name_list(clause.text, words)
    if listed is None:
        return [clause]
    start, end, names = listed
    head, tail = _for_one(clause.text[:start], words), clause.text[end:]
    return [
        replace(clause, text=f"{head}{name}{tail}", elided=clause.elided or at > 0) for at, name in enumerate(names)
    ]


def _name_list(text: str, words: _Words) -> tuple[int, int, list[str]] | None:
    """Where a list of names stands and which: after `called`, a verb that deletes, or a noun."""
    many = bool(_MANY.search(text))
    for first in _TOKEN.finditer(text):
        before = text[: first.start()]
        noun = list(words.any_noun.finditer(before))
        directly = bool(noun) and before.rstrip() == before[: noun[-1].end()]
        if not (directly or _BEFORE_NAMES.search(before)):
            continue
        several = many or (bool(noun) and noun[-1].group().casefold().endswith("s"))
        marked = several and bool(_MARKED.search(before))
        names, end = [first.group()], first.end()
        while (joint := _JOINT.match(text, end)) and (token := _TOKEN.match(text, joint.end())):
            names.append(token.group())
            end = token.end()
        if len(names) > 1 and all(_may_be_listed(each, words, several=several, marked=marked) for each in names):
            return first.start(), end, names
    return None


def _may_be_listed(word: str, words: _Words, *, several: bool, marked: bool) -> bool:
    """`several` things were asked for; `marked`: and their names follow, so that ordinary words may be some."""
    if words.is_name(word):
        return True
    known = FUNCTION_WORDS if marked else FUNCTION_WORDS | ORDINARY_WORDS
    return several and (len(word) == 1 or not (word.casefold() in known or words.any_noun.fullmatch(word)))


def _for_one(head: str, words: _Words) -> str:
    """`create two buckets called ` as `create a bucket called `."""
    match = next(iter(reversed(list(words.any_noun.finditer(head)))), None)
    if match is None:
        return head
    noun = match.group()
    singular = noun[:-1] if noun.casefold().endswith("s") and not noun.casefold().endswith("ss") else noun
    before = _MANY.sub("", head[: match.start()])
    makes_new = bool(_STARTS_CREATING.match(before + "x"))
    if makes_new and not re.search(r"\b(?:an?|the)\s+(?:[\w-]+\s+)?$", before):
        before += "a "
    after = head[match.end() :]
    return f"{before}{singular}{' called ' if makes_new and not after.strip() else after}"
