"""Where people are signed in with a browser: noted when they sign in, looked at and ended by themselves."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin

from .access_models import SignIn
from .models import User

_NOTED_EVERY_SECONDS = 300
_SEEN = "seen_at"


@dataclass(frozen=True)
class SessionView:
    browser: str
    """As the browser calls itself."""
    address: str
    began_at: datetime
    seen_at: datetime
    """Right to five minutes."""
    is_this: bool


class SessionsMiddleware(MiddlewareMixin):
    """After AuthenticationMiddleware: remembers now and then that somebody is still there."""

    def process_request(self, request: HttpRequest) -> None:
        if _SEEN not in request.session or not request.user.is_authenticated:
            return
        now = int(time.time())
        if now - request.session[_SEEN] >= _NOTED_EVERY_SECONDS:
            request.session[_SEEN] = now
            SignIn.objects.filter(session_key=request.session.session_key).update(seen_at=timezone.now())


def sessions_list(user: User, *, this: str | None) -> list[SessionView]:
    """The sessions that are still good, the latest used first; `this` is the key of the one that asks."""
    return [
        SessionView(each.browser, each.address, each.began_at, each.seen_at, each.session_key == this)
        for each in sorted(_open(user), key=lambda each: each.seen_at, reverse=True)
    ]


def sessions_end_others(user: User, *, this: str | None) -> int:
    """End all but `this`; how many there were."""
    keys = [each.session_key for each in _open(user) if each.session_key != this]
    Session.objects.filter(session_key__in=keys).delete()
    SignIn.objects.filter(session_key__in=keys).delete()
    return len(keys)


def _open(user: User) -> list[SignIn]:
    found = list(SignIn.objects.filter(user=user))
    keys = [each.session_key for each in found]
    good = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    return [each for each in found if each.session_key in good]


def _signed_in(sender: Any, request: HttpRequest, user: User, **more: Any) -> None:
    session = getattr(request, "session", None)
    if session is None:
        return
    session[_SEEN] = int(time.time())
    if session.session_key is None:
        session.create()
    now = timezone.now()
    noted = {
        "user": user,
        "address": request.META.get("REMOTE_ADDR", "")[:45],
        "browser": request.META.get("HTTP_USER_AGENT", "")[:300],
        "began_at": now,
        "seen_at": now,
    }
    SignIn.objects.update_or_create(session_key=session.session_key, defaults=noted)


def _signed_out(sender: Any, request: HttpRequest, **more: Any) -> None:
    session = getattr(request, "session", None)
    if session is not None and session.session_key:
        SignIn.objects.filter(session_key=session.session_key).delete()


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="accounts-signed-in")
    user_logged_out.connect(_signed_out, dispatch_uid="accounts-signed-out")
