"""Small pieces that every sentence of the bot is made of (markdown, English source of the translations)."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from chatbot_project.templating import plainly
from orchestrator.states import JobState, Risk

_LONGEST_VALUE = 2_000
# Control characters, and those that turn the direction of what stands around them. (What is half a character, which
# JSON can have and MongoDB cannot, has become a question mark before.)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile(r"[\\`*_\[\]<>|~#]")
_WITHIN_LINES = re.compile(r"[\\`*\[\]<>]")
# What begins a list or a heading only at the beginning of a line, where a template may have put the value.
_LINE_MARKS = re.compile(r"^(?P<before>\d*)(?P<mark>[-+.)](?=\s|$)|[-=](?=[-=\s]*$))")

_AMID_A_SENTENCE = 300


def code(value: Any) -> str:
    """A value as code, on one line, unable to close its own quotes."""
    text = " ".join(str(value).replace("`", "'").split())
    return f"`{text[:200]}`"


def as_data(value: Any) -> str:
    """A value amid a template's markdown: on one line, bounded, and with no mark of its own."""
    if value is None or value == "":
        return "–"
    text = _UNSEEN.sub(" ", plainly(value).encode(errors="replace").decode())
    text = " ".join(text[:_LONGEST_VALUE].split()) + ("…" if len(text) > _LONGEST_VALUE else "")
    text = _MARKS.sub(r"\\\g<0>", text)
    return _LINE_MARKS.sub(r"\g<before>\\\g<mark>", text)


def unmarked(text: str) -> str:
    """Lines that the cloud had a say in, as they are: what is called `[click](https://…)` there is no link here."""
    return _WITHIN_LINES.sub(r"\\\g<0>", text)


def listed(items: Iterable[str], word: str = "") -> str:
    """`a, b and c`, or with another `word` than and."""
    parts = list(items)
    joint = word or _("and")
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {joint} {parts[-1]}" if parts else ""


def value_text(value: Any) -> str:
    """A JSON value for people."""
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if value == {"sensitive": True}:
        return _("secret, shown on the stack's page")
    if isinstance(value, list | tuple):
        return ", ".join(code(each) for each in value) or _("nothing")
    return code(value)


def value_short(value: Any) -> str:
    """The same amid a sentence, however long the value is."""
    text = value_text(value)
    return text if len(text) <= _AMID_A_SENTENCE else code(value)


def bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def shortened(text: str, characters: int = 12_000) -> str:
    """A long result cut, so that its frame can be sent; the whole of it stays with its job."""
    return text if len(text) <= characters else text[:characters].rstrip() + "\n\n" + _("… and more.")


def state_words(state: JobState) -> str:
    """What a job is doing, after "is"."""
    return {
        JobState.QUEUED: _("waiting for its turn"),
        JobState.PLANNING: _("being planned"),
        JobState.AWAITING_APPROVAL: _("waiting for approval"),
        JobState.APPROVED: _("approved and about to start"),
        JobState.APPLYING: _("being carried out"),
        JobState.CANCELING: _("being stopped"),
        JobState.INDETERMINATE: _("in an unclear state: it was interrupted, and what it did is being found out"),
        JobState.RECONCILING: _("being compared with the cloud"),
        JobState.SUCCEEDED: _("done"),
        JobState.NO_CHANGES: _("done: nothing had to change"),
        JobState.DENIED: _("denied by policy"),
        JobState.REJECTED: _("rejected"),
        JobState.EXPIRED: _("expired"),
        JobState.SUPERSEDED: _("superseded by a newer plan"),
        JobState.CANCELED: _("canceled"),
        JobState.FAILED: _("failed"),
        JobState.PARTIALLY_APPLIED: _("done in part only"),
    }[state]


def who_must_approve(risk: Risk, environment: str, approvers: list[str]) -> str:
    """Whose approval this risk needs, or nothing when the person's own word is enough. Who is asked comes later."""
    if risk.rank < Risk.HIGH.rank:
        return ""
    people = _("two other people") if risk is Risk.CRITICAL else _("somebody else")
    values = {"environment": code(environment), "risk": risk.value, "people": people}
    text = _("This is %(risk)s risk: %(people)s with the approver role in %(environment)s must approve it.") % values
    return text if approvers else f"{text} {nobody_may()}"


def nobody_may() -> str:
    return _("Nobody else has that role yet: ask an admin to give it to someone.")


def whom_to_ask(people: list[str]) -> str:
    """`You can ask **ann** or **bob**.`, or a warning that there is nobody."""
    if not people:
        return nobody_may()
    names = [f"**{each}**" for each in people[:5]]
    return _("You can ask %(names)s.") % {"names": listed(names, _("or"))}
