"""The page of one job: what it is to do, who decided, what was done, its log. It works without JavaScript; with it the
parts follow the job by themselves."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from chatbot_project.accounts.models import User
from conversations import errors as conversation_errors
from conversations import selectors as conversations
from orchestrator import selectors, services
from orchestrator.errors import InvalidValue, NotAllowed, NotFound, OrchestratorError
from orchestrator.log_types import JobEvent, LogFilter
from orchestrator.permissions import may_reveal
from orchestrator.states import TERMINAL, JobKind, JobState
from orchestrator.types import JobView, Origin

from . import jobwords
from .asking import VIA, request_id
from .inbox import Card, require_confirmed
from .logtext import log_text, plain
from .pages import actor_of, page, user_of

LINES = 200
"""Lines of the log on the page; its script reads more as somebody scrolls."""
CHANGES = 200
"""Resources of the plan on the page; the others are on its next pages."""
_SHORT = 8
_LOG_BATCH = 500
_SEQ_DIGITS = 10
_SEARCH_CHARACTERS = 200
_REASON_CHARACTERS = 500


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One job; a POST decides about it or asks for it once more."""
    found = job_or_404(user_of(request), job_id)
    if request.method != "POST":
        return _page(request, found)
    try:
        return _ACTIONS.get(request.POST.get("do", ""), _unknown)(request, found)
    except OrchestratorError as error:
        return _page(request, job_or_404(user_of(request), job_id), refused=error)


@require_GET
@never_cache
@login_required
async def job_log(request: HttpRequest, job_id: UUID) -> StreamingHttpResponse:
    """The whole log as text."""
    viewer = await request.auser()
    found = await sync_to_async(job_or_404)(viewer, job_id)
    answer = StreamingHttpResponse(_log_lines(found.id), content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="job-{found.id[:8]}.log"'
    return answer


def job_or_404(viewer: Any, job_id: UUID) -> JobView:
    """Whether somebody else has a job with this id is nobody's business."""
    try:
        return selectors.job_get(str(job_id), viewer=viewer)
    except (NotFound, NotAllowed) as error:
        raise Http404("There is no such job.") from error


async def _log_lines(job_id: str) -> AsyncIterator[str]:
    after = 0
    while lines := await sync_to_async(partial(selectors.job_events, job_id, after=after, limit=_LOG_BATCH))():
        yield "".join(map(log_text, lines))
        after = lines[-1].log_seq


def _page(request: HttpRequest, found: JobView, refused: OrchestratorError | None = None) -> HttpResponse:
    viewer = user_of(request)
    context = {
        "job": found,
        "next": jobwords.NEXT.get(found.state.value, ""),
        "is_over": found.state in TERMINAL,
        "timeline": jobwords.timeline(selectors.job_transitions(found.id)),
        # As pairs: a template would take an output that is called `items` for the method.
        "outputs": list(found.outputs.items()),
        "may_reveal": found.stack is not None and found.stack.status != "gone" and may_reveal(viewer, found.stack),
        "values": list(found.values.items()),
        "conversation": _conversation(viewer, found),
        "request_id": uuid4(),
        "refused": refused.detail if refused else "",
        **_plan(found, _number(request, "resources")),
        **_standing(viewer, found),
        **_log(request, found),
    }
    return page(request, "web/job.html", context, status=refused.status if refused else 200)


def _plan(found: JobView, asked: int | None) -> dict[str, Any]:
    """The plan with its resources from the number that was `asked` for."""
    if found.plan is None:
        return {"plan": None}
    total = len(found.plan.changes)
    first = asked if asked and asked <= total else 1
    last = min(first + CHANGES - 1, total)
    return {
        "plan": found.plan,
        "counts": jobwords.counted(found.plan),
        "changes": jobwords.told_changes(found.plan.changes[first - 1 : last]),
        "first_change": first,
        "last_change": last,
        "earlier_changes": max(1, first - CHANGES) if first > 1 else None,
        "later_changes": last + 1 if last < total else None,
        "is_short": total <= _SHORT or asked is not None,
        "unasked": [(each.address, jobwords.CAUSES.get(each.cause, each.cause)) for each in found.plan.unasked],
        "has_graph": found.kind is not JobKind.ACTION,
    }


def _standing(viewer: User, found: JobView) -> dict[str, Any]:
    """What this person may do about it, and why not."""
    may_approve, why_not = selectors.may_approve(viewer, found)
    waits = found.state is JobState.AWAITING_APPROVAL
    may_retry, no_retry = selectors.may_retry(viewer, found)
    ended_badly = found.state in TERMINAL - {JobState.SUCCEEDED, JobState.NO_CHANGES}
    need, card = found.approval, Card(found, may_approve)
    return {
        "may_approve": may_approve,
        "why_not_approve": why_not if waits and not may_approve else "",
        "may_reject": selectors.may_reject(viewer, found)[0],
        "may_cancel": selectors.may_cancel(viewer, found)[0] and not found.cancel_requested,
        "may_retry": may_retry,
        "why_not_retry": no_retry if ended_badly and not may_retry else "",
        "rule": jobwords.RULES.get(need.rule, "") if need else "",
        "decisions": [(each, jobwords.DECISIONS[each.decision]) for each in found.approvals],
        "needs_confirming": card.needs_confirming,
        "losses": card.lost,
    }


def _conversation(viewer: User, found: JobView) -> str:
    """The id of the conversation it was asked for in, if that is the viewer's own."""
    try:
        if found.origin.conversation_id:
            return conversations.conversation_get(found.origin.conversation_id, viewer=viewer).id
    except (conversation_errors.NotFound, conversation_errors.NotAllowed):
        pass
    return ""


def _log(request: HttpRequest, found: JobView) -> dict[str, Any]:
    """The lines that the page's address asks for, or the last ones."""
    level, search = request.GET.get("level", ""), request.GET.get("search", "")[:_SEARCH_CHARACTERS]
    wanted = LogFilter(level if level in jobwords.LEVELS else "", search)
    after, before = _number(request, "after"), _number(request, "before")
    last = selectors.job_last_log_seq(found.id)
    if after is not None:
        lines = selectors.job_events(found.id, after=after, limit=LINES, wanted=wanted)
    else:
        lines = selectors.job_events(found.id, before=before or last + 1, limit=LINES, wanted=wanted)
    return {
        "lines": [_row(each) for each in lines],
        "last_line": last,
        "wanted": wanted,
        "levels": jobwords.LEVELS.items(),
        "earlier": lines[0].log_seq if lines and _exists(found, wanted, before=lines[0].log_seq) else None,
        "later": lines[-1].log_seq if lines and _exists(found, wanted, after=lines[-1].log_seq) else None,
    }


def _row(line: JobEvent) -> dict[str, Any]:
    return {"log_seq": line.log_seq, "level": line.level, "kind": line.kind, "plain": plain(line.text)}


def _exists(found: JobView, wanted: LogFilter, **where: int) -> list[JobEvent]:
    return selectors.job_events(found.id, limit=1, wanted=wanted, **where)


def _number(request: HttpRequest, name: str) -> int | None:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() and asked.isascii() and 0 < len(asked) <= _SEQ_DIGITS else None


def _approve(request: HttpRequest, found: JobView) -> HttpResponse:
    require_confirmed(request, found)
    plan_hash = request.POST.get("plan_hash", "")
    return _decided(request, found, services.job_approve, plan_hash=plan_hash)


def _reject(request: HttpRequest, found: JobView) -> HttpResponse:
    return _decided(request, found, services.job_reject)


def _cancel(request: HttpRequest, found: JobView) -> HttpResponse:
    return _decided(request, found, services.job_cancel)


def _decided(request: HttpRequest, found: JobView, decide: Callable[..., JobView], **more: str) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    if len(reason) > _REASON_CHARACTERS:
        raise InvalidValue(
            _("Say the reason in at most %(most)s characters.") % {"most": _REASON_CHARACTERS}, field="reason"
        )
    decide(job_id=found.id, actor=actor_of(request), via=VIA, reason=reason, **more)
    return redirect("web:job", job_id=found.id)


def _retry(request: HttpRequest, found: JobView) -> HttpResponse:
    origin = Origin(channel=VIA)
    job = services.job_retry(job_id=found.id, actor=actor_of(request), origin=origin, new_id=request_id(request))
    return redirect("web:job", job_id=job.id)


def _unknown(request: HttpRequest, found: JobView) -> HttpResponse:
    raise InvalidValue(_("Choose what is to be done: approve, reject, cancel or retry."), field="do")


_ACTIONS: dict[str, Callable[[HttpRequest, JobView], HttpResponse]] = {
    "approve": _approve,
    "reject": _reject,
    "cancel": _cancel,
    "retry": _retry,
}
