"""Who did what and when, on a page and as a file for a spreadsheet."""

import csv
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from chatbot_project.accounts.admin_log import AdminChange, admin_changes
from chatbot_project.accounts.models import User
from chatbot_project.accounts.selectors import user_by_name
from orchestrator import selectors
from orchestrator.audit import MOST, AuditRow, Wanted, audit_list, cursor_read, latest
from orchestrator.errors import InvalidValue
from orchestrator.types import Actor

from .labels import STATES
from .pages import page, sees_audit, user_of, zone_of

PAGE = 50
MOST_IN_FILE = 10_000
FILTERS = ("person", "stack", "environment", "since", "until", "system")
_LONGEST = 150
_NOBODY = "-"
_ADMIN = "a:"
# The database keeps times to the millisecond.
_TICK = timedelta(milliseconds=1)
# A spreadsheet takes what begins like this for a formula, and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_DEEDS: dict[str, Promise] = {
    "given": gettext_lazy("decides meanwhile"),
    "ended": gettext_lazy("decides no longer"),
    "allowed": gettext_lazy("allowed of a blueprint"),
    "output_shown": gettext_lazy("had a secret shown"),
    "expiry_set": gettext_lazy("set when it ends"),
    "expiry_changed": gettext_lazy("changed when it ends"),
    "expiry_warning": gettext_lazy("told that it ends soon"),
    "expiry_failed": gettext_lazy("could not delete it"),
    "expiry_given_up": gettext_lazy("gave up deleting it"),
    "owner_changed": gettext_lazy("gave it to somebody else"),
    "drift_watch": gettext_lazy("said how often it is checked for drift"),
    "drift_found": gettext_lazy("found drift"),
    "added": gettext_lazy("added in the admin"),
    "changed": gettext_lazy("changed in the admin"),
    "deleted": gettext_lazy("deleted in the admin"),
}


@require_GET
@never_cache
@login_required
def audit(request: HttpRequest) -> HttpResponse:
    wanted, asked, wrong = _asked(request)
    rows = _rows(request, wanted, PAGE + 1)
    shown = {name: value for name, value in asked.items() if value}
    context = {
        "rows": [(each, _deed(each)) for each in rows[:PAGE]],
        "asked": asked,
        "wrong": wrong,
        "filtered": bool(shown) or wanted.before is not None,
        "environments": selectors.environments_list(),
        "own_only": not sees_audit(user_of(request)),
        "query": urlencode(shown),
        "older": urlencode({**shown, "before": rows[PAGE - 1].cursor}) if len(rows) > PAGE else "",
    }
    return page(request, "web/audit.html", context, here="audit")


@require_GET
@never_cache
@login_required
def audit_file(request: HttpRequest) -> HttpResponse:
    """The same rows as comma-separated values, times in UTC; the newest ten thousand."""
    wanted, _asked_for, wrong = _asked(request)
    if wrong:
        raise Http404("There is no such list.")
    answer = HttpResponse(_file(request, wanted), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def _file(request: HttpRequest, wanted: Wanted) -> str:
    out = StringIO()
    write = csv.writer(out).writerow
    write(["time", "who", "kind", "deed", "about", "environment", "detail", "job", "stack"])
    left = MOST_IN_FILE
    while left > 0:
        rows = _rows(request, wanted, min(MOST, left))
        for each in rows:
            cells = [each.actor.name, each.kind, each.code, each.about, each.environment, each.text]
            write([each.at.isoformat(), *map(_harmless, [*cells, each.job_id or "", each.stack_id or ""])])
        left -= len(rows)
        if len(rows) < MOST:
            break
        wanted = Wanted(**{**vars(wanted), "before": rows[-1].cursor})
    return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _rows(request: HttpRequest, wanted: Wanted, limit: int) -> list[AuditRow]:
    viewer = user_of(request)
    try:
        found = audit_list(viewer=viewer, wanted=wanted, limit=limit)
        return latest([*found, *_admin_rows(viewer, wanted, limit)], limit)
    except (InvalidValue, ValidationError, ValueError) as error:
        raise Http404("There is no such page of the list.") from error


def _admin_rows(viewer: User, wanted: Wanted, limit: int) -> list[AuditRow]:
    """They are about no stack and no environment."""
    if not viewer.is_staff or wanted.stack_ids is not None or wanted.environment is not None:
        return []
    if wanted.actor_id == _NOBODY:
        return []
    before = None
    if wanted.before is not None:
        at, key = cursor_read(wanted.before)
        # This prefix is before all others: of the same time they come after.
        before = (at, key.removeprefix(_ADMIN)) if key.startswith(_ADMIN) else (at + _TICK, None)
    found = admin_changes(
        viewer=viewer, user_id=wanted.actor_id, since=wanted.since, until=wanted.until, before=before, limit=limit
    )
    return [_admin_row(each) for each in found]


def _admin_row(change: AdminChange) -> AuditRow:
    who = Actor(change.user_id, change.user_name)
    return AuditRow(f"{_ADMIN}{change.id}", change.at, who, "admin", change.code, change.text, change.about)


def _asked(request: HttpRequest) -> tuple[Wanted, dict[str, str], dict[str, str]]:
    """What is wanted, as it was written, and {field: sentence} of what cannot be read."""
    asked = {name: request.GET.get(name, "").strip()[:_LONGEST] for name in FILTERS}
    wrong: dict[str, str] = {}
    since, until = (_day(asked[name], name, wrong) for name in ("since", "until"))
    zone = zone_of(request)
    wanted = Wanted(
        actor_id=_person(asked["person"]) if asked["person"] else None,
        stack_ids=_stacks(request, asked["stack"]) if asked["stack"] else None,
        environment=asked["environment"] or None,
        since=datetime.combine(since, time(), zone) if since else None,
        until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
        people_only=not asked["system"],
        before=request.GET.get("before") or None,
    )
    return wanted, asked, wrong


def _person(name: str) -> str:
    user = user_by_name(name)
    return str(user.id) if user else _NOBODY


def _stacks(request: HttpRequest, name: str) -> tuple[str, ...]:
    """Those of this name that the reader may see, gone ones too."""
    found = selectors.stacks_list(viewer=user_of(request), name=name, live_only=False, limit=100)
    return tuple(each.id for each in found)


def _day(written: str, name: str, wrong: dict[str, str]) -> date | None:
    if not written:
        return None
    try:
        found = date.fromisoformat(written)
    except ValueError:
        found = None
    if found is None or not date.min < found < date.max:
        wrong[name] = _("Write a day as 2026-12-24.")
        return None
    return found


def _deed(row: AuditRow) -> Any:
    """What was done, in few words."""
    if row.kind == "job":
        return _("asked for") if row.code == "queued" else STATES.get(row.code, row.code)
    return _DEEDS.get(row.code, row.code.replace("_", " "))
