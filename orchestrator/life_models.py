"""What is to happen to stacks, and what happened to them besides their jobs; see models.py."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Schedule(models.Model):
    """What is to happen at a time; `_id` is "kind:subject". schedules.py fires them."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=120)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=63, help_text=_("The id of what it happens to: a stack."))
    due_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    fired = models.IntegerField(default=0, help_text=_("How often it was fired."))
    fired_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0, help_text=_("How often it failed since."))
    problem = models.TextField(blank=True, help_text=_("Why it failed last."))
    created_at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_schedule"
        indexes = [models.Index(fields=["due_at"], name="schedule_due")]

    def __str__(self) -> str:
        return self.id


class StackEvent(models.Model):
    """Something that happened to a stack besides its jobs, by whom and when: kept for good."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=36)
    stack_id = models.CharField(max_length=36)
    stack_name = models.CharField(max_length=120)
    environment = models.CharField(max_length=63)
    kind = models.CharField(max_length=40)
    actor = models.JSONField(default=dict)
    text = models.TextField()
    data = models.JSONField(default=dict)
    conversation_id = models.CharField(max_length=36, null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_stackevent"
        indexes = [
            models.Index(fields=["stack_id", "-at"], name="stackevent_by_stack"),
            models.Index(fields=["-at"], name="stackevent_latest"),
        ]

    def __str__(self) -> str:
        return self.text
