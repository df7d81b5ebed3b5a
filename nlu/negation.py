"""Whether a sentence asks that something be not done: `don't delete it`; but not `without versioning`, `why not`."""

import re
from collections.abc import Iterable

from .text import straighten

_AUXILIARY = r"do|does|should|shall|must|will|would|can|could|may|need"
# Said with a negation, meant without one: questions, figures of speech, and what is no longer needed.
_HARMLESS = re.compile(
    r"""\bwhy\ (?:not|don'?t|do\ not)\b
    | \b(?:can|could|would|will|won|should|do)(?:'?n?'?t)\ (?:you|we|i)\b(?!\ dare)
    | \b(?:do\ not|don'?t|dont|never|no)\ (?:forget|hesitate|wait|worry|mind|know|care|see|understand)\b
    | \b(?:do\ not|don'?t|dont|never|no)\ (?:remember|fail|problem)\b
    | \b(?:can\s?not|can'?t)\ (?:wait|find|see|remember|access|reach)\b
    | \b(?:do\ not|don'?t|dont)\ have\b
    | \b(?:do\ not|don'?t|dont|no\ longer|not)\ (?:really\ )?(?:need|want|use|require)\ (?!to\b|you\b)[^,.;!?]*?
      \b(?:any\ ?more|any\ longer|now)\b
    | \bno\ longer\ (?:need|want|use|require)
    | \bif\ (?:you|it|that|there)\ (?:do|does|is)(?:\ not|n't)\b
    | \bnot\ only\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ACTION = (
    r"(?:creat|mak|build|delet|destroy|remov|deploy|apply|approv|provision|launch|start|run|spin|set|add|chang|execut|"
    r"touch|wip|terminat|drop|proceed|continu|tear|giv|kill)"
)
_MEANT = r"decid|ask|plan|intend|say|request|want|think|suggest|propos|order|agree|tell|talk|mean"
_NEGATED = re.compile(
    rf"""\b(?:{_AUXILIARY})(?:\ not|n't)\b | \b(?:won't|can't|shan't|dont|cannot|wont|shouldnt|mustnt)\b
    | \bdid(?:\ not|n't)\ (?:ask|say|want|mean|request|tell)\b
    | \bnever\b | \bno\ need\ (?:to|for)\b | \bnot\ (?:necessary|needed)\b
    | \brather\ (?:not|you\ did(?:\ not|n't))\b | \b(?:avoid|refrain\ from|stop|quit)\ \w+ing\b
    | \bwithout\ {_ACTION}\w*ing\b | \binstead\ of\ {_ACTION}\w*ing\b
    | \bnot\ (?:to\ )?(?:be\ )?{_ACTION}\w*\b | \bnot\ going\ to\b
    | \b(?:have|has|had|am|are|is|was|were|'m|'re)(?:\ not|n't)\ (?:yet\ |really\ )?(?:{_MEANT})\w*
    | \bnot\ what\ (?:i|we)\b | \b(?:nothing|none|neither)\b[^,.;!?]*\b(?:should|shall|must|may|is\ to|gets?|be)\b
    | \bdo\ nothing\b | \bjust\ kidding\b
    | \bhands\ off\b | \b(?:leave|let)\ [^,.;!?]*\b(?:alone|untouched|as\ (?:it\ is|they\ are|is))\b
    | \bunder\ no\ circumstances\b | \bby\ no\ means\b | \b(?:nobody|no\ one|none\ of\ you)\b
    | ^(?:please\ )?no\ (?:more|new|further)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_negated(text: str, belongs_elsewhere: Iterable[tuple[int, int]] = ()) -> bool:
    """Whether the request is negated. `belongs_elsewhere` are spans whose negation is a value's own."""
    straight = straighten(text)
    for start, end in belongs_elsewhere:
        straight = straight[:start] + "_" * (end - start) + straight[end:]
    return bool(_NEGATED.search(_HARMLESS.sub(" ", straight)))
