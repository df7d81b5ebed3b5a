"""Who decides for somebody while they are away: the part of the page of approvals that says so."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chatbot_project.accounts.models import EVERY_ENVIRONMENT
from orchestrator import services
from orchestrator.errors import InvalidValue, NotFound, OrchestratorError

from .inbox import inbox_page
from .pages import actor_of, zone_of

_REFUSED = 422
_SHOWN = ("to", "starts_at", "until", "environment")
_FIELDS = (*_SHOWN, "delegation_id")


@require_POST
@login_required
def away_give(request: HttpRequest) -> HttpResponse:
    """Let somebody else decide meanwhile; times are in the zone of the profile. The form sent twice does it once."""
    sent = {name: request.POST.get(name, "").strip() for name in _FIELDS}
    try:
        services.delegation_give(
            giver=actor_of(request),
            to=sent["to"],
            until=_moment(request, "until") or _missing("until"),
            starts_at=_moment(request, "starts_at"),
            environment=sent["environment"] or EVERY_ENVIRONMENT,
            delegation_id=_id(sent["delegation_id"]),
        )
    except OrchestratorError as error:
        field = error.field if error.field in _SHOWN else None
        return inbox_page(request, status=_REFUSED, away_refused=error.detail, away_field=field, away_sent=sent)
    return redirect(f"{reverse('web:approvals')}#away")


@require_POST
@login_required
def away_end(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Both of them may."""
    try:
        services.delegation_end(delegation_id=str(delegation_id), actor=actor_of(request))
    except NotFound as error:
        raise Http404("There is no such arrangement.") from error
    return redirect(f"{reverse('web:approvals')}#away")


def _moment(request: HttpRequest, field: str) -> datetime | None:
    written = request.POST.get(field, "").strip()
    if not written:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise InvalidValue(_("Write a day and a time, as 2026-12-24T18:00."), field=field) from None
    return at if at.tzinfo else at.replace(tzinfo=zone_of(request))


def _missing(field: str) -> datetime:
    raise InvalidValue(_("Say until when."), field=field)


def _id(written: str) -> str:
    try:
        return str(UUID(written))
    except ValueError:
        raise InvalidValue(_("Load the page again and send the form from there."), field="delegation_id") from None
