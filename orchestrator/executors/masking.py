"""Keeps secrets out of everything people and MongoDB get to see.

Two nets, one behind the other: what Terraform marks as sensitive is replaced where it stands (`mask_marked`), and the
secret strings themselves are then looked for everywhere (`Secrets.scrub`), because providers copy them to places that
are not marked: the AWS provider's `tags_all` repeats sensitive tags in the clear.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

from orchestrator.sentences import Sentence

MASK = "(sensitive)"

# Shorter secrets are masked where they are marked; searched for in text, they would tear words apart.
SHORTEST_VARIABLE = 4
SHORTEST_MARKED = 8
_SHORTEST_LINE = 8


class Secrets:
    """Strings that must not appear anywhere. Immutable; `more` makes a larger one."""

    def __init__(self, values: Iterable[Any] = (), *, shortest: int = SHORTEST_VARIABLE) -> None:
        self._texts: frozenset[str] = frozenset(
            form for value in values for text in _texts(value) if len(text) >= shortest for form in _forms(text)
        )
        self._pattern = _pattern(self._texts)

    def more(self, values: Iterable[Any], *, shortest: int = SHORTEST_MARKED) -> "Secrets":
        larger = Secrets(values, shortest=shortest)
        larger._texts |= self._texts
        larger._pattern = _pattern(larger._texts)
        return larger

    def scrub(self, text: str) -> str:
        if not self._pattern:
            return text
        pattern = self._pattern
        return text.mapped(partial(pattern.sub, MASK)) if isinstance(text, Sentence) else pattern.sub(MASK, text)

    def mask(self, value: Any) -> Any:
        """The same JSON value without the secrets, in keys as well."""
        if not self._pattern:
            return value
        if isinstance(value, str):
            return self.scrub(value)
        if isinstance(value, dict):
            return {self.scrub(str(key)): self.mask(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.mask(each) for each in value]
        if isinstance(value, int | float) and not isinstance(value, bool) and str(value) in self._texts:
            return MASK
        return value


def mask_marked(value: Any, marks: Any) -> Any:
    """`value` with everything replaced that `marks`, Terraform's `*_sensitive` structure, says `true` for."""
    if marks is True:
        return None if value is None else MASK
    if isinstance(value, dict) and isinstance(marks, dict):
        return {key: mask_marked(each, marks.get(key)) for key, each in value.items()}
    if isinstance(value, list) and isinstance(marks, list):
        padded = [*marks, *[None] * (len(value) - len(marks))]
        return [mask_marked(each, mark) for each, mark in zip(value, padded, strict=False)]
    return value


def marked(value: Any, marks: Any) -> Iterator[Any]:
    """Every value that `mask_marked` would replace."""
    if marks is True:
        if value is not None:
            yield value
    elif isinstance(value, dict) and isinstance(marks, dict):
        for key, each in value.items():
            yield from marked(each, marks.get(key))
    elif isinstance(value, list) and isinstance(marks, list):
        for each, mark in zip(value, marks, strict=False):
            yield from marked(each, mark)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
        # A key in PEM form is often repeated line by line.
        yield from (line.strip() for line in value.splitlines()[:200] if len(line.strip()) >= _SHORTEST_LINE)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)


def _forms(text: str) -> Iterator[str]:
    """The ways a text is written inside other texts."""
    yield text
    yield text.strip()
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield quote(text, safe="")
    yield base64.b64encode(text.encode()).decode()


def _pattern(texts: frozenset[str]) -> re.Pattern[str] | None:
    if not texts:
        return None
    return re.compile("|".join(re.escape(text) for text in sorted(texts, key=lambda text: (-len(text), text)) if text))
