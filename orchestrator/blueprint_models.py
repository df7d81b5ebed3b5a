"""What was handed over to become a blueprint, and what administrators allowed it, as Django sees them.

Written with PyMongo by orchestrator/catalog/adding; the archives lie in GridFS under the upload's id.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BlueprintUpload(models.Model):
    """A module that somebody added. waiting -> checking -> stored, refused or failed; refused -> waiting when asked
    again. `lease_*`: one worker looks at it at a time."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=36)
    name = models.CharField(max_length=63, help_text=_("Of the blueprint that it becomes."))
    file_name = models.CharField(max_length=255)
    manifest = models.TextField(blank=True, help_text=_("blueprint.yaml; where none was given, as it was drafted."))
    state = models.CharField(max_length=10)
    findings = models.JSONField(default=list, help_text=_("What must be allowed first: key, sentence, allowable."))
    problem = models.TextField(blank=True)
    digest = models.CharField(max_length=64, null=True, help_text=_("Of the version that was stored."))
    by_id = models.CharField(max_length=36, null=True)
    by_name = models.CharField(max_length=150)
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    woken_at = models.DateTimeField()
    lease_owner = models.CharField(max_length=200, null=True)
    lease_fence = models.IntegerField(default=0)
    lease_expires_at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_blueprintupload"
        indexes = [
            models.Index(fields=["-created_at"], name="upload_latest"),
            models.Index(fields=["state", "woken_at"], name="upload_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class BlueprintAllowance(models.Model):
    """Something that the modules of one blueprint may do although modules may not; `_id` is "blueprint:key"."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=600)
    blueprint = models.CharField(max_length=63)
    key = models.CharField(max_length=500)
    sentence = models.TextField(blank=True, help_text=_("What was found when it was allowed."))
    reason = models.TextField(blank=True)
    by_id = models.CharField(max_length=36, null=True)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_blueprintallowance"
        indexes = [models.Index(fields=["blueprint", "key"], name="allowance_by_blueprint")]

    def __str__(self) -> str:
        return f"{self.blueprint}: {self.key}"
