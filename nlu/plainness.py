"""Whether a text is something a person says, or code, markup or a transcript made to look like orders."""

import re

_ARTIFICIAL = re.compile(
    r"""
      \{\{ | \{% | \$\{ | \$\( | <\s*/?\s*(?:script|iframe|img|svg|system|user|assistant)\b | \]\( | __\w+__
    | ^\s*[\[{]\s*["'{\[]                                                   # JSON
    | \b(?:intent|confidence|approve\w*|force|override|approval_required)\s*(?:=|:=|set\ to)\s*\S
    | (?:^|[.\n"'`*]\s*)(?:system|assistant|user|human|developer)\s*:        # a transcript
    | (?:^|[`;&|]\s*|command:?\s+)(?:sudo|rm|curl|wget|terraform|aws|kubectl|bash|sh|python3?|drop\ table)\s+(?:-|[a-z])
    # Orders about orders: nobody asks colleagues to forget what they were told before they make a bucket.
    | \b(?:ignore|disregard|forget|override|bypass)\b (?:\s+\w+){0,4}?
      \s+ (?:instructions?|prompts?|rules|guidelines|policy|policies|guardrails)\b
    | \byou\s+are\s+now\s+(?:an?|in)\s+\w+
    | ;\s*(?:drop|delete|insert|update)\s | (?:^|\s)--(?:\w|$) | \.\./\.\.
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_artificial(text: str) -> bool:
    """A person's request has no template marks, no shell commands, no roles of a conversation and no orders about
    orders in it."""
    return bool(_ARTIFICIAL.search(text))
