"""Stored sentences in the language of whoever reads them: `<field>_told` beside a field has what its text is made of.

English is stored too: for programs, for searching, and for whatever has no facts beside it, which is shown as it is.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from django.utils.translation import gettext, ngettext, npgettext, pgettext

from .sentences import English, Facts, Sentence, sentence_text

View = TypeVar("View")

SUFFIX = "_told"
WORDS = "catalogue"
"""The gettext context of the built-in catalogue's own words."""
_BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""What facts that fit no sentence come to: written by another version, or by hand, or a translation misses a name."""
# Longer ones are lists of what was found: kept once.
_LONGEST = 20_000


class _Reader:
    """The language that is active."""

    def one(self, text: str) -> str:
        return gettext(text)

    def many(self, text: str, plural: str, count: int) -> str:
        return ngettext(text, plural, count)

    def word(self, text: str, plural: str, count: int) -> str:
        return npgettext(WORDS, text, plural, count) if plural else word(text)


def word(text: str) -> str:
    """A text of the built-in catalogue for the reader; one that is not in it as it is."""
    return pgettext(WORDS, text) if text else text


def told(document: Mapping[str, Any], name: str) -> Any:
    """The text `name` of a stored document for the reader, or the tuple of texts."""
    stored, facts = document.get(name), document.get(name + SUFFIX)
    if isinstance(stored, list | tuple):
        every = facts if isinstance(facts, list) and len(facts) == len(stored) else [None] * len(stored)
        return tuple(_told(text, fact) for text, fact in zip(stored, every, strict=True))
    return _told(stored, facts)


def told_all(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with every text for the reader, and without what they are made of."""
    return {name: told(document, name) for name in document if not name.endswith(SUFFIX)}


def for_reader(view: View) -> View:
    """A view of somebody else's reading, with its sentences in the language that is active now."""
    return cast(View, _again(view))


def beside(name: str, text: Any) -> dict[str, Any]:
    """What is stored for a text: itself, and what it is made of."""
    if isinstance(text, list | tuple):
        return {name: [_english(each) for each in text], name + SUFFIX: [facts_of(each) for each in text]}
    return {name: _english(text), name + SUFFIX: facts_of(text)}


def facts_of(text: Any) -> Facts | None:
    return text.facts if isinstance(text, Sentence) and len(text) <= _LONGEST else None


def _told(stored: Any, facts: Any) -> Any:
    """What has been changed since its facts were stored is shown as it was changed; what cannot be told, as it is."""
    if not isinstance(stored, str) or not isinstance(facts, dict):
        return stored
    try:
        return Sentence(facts, _Reader()) if sentence_text(facts, English()) == stored else stored
    except _BROKEN:
        return stored


def _english(text: Any) -> Any:
    return sentence_text(text.facts, English()) if isinstance(text, Sentence) else text


def _again(value: Any) -> Any:
    if isinstance(value, Sentence):
        return _told(sentence_text(value.facts, English()), value.facts)
    if isinstance(value, tuple):
        return tuple(_again(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _again(getattr(value, each.name)) for each in fields(value)})
    return value
