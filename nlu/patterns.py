"""How large a regular expression becomes when it is compiled: counted repeats are written out, nested ones multiplied.

Fifteen characters can ask for more memory than a machine has, so this is looked at before anything is compiled.
"""

import re

MAXIMUM_SIZE = 20_000

_COUNTED = re.compile(r"\{(\d*)(,?)(\d*)\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


def has_comments(pattern: str) -> bool:
    """Whether comments or the flag x stand in it: what a repeat counts is then not plain to see."""
    return re.search(r"\(\?(?:#|[a-zA-Z]*x)", pattern) is not None


def pattern_size(pattern: str) -> int:
    """The number of elements it is written out to, at least; an estimate that errs to the large side."""
    groups = [0]
    last = at = 0
    while at < len(pattern):
        character = pattern[at]
        counted = _COUNTED.match(pattern, at) if character == "{" else None
        if character == "(":
            groups.append(0)
            last, at = 0, at + 1
        elif character == ")" and len(groups) > 1:
            last = groups.pop() + 1
            groups[-1] += last
            at += 1
        elif counted is not None and (counted[1] or counted[3]):
            factor = max(int(number[:9]) for number in (counted[1], counted[3]) if number)
            groups[-1] += last * max(factor - 1, 0)
            last, at = last * max(factor, 1), counted.end()
        else:
            last = 1
            groups[-1] += 1
            at = _atom_end(pattern, at)
    return sum(groups)


def _atom_end(pattern: str, at: int) -> int:
    if pattern[at] == "\\":
        return at + 2
    found = _CLASS.match(pattern, at) if pattern[at] == "[" else None
    return found.end() if found else at + 1
