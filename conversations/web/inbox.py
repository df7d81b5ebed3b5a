"""What waits for somebody's decision. The page works without scripts; with them each decision exchanges its card, and
what others do is exchanged when they do it (sockets.py)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.conf import settings
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
from .pages import MOST, actor_of, page, part, user_of, waiting_count

HISTORY = 10
_REFUSED = 409
_RISKY = (Risk.HIGH, Risk.CRITICAL)
_SHOWN_CHANGES = 20


@dataclass(frozen=True)
class Card:
    """A job as the page shows it to `viewer` (an id): `open` where they may decide; `said` is what went wrong, `reason`
    what they wrote; `decided_here` for the answer to their decision."""

    job: JobView
    open: bool
    viewer: str = ""
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
    def is_mine(self) -> bool:
        """Whether the viewer has decided on this plan."""
        return not self.open and any(each.user.id == self.viewer for each in self.given)

    @property
    def is_over(self) -> bool:
        return self.job.state in TERMINAL


@require_GET
@never_cache
@login_required
def approvals(request: HttpRequest) -> HttpResponse:
    return inbox_page(request)


class InboxNews:
    """What changed since this page had it. It keeps following what it shows until that is over, decided or not."""

    idle_seconds: float = settings.CONVERSATIONS["RECHECK_SECONDS"]

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, bool]] = {}
        self._count: int | None = None

    def shows(self, said: dict[str, Any]) -> None:
        """`seen` is one or many "id:version:open"; without `:open`, it is not theirs to decide."""
        seen = said.get("seen", [])
        found = [each for each in (seen if isinstance(seen, list) else [seen]) if isinstance(each, str)]
        self._seen = dict(_seen(found))

    def news(self, request: HttpRequest) -> str:
        viewer, before = str(user_of(request).id), self._seen
        waiting = {each.id: each for each in _waiting(request)}
        others = selectors.jobs_seen([each for each in before if each not in waiting], viewer=user_of(request))
        found = {**others, **waiting}
        changed = [
            Card(job, key in waiting, viewer, is_new=key not in before)
            for key, job in found.items()
            if before.get(key) != (job.version, key in waiting)
        ]
        gone = [key for key in before if key not in found]
        self._seen = {key: (job.version, key in waiting) for key, job in found.items() if job.state not in TERMINAL}
        count = _count(request, waiting)
        if not changed and not gone and count == self._count:
            return ""
        self._count = count
        shown = {"cards": changed, "gone": gone, "count": len(waiting), "waiting": count}
        return part(request, "web/inbox_news.html", shown).content.decode()


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
    viewer, reason = str(user_of(request).id), request.POST.get("reason", "") if said else ""
    card = Card(job, may_decide, viewer, said, reason, decided_here=True)
    if "HX-Request" in request.headers:
        count = waiting_count(user_of(request))
        return part(request, "web/inbox_decided.html", {"card": card, "count": count, "waiting": count})
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
        "cards": [*([first] if first else []), *(Card(each, True, str(user.id)) for each in _without(waiting, first))],
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
    require_confirmed(request, job)
    plan_hash = request.POST.get("plan_hash", "")
    return services.job_approve(job_id=job_id, plan_hash=plan_hash, actor=actor_of(request), via=VIA, reason=reason)


def require_confirmed(request: HttpRequest, job: JobView) -> None:
    """Refuses an approval of a risky change that came without the tick that it was looked at."""
    is_risky = job.state is JobState.AWAITING_APPROVAL and Card(job, True).needs_confirming
    if is_risky and not request.POST.get("confirmed"):
        said = _("This is a risky change: approve it again, and confirm that you have looked at it.")
        raise InvalidValue(said, field="confirmed")


def _waiting(request: HttpRequest) -> list[JobView]:
    wanted = _wanted(request)
    return selectors.jobs_awaiting(
        viewer=user_of(request),
        limit=MOST,
        environment=wanted["environment"] or None,
        risk=Risk(wanted["risk"]) if wanted["risk"] else None,
        oldest_first=True,
    )


def _count(request: HttpRequest, waiting: dict[str, JobView]) -> int:
    """How many wait for this person, also where the page shows only some of them."""
    return waiting_count(user_of(request)) if any(_wanted(request).values()) else len(waiting)


def _wanted(request: HttpRequest) -> dict[str, str]:
    risk = request.GET.get("risk", "")
    return {"environment": request.GET.get("environment", ""), "risk": risk if risk in RISKS else ""}


def _without(waiting: Iterable[JobView], first: Card | None) -> list[JobView]:
    return [each for each in waiting if first is None or each.id != first.job.id]


def _just_decided(request: HttpRequest) -> Card | None:
    decided = request.GET.get("decided")
    job = selectors.jobs_seen([decided], viewer=user_of(request)).get(decided) if decided else None
    return Card(job, selectors.may_approve(user_of(request), job)[0], str(user_of(request).id)) if job else None


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
