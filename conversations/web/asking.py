"""Asking for a job from a form: once, however often the form is sent."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from orchestrator import selectors, services
from orchestrator.errors import InvalidValue, NotFound
from orchestrator.types import Origin

from .pages import actor_of, user_of

VIA = "web"


def ask(request: HttpRequest, **wanted: Any) -> HttpResponse:
    """Ask for a job and lead to its page. Raises what services.job_submit raises."""
    job_id = request_id(request)
    job = services.job_submit(requester=actor_of(request), origin=Origin(channel=VIA), job_id=job_id, **wanted)
    return redirect("web:job", job_id=job.id)


def request_id(request: HttpRequest) -> str:
    """The number that the page gave to this request. Raises InvalidValue."""
    try:
        return str(UUID(request.POST.get("request_id", "")))
    except ValueError as error:
        raise InvalidValue(_("Load the page again and send the form from there."), field="request_id") from error


def asked_before(request: HttpRequest) -> HttpResponse | None:
    """To the job that this form has made already, or None."""
    try:
        job = selectors.job_get(request_id(request), viewer=user_of(request))
    except NotFound:
        return None
    return redirect("web:job", job_id=job.id)
