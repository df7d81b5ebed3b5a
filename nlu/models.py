"""What bots know and which trained versions there are.

Intents, entities and examples come from two sources: built-in ones are written by every training (services.py) and
read-only here; own ones are made in the admin and join the next training. Versions never change once written; which
one answers is the bot's `active_model`.
"""

import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .llm_models import LanguageModel, LanguageModelUsage  # noqa: F401 (Django looks for models here)
from .training_models import Activation, TrainingRun  # noqa: F401
from .validation import KINDS


def new_id() -> str:
    return str(uuid.uuid4())


class Source(models.TextChoices):
    BUILT_IN = "built-in", _("Built in: from the catalogue and the base intents")
    OWN = "own", _("Own: made here")


class Bot(models.Model):
    name = models.CharField(
        primary_key=True,
        db_column="_id",
        max_length=63,
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*$", _("Use lower-case letters, digits and dashes."))],
    )
    title = models.CharField(max_length=120)
    rejection_rate = models.FloatField(
        default=0.05,
        validators=[MinValueValidator(0.005), MaxValueValidator(0.4)],
        help_text=_(
            "The share of right answers that may be lost so that more of what is out of scope is rejected; "
            "the threshold follows from it at the next training."
        ),
    )
    active_model = models.ForeignKey(
        "NluModel", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    last_number = models.IntegerField(default=0, editable=False)
    last_activation = models.IntegerField(default=0, editable=False)

    class Meta:
        db_table = "nlu_bot"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.title or self.name


class Intent(models.Model):
    id = models.CharField(primary_key=True, db_column="_id", max_length=200, default=new_id, editable=False)
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="intents")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=160, blank=True)
    slots = models.JSONField(default=list, blank=True, help_text=_('Entities that may fill it: ["name"].'))
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.OWN, editable=False)

    class Meta:
        db_table = "nlu_intent"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["bot", "name"], name="nlu_one_intent_per_name")]

    def __str__(self) -> str:
        return self.name


class Example(models.Model):
    """A phrase of an intent, or, without one, a phrase that no intent should claim."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=300, default=new_id, editable=False)
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="examples")
    intent = models.ForeignKey(
        Intent,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="examples",
        help_text=_("Empty: the phrase is out of scope, and no intent should claim it."),
    )
    text = models.CharField(max_length=300, help_text=_("{slot} stands where a value would."))
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.OWN, editable=False)

    class Meta:
        db_table = "nlu_example"
        ordering = ["id"]
        indexes = [models.Index(fields=["bot", "source"], name="nlu_example_bot_source")]

    def __str__(self) -> str:
        return self.text


class EntityType(models.Model):
    id = models.CharField(primary_key=True, db_column="_id", max_length=200, default=new_id, editable=False)
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="entities")
    name = models.CharField(max_length=63, validators=[RegexValidator(r"^\w+$", _("Use letters, digits and _."))])
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    values = models.JSONField(
        default=dict, blank=True, help_text=_('Values and their synonyms: {"staging": ["stage", "test system"]}.')
    )
    pattern = models.CharField(max_length=500, blank=True, help_text=_("A regular expression, for the kind pattern."))
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.OWN, editable=False)

    class Meta:
        db_table = "nlu_entitytype"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["bot", "name"], name="nlu_one_entity_per_name")]

    def __str__(self) -> str:
        return self.name


class NluModel(models.Model):
    """A trained version: its artefact lies in GridFS under `file_id`, and is what `digest` says."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=36, default=new_id, editable=False)
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="models")
    number = models.IntegerField()
    digest = models.CharField(max_length=64)
    data_digest = models.CharField(max_length=64)
    size = models.IntegerField()
    file_id = models.CharField(max_length=36)
    threshold = models.FloatField()
    metrics = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    damaged_at = models.DateTimeField(
        null=True, help_text=_("When its file was found to be gone or damaged, until it is restored.")
    )
    archived_at = models.DateTimeField(null=True)
    archive_problem = models.CharField(max_length=300, blank=True)
    archive_due_at = models.DateTimeField(null=True, help_text=_("When archiving or restoring is tried again."))

    class Meta:
        db_table = "nlu_model"
        verbose_name = _("trained version")
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["bot", "number"], name="nlu_one_version_per_number")]
        indexes = [models.Index(fields=["archived_at", "archive_due_at"], name="nlu_model_unarchived")]

    def __str__(self) -> str:
        return f"{self.bot_id} version {self.number}"

    def metric(self, name: str) -> Any:
        return self.metrics.get(name)
