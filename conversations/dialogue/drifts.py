"""What a drift check found, in words, and what can be done about it."""

from typing import Any

from django.utils.translation import gettext as _

from orchestrator.states import JobKind, JobState
from orchestrator.types import JobView, PlannedChange

from .approvals import title
from .texts import bullets, code, paragraphs, value_short

_CHANGES, _ATTRIBUTES = 12, 5


def drift_text(job: JobView) -> str:
    """What is there and was not asked for, by resource; or that all is as it was asked for."""
    changes = _changes(job)
    if not changes:
        return _("%(title)s: everything is as it was asked for. Nothing has drifted.") % {"title": title(job)}
    lines = [_line(each) for each in changes[:_CHANGES]]
    if len(changes) > _CHANGES:
        lines.append(_("and %(number)s more") % {"number": len(changes) - _CHANGES})
    lead = _("%(title)s: something differs from what was asked for.") % {"title": title(job)}
    values = {"name": job.stack.name if job.stack else ""}
    how = _("Say “restore %(name)s” to plan putting it back.") % values
    if _adoptable(changes):
        how += " " + _("Say “adopt %(name)s” to keep it: then what is there counts as asked for.") % values
    return paragraphs(lead, bullets(lines), how + " " + _("Nothing was changed."))


def drift_suggestions(job: JobView) -> tuple[str, ...]:
    """The buttons of its report."""
    changes = _changes(job) if job.kind is JobKind.DRIFT and job.state is JobState.SUCCEEDED else []
    if not changes or job.stack is None:
        return ()
    values = {"name": job.stack.name}
    adopt = (_("adopt %(name)s") % values,) if _adoptable(changes) else ()
    return (_("restore %(name)s") % values, *adopt)


def _adoptable(changes: list[PlannedChange]) -> bool:
    """Whether some of it depends on settings; whether those can say it is found out when somebody wants it."""
    return any(each.get("variables") for change in changes if change.action == "update" for each in change.attributes)


def _changes(job: JobView) -> list[PlannedChange]:
    return [each for each in (job.plan.changes if job.plan else ()) if each.action != "read"]


def _line(change: PlannedChange) -> str:
    if change.action == "delete":
        return _("%(address)s is not there any more") % {"address": code(change.address)}
    differing = [_attribute(each) for each in change.attributes[:_ATTRIBUTES]]
    return f"{code(change.address)}: {', '.join(differing)}" if differing else code(change.address)


def _attribute(attribute: dict[str, Any]) -> str:
    if attribute.get("sensitive"):
        return _("%(path)s (not shown)") % {"path": code(attribute["path"])}
    values = {
        "path": code(attribute["path"]),
        "before": value_short(attribute["before"]),
        "after": value_short(attribute["after"]),
    }
    return _("%(path)s is %(after)s, asked for was %(before)s") % values
