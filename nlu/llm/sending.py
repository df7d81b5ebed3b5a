"""Which messages may leave this installation at all."""

import re

from ..plainness import is_artificial

LONGEST_MESSAGE = 2_000

# What looks like a key stays here, and so does whatever is said about one.
_SECRET = re.compile(
    r"""
      \b(?:AKIA|ASIA)[0-9A-Z]{16}\b | -----BEGIN\ [A-Z ]*PRIVATE\ KEY
    | \b(?:gh[pousr]_|github_pat_|xox[abprs]-|sk-)\w{10,} | \beyJ[\w-]{10,}\.[\w-]{10,}\.
    | \b(?:passwords?|passphrases?|secrets?|tokens?|credentials?|(?:api|access|private)[ _-]?keys?)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def may_be_sent(text: str) -> bool:
    """Whether a language model may see a message, and could make something of it: no secrets, no code, no long text."""
    return len(text) <= LONGEST_MESSAGE and not is_artificial(text) and not _SECRET.search(text)
