"""What bots know and which trained versions there are.

Intents, entities and examples come from two sources: built-in ones are written by every training (services.py) and
read-only here; own ones are made in the admin and join the next training. Versions never change once written; which
one answers is the bot's `active_model`.
"""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .import_models import ImportUpload  # noqa: F401
from .llm_models import LanguageModel, LanguageModelUsage  # noqa: F401 (Django looks for models here)
from .training_models import Activation, TrainingRun  # noqa: F401
from .types import EntityDefinition
from .validation import KINDS, MAXIMUM_PHRASE, definition_mistakes, slots_problem, values_problem


def new_id() -> str:
    return str(uuid.uuid4())


class Source(models.TextChoices):
    BUILT_IN = "built-in", _("Built in: from the catalogue and the base intents")
    OWN = "own", _("Own: made here")


class Tone(models.TextChoices):
    PLAIN = "plain", _("Plain: says what is and what to do")
    BRIEF = "brief", _("Brief: as few words as will do")
    FRIENDLY = "friendly", _("Friendly: greets and thanks")


class Bot(models.Model):
    name = models.CharField(
        primary_key=True,
        db_column="_id",
        max_length=63,
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*$", _("Use lower-case letters, digits and dashes."))],
    )
    title = models.CharField(max_length=120)
    enabled = models.BooleanField(default=True, help_text=_("A bot that is switched off answers nobody."))
    groups = models.JSONField(
        default=list, blank=True, help_text=_("Who may use it: members of these groups. None: everybody signed in.")
    )
    all_parts = models.BooleanField(
        _("offers everything"), default=True, help_text=_("Everything in the catalogue, also what is added later.")
    )
    parts = models.JSONField(
        default=list,
        blank=True,
        help_text=_("What it offers otherwise. Train it anew after a change: it is offered no more at once."),
    )
    tone = models.CharField(max_length=10, choices=Tone.choices, default=Tone.PLAIN)
    greeting = models.TextField(
        max_length=1000, blank=True, help_text=_("What it answers to a greeting; {name} is who greets. Empty: its own.")
    )
    help_text = models.TextField(
        max_length=4000, blank=True, help_text=_("What it says first when asked for help. Empty: its own words.")
    )
    threshold = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0.01), MaxValueValidator(0.99)],
        help_text=_(
            "How sure it must be before it acts on a message, from 0.01 to 0.99. Empty: as training found. A lower "
            "value than training found is not used, so that nobody can make it guess."
        ),
    )
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
    # Another value after every change, so that nobody goes on with what was cached of an earlier one.
    revision = models.CharField(max_length=36, default=new_id, editable=False)

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

    def clean(self) -> None:
        if problem := slots_problem(self.slots):
            raise ValidationError({"slots": problem})


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
    text = models.CharField(max_length=MAXIMUM_PHRASE, help_text=_("{slot} stands where a value would."))
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.OWN, editable=False)

    class Meta:
        db_table = "nlu_example"
        ordering = ["id"]
        indexes = [models.Index(fields=["bot", "source"], name="nlu_example_bot_source")]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        if self.intent is not None and self.intent.bot_id != self.bot_id:
            raise ValidationError({"intent": _("This intent belongs to another bot.")})


class EntityType(models.Model):
    id = models.CharField(primary_key=True, db_column="_id", max_length=200, default=new_id, editable=False)
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="entities")
    name = models.CharField(max_length=63, validators=[RegexValidator(r"^\w+$", _("Use letters, digits and _."))])
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS])
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

    def clean(self) -> None:
        if problem := values_problem(self.values):
            raise ValidationError({"values": problem})
        if self.kind not in KINDS:
            return  # the field has said so
        values = {value: tuple(words) for value, words in self.values.items()}
        if mistakes := list(definition_mistakes(EntityDefinition(self.name, self.kind, values, self.pattern))):
            raise ValidationError({"pattern" if self.kind == "pattern" else "values": mistakes})


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
