"""What rules said about a plan, read strictly: an answer of another form is an error, and an error denies."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.plan_types import PolicyFinding
from orchestrator.sentences import placed_stated, stated
from orchestrator.types import Demand

_PARTS = ("deny", "warn", "approve")
_NEEDED = ("other", "two")
_MOST_FINDINGS = 50
_LONGEST_MESSAGE = 500
_LARGEST = 2**63 - 1
_SLOT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


@dataclass(frozen=True)
class Verdict:
    denials: tuple[PolicyFinding, ...] = ()
    warnings: tuple[PolicyFinding, ...] = ()
    demands: tuple[Demand, ...] = ()

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(self.denials + other.denials, self.warnings + other.warnings, self.demands + other.demands)


class BadAnswer(Exception):
    """A rule's answer is not of the form that docs/reference/policy.md tells."""


def verdict_read(rule: str, answer: Any) -> Verdict:
    """What one rule said: {"deny": [...], "warn": [...], "approve": [...]}. Raises BadAnswer."""
    if not isinstance(answer, Mapping) or not answer:
        raise BadAnswer(_("It defines none of deny, warn and approve."))
    for part in _PARTS:
        if not isinstance(answer.get(part, []), list):
            raise BadAnswer(_("%(part)s must be a set: write “%(part)s contains …”.") % {"part": part})
        if len(answer.get(part, [])) > _MOST_FINDINGS:
            raise BadAnswer(_("%(part)s has more than %(most)s members.") % {"part": part, "most": _MOST_FINDINGS})
    return Verdict(
        denials=tuple(_finding(rule, each) for each in answer.get("deny", [])),
        warnings=tuple(_finding(rule, each) for each in answer.get("warn", [])),
        demands=tuple(_demand(rule, each) for each in answer.get("approve", [])),
    )


def errored(rule: str, why: str) -> Verdict:
    """A rule that cannot be run denies."""
    message = stated(
        "The rule cannot be run, and what cannot be judged is not done: %(why)s", why=why[:_LONGEST_MESSAGE]
    )
    return Verdict(denials=(PolicyFinding(rule=rule, message=message, error=True),))


def _finding(rule: str, said: Any) -> PolicyFinding:
    said = {"message": said} if isinstance(said, str) else said
    suggest, slots = _at(said, "suggest", {}), _at(said, "slots", [])
    if not isinstance(suggest, Mapping) or not all(_SLOT.match(each) for each in suggest):
        raise BadAnswer(_("suggest must be an object: the value that would pass, by the name of its slot."))
    if not isinstance(slots, list) or not all(isinstance(each, str) for each in slots):
        raise BadAnswer(_("slots must be names of slots."))
    return PolicyFinding(
        rule=rule,
        message=_message(said),
        resource=_line(str(_at(said, "resource", ""))),
        suggest={name: _storable(value) for name, value in suggest.items()},
        slots=tuple(_line(each) for each in slots[:_MOST_FINDINGS]),
    )


def _demand(rule: str, said: Any) -> Demand:
    needed, groups = _at(said, "needed", "other"), _at(said, "groups", [])
    if needed not in _NEEDED:
        raise BadAnswer(_("needed must be one of: %(names)s.") % {"names": ", ".join(_NEEDED)})
    if not isinstance(groups, list) or not all(isinstance(each, str) for each in groups):
        raise BadAnswer(_("groups must be names of groups."))
    return Demand(
        needed,
        tuple(_line(each)[:150] for each in groups[:_MOST_FINDINGS]),
        stated("%(message)s (%(rule)s)", message=_message(said), rule=rule),
    )


def _message(said: Any) -> str:
    message = _at(said, "message", "")
    if isinstance(message, list):
        return _placed(message)
    if not isinstance(message, str) or not message.strip():
        raise BadAnswer(_("Every member needs a message: a sentence for people."))
    return _line(message)


def _placed(message: list[Any]) -> str:
    """A sentence with %s, and what stands there: so it can be read in other languages."""
    text, values = message[0] if message else "", [_line(str(each)) for each in message[1:]]
    # Cut first: what is counted is what is filled in.
    text = _line(text) if isinstance(text, str) else ""
    if not text or not text.count("%s") == text.count("%") == len(values):
        raise BadAnswer(_("A message that is a list is a text with %%s for each of the values after it.") % {})
    made = placed_stated(text, values)
    return made if len(made) <= _LONGEST_MESSAGE else _line(made)


def _line(text: str) -> str:
    """On one line, bounded, and without half characters, which JSON can have and a database cannot."""
    return " ".join(text.encode(errors="replace").decode().split())[:_LONGEST_MESSAGE]


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()[:_LONGEST_MESSAGE]
    if isinstance(value, Mapping):
        return {_line(str(name)).replace("\0", ""): _storable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_storable(each) for each in value[:_MOST_FINDINGS]]
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise BadAnswer(_("suggest has a number that is too large."))
    return value


def _at(said: Any, name: str, default: Any) -> Any:
    if not isinstance(said, Mapping):
        raise BadAnswer(_("Members are sentences, or objects with a message."))
    value = said.get(name)
    return default if value is None else value
