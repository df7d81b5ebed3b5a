"""What people read on the pages of one job, besides the words for its codes (labels.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orchestrator.types import JobTransition, PlannedChange, PlanSummary

from .labels import CHANGES
from .templatetags.web import value_words

Words = str | Promise

NEXT: dict[str, Words] = {
    "queued": _("A worker takes it as soon as one is free and nothing else of the same stack is before it."),
    "planning": _("It is being found out what would change. Nothing is changed yet."),
    "approved": _("A worker takes it up next."),
    "applying": _("The changes are being made. The log tells of each resource."),
    "canceling": _("It stops as soon as what is under way is brought to a safe end."),
    "indeterminate": _("The worker was lost. What has happened is found out before anything else is done."),
    "reconciling": _("What the interrupted work has made is compared with the plan."),
    "denied": _("A rule does not allow it. Ask for other values, or talk to whoever writes the rules."),
    "rejected": _("Nothing was changed. Read the reason below, and ask for it differently."),
    "expired": _("Nobody approved it in time, and nothing was changed. It may be tried again."),
    "superseded": _("Something changed after the plan was made, so it was not applied. It may be tried again."),
    "canceled": _("Nothing was changed. It may be tried again."),
    "failed": _("Nothing was changed. Read what went wrong, mend it, and try it again."),
    "partially_applied": _("Some of it was done and stays. Read what went wrong, mend it, and try it again."),
}
"""What happens next, or what a person can do."""
CAUSES: dict[str, Words] = {
    "drift": _("changed outside; this puts it back"),
    "module": _("the blueprint has a new version"),
    "tainted": _("it was left half made"),
    "nothing": _("no value of the request leads to it"),
}
RULES: dict[str, Words] = {
    "none": _("Nobody has to approve it."),
    "self": _("Who asked for it confirms it."),
    "other": _("Somebody else, an approver, must approve it."),
    "two": _("Two approvers who did not ask for it must approve it."),
}
DECISIONS: dict[str, Words] = {"approve": _("approved"), "reject": _("rejected")}
LEVELS: dict[str, Words] = {
    "": _("Every line"),
    "step": _("Steps, warnings and errors"),
    "warning": _("Warnings and errors"),
    "error": _("Errors"),
}


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    move: JobTransition
    seconds: float
    """Since the one before; 0 for the first."""

    @property
    def minutes(self) -> int:
        return round(self.seconds / 60)


def timeline(moves: list[JobTransition]) -> list[Moment]:
    told = [each for each in moves if not each.quiet]
    before = [each.at for each in (*told[:1], *told)]
    return [Moment(each, (each.at - last).total_seconds()) for each, last in zip(told, before, strict=False)]


def counted(plan: PlanSummary) -> list[tuple[str, int]]:
    """The kinds of change that there are, and how many."""
    counts = ((kind, getattr(plan.counts, kind)) for kind in CHANGES)
    return [(kind, number) for kind, number in counts if number]


def told_changes(changes: Sequence[PlannedChange]) -> list[dict[str, Any]]:
    """The changes for people: cause, and each attribute's value before and after."""
    return [
        {
            "change": each,
            "cause": CAUSES.get(each.cause, each.cause),
            "attributes": [_attribute(attribute) for attribute in each.attributes],
        }
        for each in changes
    ]


def _attribute(attribute: dict[str, Any]) -> dict[str, Any]:
    hidden = bool(attribute.get("sensitive"))
    return {
        "path": attribute["path"],
        "hidden": hidden,
        "before": None if hidden else value_words(attribute.get("before")),
        "after": None if hidden or attribute.get("unknown") else value_words(attribute.get("after")),
    }
