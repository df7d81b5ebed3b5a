"""The history of a stack in words, and single things it has: `history of acme-reports`, `what is its arn`."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.assessing.costs import money
from orchestrator.states import JobKind, JobState
from orchestrator.types import Revision, StackView

from .decisions import Decision, Say
from .lifetimes import moment_text
from .state import DialogueState
from .texts import bullets, code, listed, paragraphs, value_text
from .turn import Turn
from .words import tokens
from .world import World

_SHOWN = 10
_LONGEST = 80
_VALUE = re.compile(
    r"^\s*(?:please\s+)?(?:(?:what(?:'s|’s|\s+is|\s+are|\s+was)|tell\s+me|show\s+me|give\s+me)\s+)(?:the\s+)?"
    r"(?P<what>[\w][\w \-]{0,60}?)\s+(?:of|for)\s+(?:the\s+|my\s+)?(?:\w+\s+)?[\"'`]?(?P<name>[\w.\-/]+?)[\"'`]?"
    r"\s*[?.!]*\s*$",
    re.IGNORECASE,
)


def history(stack: StackView, turn: Turn, state: DialogueState, world: World) -> Decision:
    """What was done to it, the latest first: by whom, approved by whom, and what was asked for otherwise."""
    revisions = world.revisions(stack.id)
    values = {"name": stack.name, "environment": stack.environment}
    if not revisions:
        text = _("Nothing was done to **%(name)s** in %(environment)s yet.") % values
        return Decision((Say(text),), state.remember(stack))
    lines = [_line(each, world) for each in revisions[:_SHOWN]]
    if len(revisions) > _SHOWN:
        lines.append(_("and %(number)s earlier ones") % {"number": len(revisions) - _SHOWN})
    lead = _("History of **%(name)s** in %(environment)s, the latest first:") % values
    ends = ""
    if stack.expires_at is not None:
        ends = _("It is deleted %(when)s.") % {"when": moment_text(stack.expires_at, world.now)}
    shown = (_("undo the last change"),)
    return Decision((Say(paragraphs(lead, bullets(lines), ends), shown),), state.remember(stack))


def told_of(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    """One output or value of a stack that the message names; None when it asks for no such thing."""
    match = _VALUE.match(turn.text)
    if match is None:
        return None
    stacks = [each for each in world.stacks() if each.name == match["name"].rstrip(".")]
    if len(stacks) != 1:
        return None
    stack, wanted = stacks[0], _parts(match["what"])
    outputs = {name: value for name, value in stack.outputs.items() if wanted <= _parts(name)}
    found = outputs or {name: value for name, value in stack.values.items() if wanted <= _parts(name)}
    if not found:
        return None
    lines = [f"{code(name)}: {value_text(value)}" for name, value in sorted(found.items())]
    lead = _("Of **%(name)s** in %(environment)s:") % {"name": stack.name, "environment": stack.environment}
    return Decision((Say(paragraphs(lead, bullets(lines))),), state.remember(stack))


def diff_text(diff: Mapping[str, tuple[Any, Any]]) -> str:
    """`versioning: false -> true`, a line each; empty when nothing differs."""
    return bullets(code(f"{name}: {_short(before)} -> {_short(after)}") for name, (before, after) in diff.items())


def diff_line(diff: Mapping[str, tuple[Any, Any]]) -> str:
    """The same in one line."""
    return listed(code(f"{name}: {_short(before)} -> {_short(after)}") for name, (before, after) in diff.items())


def _line(revision: Revision, world: World) -> str:
    job = revision.job
    verb = _("made or changed") if job.kind is JobKind.APPLY else _("deleted")
    values = {
        "number": revision.number,
        "verb": verb,
        "when": moment_text(revision.at, world.now),
        "who": job.requester.name,
    }
    parts = [_("**%(number)s.** %(verb)s %(when)s, asked for by %(who)s") % values]
    names = [each.user.name for each in job.approvals if each.decision == "approve"]
    if names:
        parts.append(_("approved by %(names)s") % {"names": listed(dict.fromkeys(names))})
    text = ", ".join(parts)
    if job.state is JobState.PARTIALLY_APPLIED:
        text += " " + _("(in part only)")
    if revision.diff and revision.number > 1:
        text += ": " + diff_line(revision.diff)
    plan = job.plan.text.strip() if job.plan else ""
    cost = job.plan.cost if job.plan and job.kind is JobKind.APPLY else None
    if cost is not None and cost.monthly:
        plan += " " + _("About %(monthly)s a month since.") % {"monthly": money(cost.monthly, cost.currency)}
    return f"{text}. {plan.strip()}" if plan else text


def _short(value: Any) -> str:
    text = _("not set") if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _parts(name: str) -> set[str]:
    return {part for word in tokens(name.casefold()) for part in re.split(r"[_\-\s]+", word) if part}
