"""Users and the roles they hold, per environment."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

EVERY_ENVIRONMENT = "*"


class Role(models.TextChoices):
    REQUESTER = "requester", _("Requester: may ask for changes")
    APPROVER = "approver", _("Approver: may approve other people's changes")
    OPERATOR = "operator", _("Operator: may see and cancel every job")


class User(AbstractUser):
    # Only a key stored as `_id` is served by MongoDB's own primary index.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, db_column="_id")

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
