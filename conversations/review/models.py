"""What was decided about a message, as Django knows it. Written and read with PyMongo (review/services.py)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Review(models.Model):
    """One decision about all messages that are the same phrase to a bot.

    The phrase itself is not kept here: its key is a digest, so that a decision outlives the messages without
    holding what people wrote.
    """

    class Decision(models.TextChoices):
        LEARNED = "learned", _("made a training phrase")
        DISMISSED = "dismissed", _("dismissed")

    key = models.CharField(primary_key=True, max_length=64, db_column="_id", help_text=_("digest of bot and phrase"))
    bot = models.CharField(max_length=63)
    decision = models.CharField(max_length=10, choices=Decision.choices)
    intent = models.CharField(max_length=120, blank=True)
    example_id = models.CharField(max_length=300, blank=True)
    by = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "conversations_review"
        verbose_name = _("message to review")
        verbose_name_plural = _("messages to review")
        ordering = ["-at"]
        indexes = [models.Index(fields=["bot", "-at"], name="review_bot_at")]

    def __str__(self) -> str:
        return f"{self.bot} {self.decision}"
