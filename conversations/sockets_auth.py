"""Who opens a connection: `Authorization: Token …`, the subprotocol `token.<key>`, or the session cookie of a page.

Only the cookie is sent by browsers on their own, so only it needs the Origin to be this server's own, port included.
A token of the widget is good for the origin it was issued for alone (widget/guests.py).
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie
from django.http.request import validate_host

from chatbot_project.accounts.models import User
from chatbot_project.accounts.tokens import user_from_token

from .errors import NotAllowed, NotSignedIn
from .widget.guests import guest_site
from .widget.tokens import PREFIX

SUBPROTOCOL = "infrachat.v1"
_TOKEN_PREFIX = "token."  # noqa: S105 (a prefix)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOCAL_HOSTS = [".localhost", "127.0.0.1", "[::1]"]


@dataclass(frozen=True)
class Credentials:
    token: str | None = None
    session_key: str | None = None
    origin: str | None = None


def credentials_of(scope: dict[str, Any]) -> Credentials:
    """What an ASGI connection offers. Raises NotAllowed when a cookie comes with a foreign Origin."""
    headers = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() == str(settings.REST_KNOX["AUTH_HEADER_PREFIX"]).lower():
        return Credentials(token=key.strip(), origin=headers.get("origin"))
    for offered in scope.get("subprotocols", []):
        if offered.startswith(_TOKEN_PREFIX):
            return Credentials(token=offered.removeprefix(_TOKEN_PREFIX), origin=headers.get("origin"))
    session_key = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    if session_key and not origin_is_own(headers.get("origin"), headers.get("host", "")):
        raise NotAllowed("This page is not served by this server, so it may not use its session.", field="origin")
    return Credentials(session_key=session_key)


def caller_of(credentials: Credentials) -> tuple[User, str | None]:
    """The user behind the credentials, now, and the embedding site they speak from (None: our own pages, or a program).

    Raises NotSignedIn, NotAllowed.
    """
    if credentials.token is not None and credentials.token.startswith(PREFIX):
        user, site = guest_site(credentials.token, credentials.origin)
        return user, site.name
    return user_of(credentials), None


def user_of(credentials: Credentials) -> User:
    """The active user behind the credentials, now. Raises NotSignedIn."""
    user = None
    if credentials.token is not None:
        user = user_from_token(credentials.token)
    elif credentials.session_key:
        user = _user_of_session(credentials.session_key)
    if user is None:
        raise NotSignedIn("Sign in first: the token or session is missing, wrong, or has ended.")
    return user


def origin_is_own(origin: str | None, host: str) -> bool:
    """Whether a page of this origin may use the session. Without an Origin it is not a browser that asks."""
    if origin is None:
        return True
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        page, server = urlsplit(origin), urlsplit(f"//{host}")
        # A Host without a port means the default port of the page's own scheme: a proxy may have ended TLS.
        default = _DEFAULT_PORTS.get(page.scheme)
        same = (page.hostname, page.port or default) == (server.hostname, server.port or default)
    except ValueError:
        return False
    allowed = settings.ALLOWED_HOSTS or (_LOCAL_HOSTS if settings.DEBUG else [])
    name = page.hostname or ""
    return same and default is not None and validate_host(f"[{name}]" if ":" in name else name, allowed)


def _user_of_session(session_key: str) -> User | None:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)  # checks the session's hash, as every page does
    return user if isinstance(user, User) and user.is_active else None
