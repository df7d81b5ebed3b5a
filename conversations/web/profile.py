"""What people set for themselves, their API tokens, and where they are signed in. Nobody else's can be named."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chatbot_project.accounts import sessions, tokens
from chatbot_project.accounts.models import EVERY_ENVIRONMENT, Theme, User, time_zones
from chatbot_project.accounts.roles import roles_held
from chatbot_project.accounts.services import preferences_set

from .pages import page, user_of

_REFUSED = 422
_TOKEN_DAYS = (1, 7, 30, 90, 365)


class ProfileForm(forms.Form):
    theme = forms.CharField(label=gettext_lazy("Look"), required=False)
    language = forms.CharField(label=gettext_lazy("Language"), required=False)
    time_zone = forms.CharField(label=gettext_lazy("Time zone"), required=False, max_length=64)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own page; a POST says in `do` what is changed, or else sets preferences."""
    if request.method != "POST":
        return _shown(request)
    return _DOES.get(request.POST.get("do", ""), _preferences)(request)


def _shown(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    user = user_of(request)
    context = {
        "form": ProfileForm(initial={"time_zone": user.time_zone}),
        "time_zones": time_zones().values(),
        "themes": Theme.choices,
        "languages": settings.LANGUAGES,
        "said": _SAID.get(request.GET.get("done", "")) if request.method != "POST" else None,
        "roles": [
            (role.label, "" if where == EVERY_ENVIRONMENT else where) for role, where in sorted(roles_held(user))
        ],
        "tokens": tokens.tokens_list(user),
        "token_days": _token_days(),
        "sessions": sessions.sessions_list(user, this=request.session.session_key),
        "request_id": uuid4(),
        **more,
    }
    return page(request, "web/profile.html", context, here="profile", status=status)


def _roles(user: User) -> list[tuple[str, str]]:
    """(what the role is called, environment or nothing for all of them)"""
    held = sorted(roles_held(user))
    return [(str(role.label), "" if where == EVERY_ENVIRONMENT else where) for role, where in held]


def _preferences(request: HttpRequest) -> HttpResponse:
    """What the form did not have stays."""
    user, form = user_of(request), ProfileForm(request.POST)
    wanted = {name: request.POST.get(name, getattr(user, name)) for name in ("theme", "language", "time_zone")}
    if form.is_valid():
        try:
            preferences_set(user=user, **wanted)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                form.add_error(name, messages)
        else:
            return redirect(f"{request.path}?done=saved")
    return _shown(request, status=_REFUSED, form=form)


def _token_make(request: HttpRequest) -> HttpResponse:
    name, days = request.POST.get("name", "").strip(), request.POST.get("days", "")
    try:
        if not name:
            raise ValidationError(_("Give it a name, so that you know it again."))
        if days not in map(str, _token_days()):
            raise ValidationError(_("Choose how long it is to last."))
        ttl = timedelta(days=int(days))
        key, _ends = tokens.token_issue(user_of(request), name=name, ttl=ttl, request_id=_request_id(request))
    except ValidationError as error:
        return _shown(request, status=_REFUSED, token_error=" ".join(error.messages), token_name=name, token_for=days)
    return _shown(request, key=key, key_name=name)


def _token_revoke(request: HttpRequest) -> HttpResponse:
    tokens.token_revoke(user_of(request), request.POST.get("token", ""))
    return redirect(f"{request.path}?done=revoked#tokens")


def _sessions_end(request: HttpRequest) -> HttpResponse:
    sessions.sessions_end_others(user_of(request), this=request.session.session_key)
    return redirect(f"{request.path}?done=ended#sessions")


def _request_id(request: HttpRequest) -> str:
    try:
        return str(UUID(request.POST.get("request_id", "")))
    except ValueError:
        raise ValidationError(_("Load the page again and send the form from there.")) from None


def _token_days() -> list[int]:
    return [each for each in _TOKEN_DAYS if timedelta(days=each) <= tokens.longest()] or [1]


_DOES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "token": _token_make,
    "revoke": _token_revoke,
    "end-others": _sessions_end,
}
_SAID = {
    "saved": gettext_lazy("Saved."),
    "revoked": gettext_lazy("The token opens nothing any more."),
    "ended": gettext_lazy("You are signed in here alone."),
}
