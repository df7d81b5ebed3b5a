"""The pages of what exists: all stacks, and one with its history and what can be done about it. They work without
JavaScript; whatever is asked for here becomes an ordinary job, with its plan and approval."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from chatbot_project.accounts.models import User
from orchestrator import selectors, services
from orchestrator.errors import InvalidValue, NotFound, OrchestratorError
from orchestrator.life.adopting import adoption_of, adoption_request, restoring_request
from orchestrator.life.overview import Drift, StackFacts, stack_resources, stack_story, stacks_facts, stacks_with_facts
from orchestrator.life.revisions import stack_revisions
from orchestrator.life.undoing import undo_of, undo_request
from orchestrator.permissions import may_change_stack, may_reveal
from orchestrator.states import JobKind
from orchestrator.types import Adoption, StackView, Undo

from .asking import VIA, ask, asked_before
from .catalogue import change_address
from .pages import actor_of, page, user_of

PAGE = 50
FILTERS = ("q", "environment", "blueprint", "owner", "drift", "mine", "ending", "gone")
_LONGEST = 120
_WATCHED = ("", "0", "1", "6", "24", "168")
_SAID = {
    "kept": gettext_lazy("It is kept longer."),
    "given": gettext_lazy("It belongs to somebody else now."),
    "watched": gettext_lazy("It is checked for drift as you said."),
}
_REFUSED = 409
_HOUR = 3600
LONGER = {str(_HOUR): 1, str(2 * _HOUR): 2, str(24 * _HOUR): 24, str(7 * 24 * _HOUR): 7 * 24}
"""How much longer a stack may be kept by a choice of the page: seconds as text to hours."""


@require_GET
@never_cache
@login_required
def stacks(request: HttpRequest) -> HttpResponse:
    """What exists, the latest first; by environment, blueprint, owner and drift."""
    wanted = {name: request.GET.get(name, "").strip()[:_LONGEST] for name in FILTERS}
    wanted["drift"] = wanted["drift"] if wanted["drift"] in set(Drift) else ""
    before = request.GET.get("before", "")
    try:
        rows, older = stacks_with_facts(
            viewer=user_of(request),
            environment=wanted["environment"] or None,
            blueprint=wanted["blueprint"] or None,
            owner_id=str(user_of(request).id) if wanted["mine"] else None,
            owner_name=wanted["owner"] or None,
            name=wanted["q"] or None,
            ending=bool(wanted["ending"]),
            live_only=not wanted["gone"],
            drift=Drift(wanted["drift"]) if wanted["drift"] else None,
            limit=PAGE,
            before=before or None,
        )
    except InvalidValue as error:
        raise Http404("There is no such page of the list.") from error
    context = {
        "rows": rows,
        "wanted": wanted,
        "filtered": any(wanted.values()) or bool(before),
        "environments": selectors.environments_list(),
        "blueprints": selectors.blueprints_list(),
        "more_filters": any(wanted[name] for name in ("owner", "ending", "gone", "blueprint")),
        "older": urlencode({**wanted, "before": older}) if older else "",
    }
    return page(request, "web/stacks.html", context, here="stacks")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def stack(request: HttpRequest, stack_id: UUID) -> HttpResponse:
    """One of them; a POST asks for something to be done with it."""
    try:
        found = selectors.stack_get(str(stack_id), user_of(request))
    except NotFound as error:
        raise Http404("There is no such stack.") from error
    if request.method != "POST":
        return _stack_page(request, found)
    try:
        return _ACTIONS.get(request.POST.get("do", ""), _unknown)(request, found)
    except OrchestratorError as error:
        return _stack_page(request, found, refused=error.detail)


@require_GET
@never_cache
@login_required
def resources(request: HttpRequest, stack_id: UUID) -> JsonResponse:
    """What it consists of, for the graph."""
    try:
        found = selectors.stack_get(str(stack_id), user_of(request))
    except NotFound as error:
        raise Http404("There is no such stack.") from error
    return JsonResponse(stack_resources(found) or {"nodes": [], "edges": [], "complete": True})


def _tree(found: StackView) -> list[tuple[str, list[dict[str, Any]]]]:
    """(module, its resources), the stack's own first."""
    by_module: dict[str, list[dict[str, Any]]] = {}
    for each in (stack_resources(found) or {"nodes": []})["nodes"]:
        by_module.setdefault(each["module"], []).append(each)
    return [(module, sorted(by_module[module], key=lambda each: str(each["id"]))) for module in sorted(by_module)]


def _stack_page(request: HttpRequest, found: StackView, refused: str = "") -> HttpResponse:
    viewer = user_of(request)
    adoption, undo = _adoption_or_none(found, viewer), _undo_or_none(found, viewer)
    context = {
        "stack": found,
        "facts": stacks_facts([found.id]).get(found.id, StackFacts()),
        # As pairs: a template would take an output that is called `items` for the method.
        "ends": found.expires_at.isoformat() if found.expires_at else "",
        "outputs": list(found.outputs.items()),
        "may_reveal": may_reveal(viewer, found),
        "values": list(found.values.items()),
        "revisions": [(each, list(each.diff.items())) for each in stack_revisions(found.id, viewer=viewer)],
        "story": stack_story(found.id, viewer=viewer),
        "undo": undo,
        "revive": found.status == "gone" and undo is not None and may_change_stack(viewer, found),
        "adoption": adoption,
        "adopted": list(adoption.diff.items()) if adoption else [],
        "may_change": may_change_stack(viewer, found) and found.status != "gone",
        "change_address": change_address(found),
        "tree": _tree(found),
        "about": [each for each in selectors.actions_list() if each.needs_stack] if found.status == "live" else [],
        "longer": list(LONGER.items()),
        "request_id": uuid4(),
        "refused": refused,
        "said": "" if refused else _SAID.get(request.GET.get("done", ""), ""),
        "watch": [
            (hours, _watch_words(hours), hours == _watch_now(found))
            for hours in dict.fromkeys((*_WATCHED, _watch_now(found)))
        ],
    }
    return page(request, "web/stack.html", context, here="stacks", status=_REFUSED if refused else 200)


def _undo_or_none(found: StackView, viewer: User) -> Undo | None:
    try:
        return undo_of(found, viewer=viewer)
    except OrchestratorError:
        return None


def _adoption_or_none(found: StackView, viewer: User) -> Adoption | None:
    try:
        return adoption_of(found, viewer=viewer)
    except OrchestratorError:
        return None


def _keep(request: HttpRequest, found: StackView) -> HttpResponse:
    said = request.POST.get("longer", "")
    if said != "for-good" and said not in LONGER:
        raise InvalidValue(_("Choose how much longer it is to be kept."), field="longer")
    how: dict[str, Any] = {"for_good": True} if said == "for-good" else {"until": _later(request, int(said))}
    services.stack_keep(stack_id=found.id, actor=actor_of(request), via=VIA, **how)
    return redirect(f"{request.path}?done=kept")


def _later(request: HttpRequest, seconds: int) -> datetime:
    """Counted from the end that the page showed, so that the form sent twice prolongs once."""
    try:
        ends = datetime.fromisoformat(request.POST.get("ends", ""))
    except ValueError:
        ends = None
    if ends is None or ends.tzinfo is None:
        raise InvalidValue(_("Load the page again and send the form from there."), field="ends")
    return max(ends, timezone.now()) + timedelta(seconds=seconds)


def _give(request: HttpRequest, found: StackView) -> HttpResponse:
    to = request.POST.get("to", "").strip()
    services.stack_give(stack_id=found.id, to=to, actor=actor_of(request), via=VIA)
    try:
        selectors.stack_get(found.id, user_of(request))
    except NotFound:  # theirs alone now
        return redirect("web:stacks")
    return redirect(f"{request.path}?done=given")


def _watch(request: HttpRequest, found: StackView) -> HttpResponse:
    said = request.POST.get("hours", "")
    if said not in _WATCHED:
        raise InvalidValue(_("Choose how often it is to be checked."), field="hours")
    services.stack_watch(stack_id=found.id, hours=int(said) if said else None, actor=actor_of(request), via=VIA)
    return redirect(f"{request.path}?done=watched")


def _watch_now(found: StackView) -> str:
    return "" if found.drift_check_hours is None else str(found.drift_check_hours)


def _watch_words(hours: str) -> str:
    if hours in ("", "0"):
        return _("never") if hours else _("as its environment says")
    return ngettext("every hour", "every %(hours)s hours", int(hours)) % {"hours": hours}


def _drift(request: HttpRequest, found: StackView) -> HttpResponse:
    return _job(request, found, JobKind.DRIFT)


def _destroy(request: HttpRequest, found: StackView) -> HttpResponse:
    return _job(request, found, JobKind.DESTROY)


def _undo(request: HttpRequest, found: StackView) -> HttpResponse:
    return asked_before(request) or ask(request, **undo_request(undo_of(found, viewer=user_of(request))))


def _adopt(request: HttpRequest, found: StackView) -> HttpResponse:
    return asked_before(request) or ask(request, **adoption_request(adoption_of(found, viewer=user_of(request))))


def _restore(request: HttpRequest, found: StackView) -> HttpResponse:
    return asked_before(request) or ask(request, **restoring_request(found, viewer=user_of(request)))


def _unknown(request: HttpRequest, found: StackView) -> HttpResponse:
    raise InvalidValue(
        _("Choose what is to be done: keep, give, watch, drift, restore, adopt, undo or destroy."), field="do"
    )


_ACTIONS: dict[str, Callable[[HttpRequest, StackView], HttpResponse]] = {
    "keep": _keep,
    "give": _give,
    "watch": _watch,
    "drift": _drift,
    "undo": _undo,
    "restore": _restore,
    "adopt": _adopt,
    "destroy": _destroy,
}


def _job(request: HttpRequest, found: StackView, kind: JobKind) -> HttpResponse:
    named = {"kind": kind, "environment": found.environment, "subject": found.blueprint, "stack_id": found.id}
    return ask(request, **named, values={})
