"""How a message is read: straightened (same length, so that spans hold), and normalised for comparing."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "`", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_STRAIGHT |= {ord(dash): "-" for dash in "‐‑‒–"} | {0xA0: " ", ord("\n"): " ", ord("\t"): " ", ord("\r"): " "}

_CONTRACTIONS = (
    (re.compile(r"\b(can)'?t\b"), "can not"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"\bwon'?t\b"), "will not"),
    (re.compile(r"\bshan'?t\b"), "shall not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|would|should|could|must|need)n'?t\b"), r"\1 not"),
    (
        re.compile(r"\b(what|where|who|how|that|there|here|it|he|she)(?:'s|s(?=\s+(?:running|up|going|the)\b))"),
        r"\1 is",
    ),
    (re.compile(r"\blet'?s\b"), "let us"),
    (re.compile(r"\bi'?m\b"), "i am"),
    (re.compile(r"\b(i|you|we|they)'(ve)\b"), r"\1 have"),
    (re.compile(r"\b(i|you|we|they|it|he|she|that)'ll\b"), r"\1 will"),
    (re.compile(r"\b(i|you|we|they|he|she)'d\b"), r"\1 would"),
    (re.compile(r"\b(you|we|they|what)'re\b"), r"\1 are"),
    (re.compile(r"\b(?:pls|plz|plse)\b"), "please"),
    (re.compile(r"\bany\s+(more|longer)\b"), r"any\1"),
)
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")
_SPACES = re.compile(r"\s+")


def straighten(text: str) -> str:
    """One character for one: typographic quotes, dashes and line ends become plain ones."""
    return text.translate(_STRAIGHT)


def normalise(text: str) -> str:
    """Lower case, contractions written out, `heeeey` as `hey`: what features and comparisons see."""
    text = unicodedata.normalize("NFKC", straighten(text)).casefold()
    for pattern, replacement in _CONTRACTIONS:
        text = pattern.sub(replacement, text)
    return _SPACES.sub(" ", _LONG_RUN.sub(r"\1", text)).strip()


@lru_cache(maxsize=32_768)
def phrase_key(phrase: str) -> str:
    """Two phrases with the same key are the same phrase: case, punctuation and spacing do not count."""
    return " ".join(re.findall(r"[\w{}]+", normalise(phrase)))


def phrase_pattern(phrases: Iterable[str]) -> str:
    """A regular expression for any of the phrases, the longest first; spaces, hyphens and underscores are one."""
    ordered = sorted({phrase.strip() for phrase in phrases if phrase.strip()}, key=lambda each: (-len(each), each))
    return "|".join(r"[\s_-]+".join(map(re.escape, re.split(r"[\s_-]+", phrase))) for phrase in ordered)
