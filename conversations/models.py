"""The collections of conversations as Django knows them: for migrations (collections, indexes) and the admin.

They are written and read with PyMongo (stream.py, services.py, selectors.py); documents.py says their shapes.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chatbot_project.mongo.indexes import TTLIndex

from .reply_models import Reply, ReplyText, ToolCall
from .review.models import Review
from .widget.models import EmbeddingSite, Visitor

__all__ = [
    "Conversation",
    "EmbeddingSite",
    "Frame",
    "Receipt",
    "Reply",
    "ReplyText",
    "Review",
    "ToolCall",
    "Turn",
    "Visitor",
]

# A client that repeats itself does so within minutes; a month is far beyond any queue of unsent messages.
RECEIPT_TTL_SECONDS = 30 * 86_400


class Conversation(models.Model):
    """A numbered stream of frames that belongs to one person."""

    id = models.CharField(primary_key=True, max_length=36, db_column="_id")
    owner_id = models.CharField(max_length=36)
    owner_name = models.CharField(max_length=150)
    title = models.CharField(max_length=200, blank=True)
    bot = models.CharField(max_length=63, default="default")
    site = models.CharField(max_length=63, blank=True, default="", help_text=_("The embedding site it was begun on."))
    last_seq = models.BigIntegerField(default=0)
    seen_seq = models.BigIntegerField(null=True, help_text=_("The last number that its owner has looked at."))
    deleted_at = models.DateTimeField(
        null=True, help_text=_("When its owner deleted it: it is kept for audit, and nobody but an admin finds it.")
    )
    dialogue = models.JSONField(default=dict)
    dialogue_version = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "conversations_conversation"
        indexes = [
            models.Index(fields=["owner_id", "-created_at", "-id"], name="conversation_owner_created"),
            models.Index(fields=["-created_at"], name="conversation_created"),
        ]

    def __str__(self) -> str:
        return self.title or self.id


class Frame(models.Model):
    """One numbered message of the protocol, never changed once written."""

    key = models.CharField(primary_key=True, max_length=50, db_column="_id", help_text=_("conversation:number"))
    conversation_id = models.CharField(max_length=36)
    seq = models.BigIntegerField()
    type = models.CharField(max_length=40)
    frame_id = models.CharField(max_length=36, db_column="id")
    ts = models.DateTimeField()
    data = models.JSONField(default=dict)
    # Nullable, so that its unique index holds only the frames that have one.
    dedupe_key = models.CharField(max_length=120, null=True, blank=True)

    class Meta:
        db_table = "conversations_frame"
        constraints = [
            models.UniqueConstraint(fields=["conversation_id", "dedupe_key"], name="one_frame_per_dedupe_key")
        ]
        indexes = [models.Index(fields=["conversation_id", "type", "-seq"], name="frame_conversation_type")]

    def __str__(self) -> str:
        return f"{self.conversation_id} #{self.seq} {self.type}"


class Receipt(models.Model):
    """The first result of a request that carried a client id, so that a repeat gets the same answer."""

    key = models.CharField(primary_key=True, max_length=100, db_column="_id", help_text=_("conversation:client id"))
    fingerprint = models.CharField(max_length=64)
    seq = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "conversations_receipt"
        indexes = [TTLIndex(fields=["created_at"], expire_after=RECEIPT_TTL_SECONDS, name="receipt_ttl")]

    def __str__(self) -> str:
        return self.key


class Turn(models.Model):
    """One message of a person and everything the bot does about it, exactly once: pending, then done or failed."""

    key = models.CharField(primary_key=True, max_length=50, db_column="_id", help_text=_("conversation:number"))
    conversation_id = models.CharField(max_length=36)
    seq = models.BigIntegerField()
    state = models.CharField(max_length=10, default="pending")
    kind = models.CharField(max_length=10, default="message")
    text = models.TextField(blank=True)
    form_id = models.CharField(max_length=36, blank=True)
    values = models.JSONField(default=dict)
    user = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    opinion = models.JSONField(null=True, help_text=_("What a language model was asked and said about it."))
    bot = models.CharField(max_length=63, null=True)
    doubts = models.JSONField(null=True, help_text=_("Why somebody should look at it (review/doubts.py)."))
    site = models.CharField(max_length=63, blank=True, default="", help_text=_("The embedding site it came from."))
    led_to = models.CharField(max_length=36, null=True, help_text=_("The job that came of the request it began."))
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "conversations_turn"
        indexes = [
            models.Index(fields=["state", "created_at"], name="turn_state_created"),
            models.Index(fields=["conversation_id", "state", "seq"], name="turn_conversation_state"),
            models.Index(fields=["bot", "-created_at"], name="turn_bot_created"),
            models.Index(fields=["doubts", "-created_at"], name="turn_doubts_created"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"
