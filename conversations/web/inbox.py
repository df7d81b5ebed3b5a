"""What waits for somebody's decision. The page works without scripts; with them each decision exchanges its card, and
what others did in the meantime is fetched every few seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chatbot_project.accounts.models import EVERY_ENVIRONMENT
from chatbot_project.accounts.roles import Role, has_role_anywhere
from orchestrator import selectors, services
from orchestrator.errors import InvalidValue, NotFound, OrchestratorError
from orchestrator.states import TERMINAL, JobState, Risk
from orchestrator.types import JobView

from .asking import VIA
from .labels import RISKS
from .pages import actor_of, page, part, user_of

MOST = 50
HISTORY = 10
_REFUSED = 409
_NOTHING_NEW = 204
_RISKY = (Risk.HIGH, Risk.CRITICAL)
_SHOWN_CHANGES = 20


@dataclass(frozen=True)
class Card:
    """A job as the page shows it: `open` where this person may decide; `said` is what went wrong, `reason` what they
    wrote."""

    job: JobView
    open: bool
    said: str = ""
    reason: str = ""
    is_new: bool = False
    decided_here: bool = False

    @property
    def changes(self) -> list[Any]:
        return list(self.job.plan.changes[:_SHOWN_CHANGES]) if self.job.plan else []

    @property
    def left_out(self) -> int:
        return max(0, len(self.job.plan.changes) - _SHOWN_CHANGES) if self.job.plan else 0

    @property
    def counts(self) -> list[tuple[str, int]]:
        counts = self.job.plan.counts if self.job.plan else None
        names = ("create", "update", "replace", "delete", "read")
        return [(name, getattr(counts, name)) for name in names if counts and getattr(counts, name)]

    @property
    def lost(self) -> int:
        """How many resources are deleted or replaced."""
        return self.job.plan.counts.delete + self.job.plan.counts.replace if self.job.plan else 0

    @property
    def needs_confirming(self) -> bool:
        return self.job.risk in _RISKY or self.lost > 0

    @property
    def given(self) -> list[Any]:
        return [each for each in self.job.approvals if each.current and each.kind == "vote"]

    @property
    def is_over(self) -> bool:
        return self.job.state in TERMINAL


@require_GET
@never_cache
@login_required
def approvals(request: HttpRequest) -> HttpResponse:
    return inbox_page(request)


@require_GET
@never_cache
@login_required
def news(request: HttpRequest) -> HttpResponse:
    """The cards that changed since the page had them: `seen` is "id:version" of each."""
    seen = dict(_seen(request.GET.getlist("seen")))
    waiting = {each.id: each for each in _waiting(request)}
    others = selectors.jobs_seen([each for each in seen if each not in waiting], viewer=user_of(request))
    found = {**others, **waiting}
    changed = [
        Card(job, open=key in waiting, is_new=key not in seen)
        for key, job in found.items()
        if seen.get(key) != (job.version, key in waiting)
    ]
    gone = [key for key in seen if key not in found]
    if not changed and not gone:
        return HttpResponse(status=_NOTHING_NEW)
    return part(request, "web/inbox_news.html", {"cards": changed, "gone": gone, "count": len(waiting)})


@require_POST
@never_cache
@login_required
def decide(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Yes or no to exactly the plan that was shown."""
    said = ""
    try:
        job = _decided(request, str(job_id))
    except NotFound as error:
        raise Http404("There is no such job.") from error
    except OrchestratorError as error:
        said, job = error.detail, selectors.job_get(str(job_id), viewer=user_of(request))
    may_decide = selectors.may_approve(user_of(request), job)[0]
    card = Card(job, may_decide, said, request.POST.get("reason", "") if said else "", decided_here=True)
    if "HX-Request" in request.headers:
        count = len(selectors.jobs_awaiting(viewer=user_of(request), limit=MOST))
        return part(request, "web/inbox_decided.html", {"card": card, "count": count})
    if said:
        return inbox_page(request, first=card, status=_REFUSED)
    return redirect(f"{reverse('web:approvals')}?{urlencode({'decided': job.id})}#job-{job.id}")


def inbox_page(request: HttpRequest, *, first: Card | None = None, status: int = 200, **more: Any) -> HttpResponse:
    """`first` is the card that was just decided on; `more` is for the part about being away."""
    user = user_of(request)
    first = first or _just_decided(request)
    waiting = _waiting(request)
    history = _history(request)
    approver = has_role_anywhere(user, Role.APPROVER)
    environments = selectors.environments_list()
    context = {
        "cards": [*([first] if first else []), *(Card(each, True) for each in _without(waiting, first))],
        "count": len(waiting),
        "wanted": _wanted(request),
        "filtered": any(_wanted(request).values()),
        "query": urlencode({name: value for name, value in _wanted(request).items() if value}),
        "environments": environments,
        "risks": [(name, RISKS[name]) for name in ("low", "high", "critical")],
        "history": history[:HISTORY],
        "older": urlencode({"before": history[HISTORY - 1].id}) if len(history) > HISTORY else "",
        "is_approver": approver,
        "away": selectors.delegations_list(viewer=user),
        "me": str(user.id),
        "everywhere": EVERY_ENVIRONMENT,
        "delegation_id": uuid4(),
        **more,
    }
    return page(request, "web/approvals.html", context, here="approvals", status=status)


def _decided(request: HttpRequest, job_id: str) -> JobView:
    do, reason = request.POST.get("do", ""), request.POST.get("reason", "").strip()
    if do == "reject":
        return services.job_reject(job_id=job_id, actor=actor_of(request), reason=reason, via=VIA)
    if do != "approve":
        raise InvalidValue(_("Choose: approve or reject."), field="do")
    job = selectors.job_get(job_id, viewer=user_of(request))
    if is_unconfirmed(request, job):
        said = _("This is a risky change: tick that you have looked at it, then approve.")
        raise InvalidValue(said, field="confirmed")
    plan_hash = request.POST.get("plan_hash", "")
    return services.job_approve(job_id=job_id, plan_hash=plan_hash, actor=actor_of(request), via=VIA, reason=reason)


def is_unconfirmed(request: HttpRequest, job: JobView) -> bool:
    """Whether an approval of a risky change came without the tick that it was looked at."""
    is_risky = job.state is JobState.AWAITING_APPROVAL and Card(job, True).needs_confirming
    return is_risky and not request.POST.get("confirmed")


def _waiting(request: HttpRequest) -> list[JobView]:
    wanted = _wanted(request)
    return selectors.jobs_awaiting(
        viewer=user_of(request),
        limit=MOST,
        environment=wanted["environment"] or None,
        risk=Risk(wanted["risk"]) if wanted["risk"] else None,
        oldest_first=True,
    )


def _wanted(request: HttpRequest) -> dict[str, str]:
    risk = request.GET.get("risk", "")
    return {"environment": request.GET.get("environment", ""), "risk": risk if risk in RISKS else ""}


def _without(waiting: Iterable[JobView], first: Card | None) -> list[JobView]:
    return [each for each in waiting if first is None or each.id != first.job.id]


def _just_decided(request: HttpRequest) -> Card | None:
    decided = request.GET.get("decided")
    job = selectors.jobs_seen([decided], viewer=user_of(request)).get(decided) if decided else None
    return Card(job, selectors.may_approve(user_of(request), job)[0]) if job else None


def _history(request: HttpRequest) -> list[Any]:
    try:
        return selectors.decisions_list(
            viewer=user_of(request), limit=HISTORY + 1, before=request.GET.get("before") or None
        )
    except InvalidValue as error:
        raise Http404("There is no such page of the list.") from error


def _seen(said: list[str]) -> Iterable[tuple[str, tuple[int, bool]]]:
    """Of "id:version:open"; what is written otherwise is left out."""
    for each in said[: 4 * MOST]:
        key, _colon, rest = each.partition(":")
        version, _colon, is_open = rest.partition(":")
        if version.isdecimal() and len(version) < 10:
            yield key, (int(version), is_open == "open")
