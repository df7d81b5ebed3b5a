"""Training runs and activations, as Django sees them; written by nlu.runs and nlu.activations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .runs.states import RunState


class TrainingRun(models.Model):
    """One training of a bot, from the wish to what came of it. The table of its states stands in runs/states.py."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=36)
    bot = models.ForeignKey("nlu.Bot", on_delete=models.CASCADE, related_name="runs")
    unfinished_of = models.CharField(max_length=63, null=True, help_text=_("The bot, until the run has ended."))
    state = models.CharField(max_length=10, choices=RunState.choices)
    activate = models.BooleanField(help_text=_("Whether the version answers as soon as it is there."))
    asked_by = models.JSONField()
    created_at = models.DateTimeField()
    woken_at = models.DateTimeField(help_text=_("When a worker was last told of it."))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    sentence = models.CharField(max_length=200, blank=True)
    share = models.FloatField(default=0.0)
    mistakes = models.JSONField(default=list)
    error = models.TextField(blank=True)
    model = models.ForeignKey("nlu.NluModel", null=True, on_delete=models.SET_NULL, related_name="runs")
    lease_owner = models.CharField(max_length=200, null=True)
    lease_fence = models.IntegerField(default=0)
    lease_expires_at = models.DateTimeField()

    class Meta:
        db_table = "nlu_trainingrun"
        verbose_name = _("training run")
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["unfinished_of"], name="nlu_one_unfinished_run_per_bot")]
        indexes = [models.Index(fields=["state", "woken_at"], name="nlu_run_by_state")]

    def __str__(self) -> str:
        return f"{self.bot_id} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_finished(self) -> bool:
        return self.unfinished_of is None


class Activation(models.Model):
    """One change of the version that answers for a bot; `_id` is "bot:%06d" and unbroken from 1.

    `before` is the activation whose version answered before, as rolling back sees it: rolling back does not count.
    """

    class Kind(models.TextChoices):
        ACTIVATED = "activated", _("activated")
        ROLLED_BACK = "rolled back", _("rolled back")

    id = models.CharField(primary_key=True, db_column="_id", max_length=80)
    bot = models.ForeignKey("nlu.Bot", on_delete=models.CASCADE, related_name="activations")
    number = models.IntegerField()
    model = models.ForeignKey("nlu.NluModel", on_delete=models.CASCADE, related_name="activations")
    before = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "nlu_activation"
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["bot", "number"], name="nlu_one_activation_per_number")]

    def __str__(self) -> str:
        return f"{self.bot_id} {self.number}"
