"""What is wrong with an action's file, as sentences for its author."""

import difflib
from collections.abc import Iterable

_MOST = 20


class BadDefinition(ValueError):
    """The action's file is wrong; the text is a sentence that says where and what would be right."""


def near(name: str, known: Iterable[str]) -> str:
    """` Near it: Name.`, or nothing when nothing is."""
    found = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f" Near it: {', '.join(found)}." if found else ""


def near_or_all(name: str, known: Iterable[str]) -> str:
    """What is near; otherwise what there is."""
    names = sorted(known)
    more = ", …" if len(names) > _MOST else ""
    are = "are" if len(names) > 1 else "is"
    return near(name, names) or f" There {are}: {', '.join(names[:_MOST]) or 'nothing'}{more}."
