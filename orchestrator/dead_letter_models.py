"""The mirror of the dead-letter queues, as Django sees it; written by dead_letters.py."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chatbot_project.mongo.indexes import TTLIndex

from .dead_letters import LetterState, LetterWish

_KEPT_SECONDS = 90 * 86_400


class DeadLetter(models.Model):
    """One message of a dead-letter queue; `_id` is its MessageId.

    `wish` is what somebody decided, until a process with the queue's keys has carried it out; `wish_begun_at` is set
    just before. `history` tells who decided what, and what came of it.
    """

    id = models.CharField(primary_key=True, db_column="_id", max_length=100)
    queue = models.CharField(max_length=80)
    task = models.CharField(max_length=200, blank=True)
    reason = models.TextField()
    body = models.TextField(blank=True, help_text=_("Decoded, and cut when it is long."))
    body_bytes = models.IntegerField()
    receives = models.IntegerField(help_text=_("How often it had been delivered when it was first seen here."))
    sent_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=LetterState.choices)
    wish = models.CharField(max_length=10, choices=LetterWish.choices, blank=True)
    wished_by = models.JSONField(null=True)
    wished_at = models.DateTimeField(null=True)
    wish_begun_at = models.DateTimeField(null=True)
    history = models.JSONField(default=list)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    missing_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orchestrator_deadletter"
        indexes = [
            models.Index(fields=["state", "queue", "first_seen_at"], name="deadletter_by_state"),
            TTLIndex(fields=["ended_at"], expire_after=_KEPT_SECONDS, name="deadletter_ttl"),
        ]

    def __str__(self) -> str:
        return f"{self.id[:8]} {self.task or 'no task'}"


class DeadLetterQueue(models.Model):
    """How many dead letters one queue has, as last seen by a process with the queue's keys."""

    name = models.CharField(primary_key=True, db_column="_id", max_length=80)
    depth = models.IntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, help_text=_("Why it could not be looked at the last time."))
    turn_at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_deadletterqueue"

    def __str__(self) -> str:
        return self.name
