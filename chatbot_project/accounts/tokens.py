"""API tokens (django-rest-knox: only a digest is stored, each expires)."""

from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from .models import User


def token_issue(user: User) -> tuple[str, datetime]:
    """A new token for `user` and when it ends. The key is shown this once."""
    instance, key = AuthToken.objects.create(user=user)
    return key, instance.expiry


def user_from_token(key: str) -> User | None:
    """The active user whose unexpired token this is, or None."""
    try:
        user, _ = TokenAuthentication().authenticate_credentials(key.encode())
    except (AuthenticationFailed, ObjectDoesNotExist, UnicodeError):
        return None
    return user if isinstance(user, User) and user.is_active and not user.is_visitor else None
