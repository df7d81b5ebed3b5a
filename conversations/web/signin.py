"""Signing in on a page, with the same limit of attempts that programs have."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from conversations import limits
from conversations.errors import TooMany


class SignInForm(AuthenticationForm):
    def clean(self) -> dict[str, Any]:
        _attempt_allow(self)
        return super().clean()


class AdminSignInForm(AdminAuthenticationForm):
    def clean(self) -> dict[str, Any]:
        _attempt_allow(self)
        return super().clean()


def _attempt_allow(form: AuthenticationForm) -> None:
    """Count the attempt before the password is looked at: beyond the limit the right one is no better."""
    username = form.cleaned_data.get("username")
    if not username or form.request is None:
        return
    try:
        limits.login_allow(username, form.request.META.get("REMOTE_ADDR", ""))
    except TooMany as error:
        raise ValidationError(error.detail, code="too_many") from None
