"""What the bot says of a plan before it is approved: blast radius, cost, what the rules say, what nobody asked for."""

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orchestrator.plan_types import NearestRequest
from orchestrator.types import JobView, PlannedChange

from .fields import in_sentence, label_of
from .texts import as_data, bullets, code, listed, value_short

_SHOWN = 5


def insight_text(job: JobView) -> str:
    """The paragraphs below a plan's own sentence; empty when nothing is known."""
    plan = job.plan
    if plan is None:
        return ""
    blast = as_data(plan.blast.sentence) if plan.blast and (plan.counts.delete or plan.counts.replace) else ""
    cost = as_data(plan.cost.sentence) if plan.cost else ""
    facts = " ".join(each for each in (blast, cost) if each)
    policy = plan.policy
    warnings = policy.warnings if policy else ()
    warned = [_("Warning: %(message)s") % {"message": as_data(each.message)} for each in warnings]
    return "\n\n".join(each for each in (facts, bullets(_cut(warned)), unasked_text(plan.unasked)) if each)


def unasked_text(changes: tuple[PlannedChange, ...]) -> str:
    """Changes that nothing in the request asks for, by name and why they are there."""
    if not changes:
        return ""
    lead = ngettext(
        "One change was not asked for, so this needs a higher approval:",
        "%(number)s changes were not asked for, so this needs a higher approval:",
        len(changes),
    )
    lines = [f"{code(each.address)}: {cause_words(each.cause)}" for each in changes]
    return f"{lead % {'number': len(changes)}}\n\n{bullets(_cut(lines))}"


def cause_words(cause: str) -> str:
    return {
        "drift": _("somebody changed it outside; this puts it back"),
        "module": _("the blueprint has a new version"),
        "tainted": _("it was left half made"),
    }.get(cause, _("no value of the request leads to it"))


def denied_explained(job: JobView) -> str:
    """Each denial in its own line, and what would pass, if that was found and proven."""
    policy = job.plan.policy if job.plan else None
    if policy is None or not policy.denials:
        return ""
    lines = [f"{as_data(each.message)} ({code(each.rule)})" for each in policy.denials]
    return "\n\n".join(each for each in (bullets(_cut(lines)), nearest_text(policy.nearest)) if each)


def nearest_text(nearest: NearestRequest | None) -> str:
    """What would pass instead, and how to ask for it; or that nothing near was found."""
    if nearest is None:
        return _("I found no small change of the request that the rules would let pass.")
    changes = [f"{in_sentence(label_of(name))} {value_short(value)}" for name, value in nearest.values.items()]
    values = {"changes": listed(changes), "sentence": as_data(nearest.sentence)}
    lead = _("It would pass with %(changes)s. I planned that and held it against the same rules: %(sentence)s") % values
    typed = " ".join(f"{name}={_typed(value)}" for name, value in nearest.values.items())
    how = _("Take it with the button below the plan, or with %(command)s.") % {"command": code(f"/correct {typed}")}
    return f"{lead} {how}"


def _typed(value: Any) -> str:
    """As `/correct` takes it."""
    return value if isinstance(value, str) else json.dumps(value)


def _cut(lines: list[str]) -> list[str]:
    more = len(lines) - _SHOWN
    return [*lines[:_SHOWN], _("and %(number)s more") % {"number": more}] if more > 0 else lines
