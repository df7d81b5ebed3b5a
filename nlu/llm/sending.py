"""Which messages may leave this installation at all."""

import re

from ..plainness import is_artificial

LONGEST_MESSAGE = 2_000

# Whatever is said about a secret stays here; who asks looks for what has the shape of one.
_ABOUT_SECRETS = re.compile(
    r"\b(?:passwords?|passphrases?|secrets?|tokens?|credentials?|(?:api|access|private)[ _-]?keys?)\b", re.IGNORECASE
)


def may_be_sent(text: str) -> bool:
    """Whether a language model may see a message, and could make something of it: no secrets, no code, no long text."""
    return len(text) <= LONGEST_MESSAGE and not is_artificial(text) and not _ABOUT_SECRETS.search(text)
