"""The page of those who run the system: what waits, what ended how, who works, what people ask for."""

from datetime import date, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from pymongo.errors import ExecutionTimeout

from conversations.errors import NotAllowed
from conversations.review.figures import BotFigures, figures_get
from nlu.access import bots_usable
from orchestrator import dead_letters, selectors
from orchestrator.permissions import may_see_dashboard
from orchestrator.states import JobState
from orchestrator.workload import FAILURES, ProcessView, Workload, processes_list, queue_ages, workload

from .labels import STATES
from .pages import page, part, user_of

SILENT_SECONDS = 90
"""A process that was not heard of for so long is gone, or cannot reach the database."""
_INTENTS = _FAILURES = 8


@require_GET
@never_cache
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    if not may_see_dashboard(user_of(request)):
        raise PermissionDenied(_("The dashboard is for operators. An administrator can give you that role."))
    work = _workload(user_of(request).time_zone)
    chart = _chart(work) if work else {}
    context = {
        **_now(),
        "work": work,
        "failures": selectors.jobs_list(viewer=user_of(request), states=FAILURES, limit=_FAILURES),
        "chart": chart,
        "chart_words": {each: str(STATES[each]) for each in chart.get("outcomes", ())},
        "chart_rows": _rows(work) if work else [],
        "bots": [(each, _intents(each.name)) for each in bots_usable(user_of(request))],
    }
    return page(request, "web/dashboard.html", context, here="dashboard")


class DashboardNews:
    """What is true at this moment, whenever it reads otherwise than the page has it."""

    idle_seconds = 10.0  # what waits gets older without anything happening

    def __init__(self) -> None:
        self._told = ""

    def shows(self, said: dict[str, Any]) -> None:
        """The page need not say what it has: it is little."""

    def news(self, request: HttpRequest) -> str:
        """Raises NotAllowed."""
        if not may_see_dashboard(user_of(request)):
            raise NotAllowed("The dashboard is for operators.")
        now = part(request, "web/dashboard_now.html", {**_now(), "oob": True}).content.decode()
        if now == self._told:
            return ""
        self._told = now
        return now


def _now() -> dict[str, Any]:
    ages = queue_ages()
    return {
        "states": [(each.value, ages.jobs_by_state[each]) for each in JobState if each in ages.jobs_by_state],
        "ages": ages,
        "letters": dead_letters.depths(),
        "processes": [(each, _is_silent(each)) for each in processes_list()],
    }


def _is_silent(process: ProcessView) -> bool:
    return process.seconds_ago > SILENT_SECONDS


def _workload(zone: str) -> Workload | None:
    reader: tzinfo = ZoneInfo(zone) if zone else timezone.get_default_timezone()
    try:
        return workload(zone=reader)
    except ExecutionTimeout:
        return None


def _chart(work: Workload) -> dict[str, Any]:
    """For the drawing: days as ISO dates, and for each outcome that occurred its numbers, one a day."""
    outcomes = _outcomes(work)
    return {
        "days": [day.date.isoformat() for day in work.days],
        "outcomes": {name: [day.ended.get(name, 0) for day in work.days] for name in outcomes},
    }


def _rows(work: Workload) -> list[tuple[date, list[int]]]:
    """The same for a table, the latest day first."""
    return [(day.date, [day.ended.get(each, 0) for each in _outcomes(work)]) for day in reversed(work.days)]


def _outcomes(work: Workload) -> list[str]:
    return [each.value for each in JobState if any(each.value in day.ended for day in work.days)]


def _intents(bot: str) -> BotFigures | None:
    try:
        return figures_get(bot=bot, limit=_INTENTS)
    except ExecutionTimeout:
        return None
