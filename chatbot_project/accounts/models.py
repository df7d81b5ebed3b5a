"""Users and the roles they hold, per environment."""

import uuid
from functools import cache
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

EVERY_ENVIRONMENT = "*"


class Role(models.TextChoices):
    REQUESTER = "requester", _("Requester: may ask for changes")
    APPROVER = "approver", _("Approver: may approve other people's changes")
    OPERATOR = "operator", _("Operator: may see and cancel every job")


@cache
def time_zones() -> dict[str, str]:
    """{name in lower case: name} of all there are on this machine."""
    return {name.casefold(): name for name in sorted(available_timezones())}


def time_zone_check(name: str) -> None:
    """Raises ValidationError for what is no time zone."""
    if name not in time_zones().values():
        raise ValidationError(_("%(name)s is no time zone. Write one as Europe/Berlin, or UTC.") % {"name": name})


class Theme(models.TextChoices):
    """How pages look; empty: as the reader's machine has it."""

    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractUser):
    # Only a key stored as `_id` is served by MongoDB's own primary index.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, db_column="_id")
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        default="",
        validators=[time_zone_check],
        help_text=_(
            "In which “yesterday” and “until 6 pm” are understood, and times are shown; for example Europe/Berlin. "
            "Empty: understood in UTC, and shown as the browser has it."
        ),
    )

    language = models.CharField(
        max_length=10,
        blank=True,
        default="",
        choices=settings.LANGUAGES,
        help_text=_("Of pages and answers. Empty: as the browser asks for it."),
    )
    theme = models.CharField(max_length=10, blank=True, default="", choices=Theme.choices)
    is_visitor = models.BooleanField(
        _("visitor"),
        default=False,
        editable=False,
        help_text=_("Somebody on another site who is known by their browser alone: no role, no password."),
    )

    class Meta(AbstractUser.Meta):
        db_table = "accounts_user"


class RoleBinding(models.Model):
    """One role of one user in one environment, or in all of them (`*`). Nothing is allowed without one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, db_column="_id")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_bindings")
    role = models.CharField(max_length=20, choices=Role.choices)
    environment = models.CharField(
        max_length=63, default=EVERY_ENVIRONMENT, help_text=_("Name of an environment, or * for all of them.")
    )

    class Meta:
        db_table = "accounts_rolebinding"
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "environment"], name="one_binding_per_role_and_environment")
        ]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} in {self.environment}"


class GroupBinding(models.Model):
    """One role of every member of a group in one environment, or in all of them (`*`), for as long as they are one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, db_column="_id")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="role_bindings")
    role = models.CharField(max_length=20, choices=Role.choices)
    environment = models.CharField(
        max_length=63, default=EVERY_ENVIRONMENT, help_text=_("Name of an environment, or * for all of them.")
    )

    class Meta:
        db_table = "accounts_groupbinding"
        constraints = [
            models.UniqueConstraint(fields=["group", "role", "environment"], name="one_group_binding_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.group} is {self.role} in {self.environment}"


from .access_models import SignIn, TokenUse  # noqa: E402 (they point at User)

__all__ = ["EVERY_ENVIRONMENT", "GroupBinding", "Role", "RoleBinding", "SignIn", "Theme", "TokenUse", "User"]
