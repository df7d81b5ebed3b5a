"""API tokens (django-rest-knox: only a digest is stored, each expires)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from .access_models import TokenUse
from .models import User

MOST = 50
_NOTED_EVERY = timedelta(minutes=5)
_SHOWN = 16
_LONGEST_NAME = 100


@dataclass(frozen=True)
class TokenView:
    """`id` names it to its owner and says nothing about the key; `used_at` is right to five minutes."""

    id: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class NotingTokenAuthentication(TokenAuthentication):
    """Remembers when a token was used last."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        user, found = super().authenticate_credentials(token)
        _note(found)
        return user, found


def token_issue(
    user: User, *, name: str = "", ttl: timedelta | None = None, request_id: str = ""
) -> tuple[str, datetime]:
    """A new token for `user` and when it ends. The key is shown this once; with the same `request_id` once.

    Raises ValidationError: too many, too long a name or time, made before.
    """
    if len(name) > _LONGEST_NAME:
        raise ValidationError(_("The name may have 100 characters at most."))
    if ttl is not None and not timedelta(0) < ttl <= longest():
        raise ValidationError(_("A token may last %(days)s days at most.") % {"days": longest().days})
    if request_id and TokenUse.objects.filter(user=user, request_id=request_id).exists():
        raise ValidationError(_("It was made already, and its key shown once. Revoke it if that is lost."))
    if AuthToken.objects.filter(user=user, expiry__gt=timezone.now()).count() >= MOST and name:
        raise ValidationError(_("You have %(most)s tokens already. Revoke one first.") % {"most": MOST})
    instance, key = AuthToken.objects.create(user=user, expiry=ttl or longest())
    TokenUse.objects.create(
        digest=instance.digest, user=user, name=name, request_id=request_id, ends_at=instance.expiry
    )
    return key, instance.expiry


def longest() -> timedelta:
    """How long a token may last."""
    ttl = settings.REST_KNOX["TOKEN_TTL"]
    if not isinstance(ttl, timedelta):
        raise TypeError("REST_KNOX's TOKEN_TTL must be a time: a token without an end is a password")
    return ttl


def tokens_list(user: User) -> list[TokenView]:
    """Those that still open something, the latest first."""
    found = list(AuthToken.objects.filter(user=user, expiry__gt=timezone.now()).order_by("-created"))
    uses = {each.digest: each for each in TokenUse.objects.filter(digest__in=[each.digest for each in found])}
    return [_view(each, uses.get(each.digest)) for each in found]


def token_revoke(user: User, token_id: str) -> bool:
    """Whether there was one; it opens nothing any more."""
    digests = [each.digest for each in AuthToken.objects.filter(user=user) if each.digest[:_SHOWN] == token_id]
    AuthToken.objects.filter(digest__in=digests).delete()
    TokenUse.objects.filter(digest__in=digests).delete()
    return bool(digests)


def user_from_token(key: str) -> User | None:
    """The active user whose unexpired token this is, or None."""
    try:
        user, _token = NotingTokenAuthentication().authenticate_credentials(key.encode())
    except (AuthenticationFailed, ObjectDoesNotExist, UnicodeError):
        return None
    return user if isinstance(user, User) and user.is_active and not user.is_visitor else None


def _view(token: Any, use: TokenUse | None) -> TokenView:
    name, used_at = (use.name, use.used_at) if use else ("", None)
    return TokenView(token.digest[:_SHOWN], name, token.created, token.expiry, used_at)


def _note(token: Any) -> None:
    """Not at every request: a write each would cost more than what is read."""
    now = timezone.now()
    use = TokenUse.objects.filter(digest=token.digest).first()
    if use is None:
        noted = {"user_id": token.user_id, "used_at": now, "ends_at": token.expiry}
        TokenUse.objects.update_or_create(digest=token.digest, defaults=noted)
    elif use.used_at is None or use.used_at < now - _NOTED_EVERY:
        TokenUse.objects.filter(digest=token.digest).update(used_at=now)
