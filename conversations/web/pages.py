"""What all pages of a signed-in person share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chatbot_project.accounts.models import User
from chatbot_project.accounts.roles import Role, has_role_anywhere
from orchestrator import selectors
from orchestrator.permissions import may_see_dashboard
from orchestrator.types import Actor

MOST = 50
"""So many plans that wait are listed, and counted, at most."""


@dataclass(frozen=True)
class Place:
    """A page that the bar on top leads to."""

    name: str
    title: str
    url: str
    is_here: bool = False


def sees_audit(user: User) -> bool:
    """Whether there is more to see of what was done than one's own deeds."""
    return has_role_anywhere(user, Role.OPERATOR) or selectors.sees_approvals(user)


PLACES: tuple[tuple[str, Promise, str, Callable[[User], bool]], ...] = (
    ("chat", _("Chat"), "web:home", lambda user: True),
    ("catalogue", _("Catalogue"), "web:catalogue", lambda user: True),
    ("stacks", _("Stacks"), "web:stacks", lambda user: True),
    ("approvals", _("Approvals"), "web:approvals", selectors.sees_approvals),
    ("dashboard", _("Dashboard"), "web:dashboard", may_see_dashboard),
    ("audit", _("Audit"), "web:audit", sees_audit),
    ("admin", _("Admin"), "admin:index", lambda user: user.is_staff),
)
"""Name, title, name of the address, and whether it is shown to somebody."""


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, here: str = "", status: int = 200
) -> HttpResponse:
    """The page, with what the bar on top shows to this person; `here` is the name of the place the page belongs to."""
    places = _places(user_of(request), here)
    shown = {"waiting": _waiting(user_of(request), places), **context, "here": here, "places": places}
    return part(request, template, shown, status=status)


def part(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A piece of a page, with times in the reader's zone."""
    with timezone.override(zone_of(request)):
        return render(request, template, {**context, "zone": user_of(request).time_zone or "UTC"}, status=status)


def waiting_count(user: User) -> int:
    """How many plans wait for this person's decision, as far as they are listed."""
    return len(selectors.jobs_awaiting(viewer=user, limit=MOST))


def zone_of(request: HttpRequest) -> ZoneInfo:
    """In which the reader writes and reads times."""
    return ZoneInfo(user_of(request).time_zone or "UTC")


def _places(user: User, here: str) -> list[Place]:
    return [Place(name, str(title), reverse(url), name == here) for name, title, url, shown in PLACES if shown(user)]


def _waiting(user: User, places: list[Place]) -> int:
    """For the number beside the approvals; none is looked for where that page is not offered."""
    return waiting_count(user) if any(each.name == "approvals" for each in places) else 0


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def actor_of(request: HttpRequest) -> Actor:
    user = user_of(request)
    return Actor(str(user.id), user.username)
