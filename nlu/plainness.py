"""Whether a text is something a person says, or code, markup or a transcript made to look like orders."""

import re

_ARTIFICIAL = re.compile(
    r"""
      \{\{ | \{% | \$\{ | \$\( | <\s*/?\s*(?:script|iframe|img|svg|system|user|assistant)\b | \]\( | __\w+__
    | ^\s*[\[{]\s*["'{\[]                                                   # JSON
    | \b(?:intent|confidence|approve\w*|force|override|approval_required)\s*(?:=|:=|set\ to)\s*\S
    | (?:^|[.\n"'`*]\s*)(?:system|assistant|user|human|developer)\s*:        # a transcript
    | (?:^|[`;&|]\s*|command:?\s+)(?:sudo|rm|curl|wget|terraform|aws|kubectl|bash|sh|python3?|drop\ table)\s+(?:-|[a-z])
    | ;\s*(?:drop|delete|insert|update)\s | (?:^|\s)--(?:\w|$) | \.\./\.\.
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_artificial(text: str) -> bool:
    """A person's request has no template marks, no shell commands and no roles of a conversation in it."""
    return bool(_ARTIFICIAL.search(text))
