"""When nothing may be changed in an environment, as Django sees it; freezes.py reads it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from chatbot_project.accounts.models import EVERY_ENVIRONMENT


class Freeze(models.Model):
    """Nothing is begun there from `starts_at` until `ends_at`; weekly ones leave the maintenance windows between."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, db_column="_id")
    environment = models.CharField(
        max_length=63, default=EVERY_ENVIRONMENT, help_text=_("Name of an environment, or * for all of them.")
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    weekly = models.BooleanField(
        default=False,
        help_text=_(
            "Again every week, at the same times (UTC). What is between one end and the next beginning is the "
            "maintenance window: for Saturdays from 02:00 to 06:00, freeze from a Saturday 06:00 to the next one 02:00."
        ),
    )
    reason = models.CharField(max_length=200, help_text=_("Told to whoever asks for a change meanwhile."))

    class Meta:
        db_table = "orchestrator_freeze"
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.environment}: {self.reason}"
