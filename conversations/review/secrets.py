"""Hiding what looks like a secret, wherever people look at other people's messages or make training data of them."""

import re

from ..intake import MASK

_KEYED = r"(?:pass(?:word|phrase|wd|code)?|pwd|secret|token|(?:api|access|private)[\s_-]?key|credentials?|pin)"
_SHAPES = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL),
    re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b"),
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?"),
    re.compile(r"\b(?:gh[pousr]|github_pat|glpat|xox[abprs]|sk|pk|rk|hf|npm|pypi)[-_][\w-]{12,}"),
    re.compile(r"(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"),
    re.compile(r"\b[0-9a-fA-F]{32,}\b"),
    # Long words of mixed letters and digits: keys, not names.
    re.compile(r"(?<![\w+/-])(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[A-Z])(?=[\w+/=-]*\d)[\w+/=-]{24,}"),
)
_NAMED = re.compile(
    rf"\b(?P<lead>{_KEYED}(?:\s+(?:for|of)\s+\S+)?(?:\s*[:=]+\s*|\s+(?:is|was|to|as)\s+))"
    r"(?P<secret>\"[^\"]+\"|'[^']+'|\S+)",
    re.IGNORECASE,
)


def hidden(text: str) -> str:
    """The text with ••• in place of what looks like a secret."""
    for shape in _SHAPES:
        text = shape.sub(MASK, text)
    return _NAMED.sub(lambda found: found["lead"] + MASK, text)


def looks_secret(text: str) -> bool:
    return hidden(text) != text or MASK in text
