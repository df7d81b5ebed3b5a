"""Yes or no about a feature: `with versioning`, `no versioning`, `versioning off`."""

import re
from collections.abc import Iterable

from ..text import phrase_pattern, straighten
from ..types import EntityDefinition
from .candidates import END, Candidate

_VERBS = (
    r"(?:enabl\w+|us(?:e|ing)|need|want|have|having|keep|activat\w+|add\w*|turn(?:ing)? on|switch(?:ing)? on"
    r"|set(?: up)?)"
)
_OFF = (
    r"(?:disabl\w+|deactivat\w+|(?:turn|switch)(?:ed|ing)?[ -]off|without|w/o|excluding|omit|skip|minus|non|not|no"
    r"|never)"
)
_DO_NOT = r"(?:i |we |you |it |please )?(?:(?:do|does|should|must|need|will)(?: not|n't)|dont|never)"
_NEGATION = rf"(?:{_DO_NOT} (?:want to |need to |have to |be )?{_VERBS}|{_OFF})"
_FILLER = r"(?:(?:any|the|its|it|with|for|be|of|a|an|have|keep|use|using|enable|enabled) ){0,2}"

_NEGATED_BEFORE = re.compile(rf"(?<![\w-])({_NEGATION})[ -]{_FILLER}$", re.IGNORECASE)
_NEGATED_SERIES = re.compile(
    r"(?<![\w-])(?:(?:without|neither|no)(?: (?!with\b|but\b)[\w-]+,?){1,5} (?:or|nor)"
    r"|without(?: (?!with\b|but\b)[\w-]+,?){1,3} and)"
    r" (?:any )?$",
    re.IGNORECASE,
)
_SAID = r"(?: (?:should be|must be|is|are|be|set to|turned|switched)|\s?[=:])?"
_OFF_AFTER = re.compile(
    rf"{_SAID} ?(?:(?:turned |switched )?off|disabled|false|not (?:enabled|needed|wanted|required|on))\b|\s?[=:] ?no\b",
    re.I,
)
_ON_AFTER = re.compile(rf"{_SAID} ?(?:(?:turned |switched )?on(?! [\w])|enabled|true)\b|\s?[=:] ?yes\b", re.I)


class BooleanFinder:
    def __init__(self, definition: EntityDefinition) -> None:
        self._slot = definition.name
        self._patterns = [
            (
                value,
                re.compile(
                    f"(?<![\\w.])(?:(?<!\\w-)|(?<=non-))(?:{phrase_pattern(map(straighten, words))}){END}",
                    re.IGNORECASE,
                ),
            )
            for value, words in ((True, definition.values.get("true", ())), (False, definition.values.get("false", ())))
            if words
        ]

    def find(self, text: str) -> Iterable[Candidate]:
        for value, pattern in self._patterns:
            for match in pattern.finditer(text):
                yield self._candidate(text, value, match.start(), match.end())

    def _candidate(self, text: str, value: bool, start: int, end: int) -> Candidate:
        before = text[max(0, start - 80) : start]
        negation = _NEGATED_BEFORE.search(before)
        if negation:
            start -= len(before) - negation.start(1)
            return self._found(not value, start, end, negates=True)
        if _NEGATED_SERIES.search(before):
            return self._found(not value, start, end)
        after = _OFF_AFTER.match(text, end)
        if after:
            return self._found(not value, start, after.end(), negates=True)
        after = _ON_AFTER.match(text, end)
        return self._found(value, start, after.end() if after else end)

    def _found(self, value: bool, start: int, end: int, *, negates: bool = False) -> Candidate:
        return Candidate(self._slot, "boolean", value, start, end, "built-in", negates=negates)
