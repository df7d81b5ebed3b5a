"""Bots' language models as admins set them up, and what they cost. Written by the admin site; read with PyMongo."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from chatbot_project.mongo.indexes import TTLIndex

from .llm.config import KEY_NAME, Mode, url_problem

USAGE_TTL_SECONDS = 400 * 86_400

MODES = [
    (Mode.OFF.value, _("Off")),
    (Mode.SECOND_OPINION.value, _("Second opinion: asked when the bot's own model is unsure")),
    (Mode.REPLACEMENT.value, _("Replacement: asked about every message")),
]


def validate_base_url(value: str) -> None:
    problem = url_problem(value)
    if problem:
        raise ValidationError(problem)


class LanguageModel(models.Model):
    """A bot's large language model, asked by the background worker alone. The key is named here, and never kept."""

    bot = models.OneToOneField(
        "Bot", primary_key=True, db_column="_id", on_delete=models.CASCADE, related_name="language_model"
    )
    mode = models.CharField(max_length=20, choices=MODES, default=Mode.OFF.value)
    base_url = models.CharField(
        _("address"),
        max_length=300,
        validators=[validate_base_url],
        help_text=_("What precedes /chat/completions, as in https://llm.example.com/v1. A private address is allowed."),
    )
    model = models.CharField(max_length=120, help_text=_("As the endpoint calls it."))
    key_name = models.CharField(
        _("name of the key"),
        max_length=80,
        blank=True,
        validators=[
            RegexValidator(rf"^{KEY_NAME.pattern}\Z", _("LLM_API_KEY, or a name that begins with LLM_API_KEY_."))
        ],
        help_text=_("The variable that has the key, in the environment of the background worker. Empty: no key."),
    )
    timeout_seconds = models.FloatField(default=8.0, validators=[MinValueValidator(1.0), MaxValueValidator(30.0)])
    requests_per_day = models.IntegerField(default=1_000, validators=[MinValueValidator(0)])
    tokens_per_day = models.BigIntegerField(default=2_000_000, validators=[MinValueValidator(0)])

    class Meta:
        db_table = "nlu_languagemodel"
        verbose_name = _("language model")

    def __str__(self) -> str:
        return f"{self.bot_id}: {self.model}"


class LanguageModelUsage(models.Model):
    """What a bot's language model cost on one day (UTC)."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=80)
    bot = models.ForeignKey("Bot", on_delete=models.CASCADE, related_name="+")
    day = models.CharField(max_length=10)
    requests = models.IntegerField(default=0)
    tokens = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0, help_text=_("Messages that were answered without it."))
    last_error = models.CharField(max_length=40, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "nlu_languagemodelusage"
        verbose_name = _("use of a language model")
        verbose_name_plural = _("use of language models")
        ordering = ["-day", "id"]
        indexes = [
            TTLIndex(fields=["updated_at"], expire_after=USAGE_TTL_SECONDS, name="nlu_usage_ttl"),
            models.Index(fields=["day"], name="nlu_usage_day"),
        ]

    def __str__(self) -> str:
        return self.id
