"""What happened to a job: its moves, its log, its plan and its starts, as Django sees them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Transition(models.Model):
    """One recorded move of a job; `_id` is "job:version", so no version can be recorded twice."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=60)
    job_id = models.CharField(max_length=36)
    version = models.IntegerField()
    from_state = models.CharField(max_length=20, null=True)
    to_state = models.CharField(max_length=20)
    actor = models.JSONField(default=dict)
    actor_id = models.CharField(max_length=36, null=True, help_text=_("None: a part of the system."))
    environment = models.CharField(max_length=63, default="")
    stack_id = models.CharField(max_length=36, null=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    quiet = models.BooleanField(default=False, help_text=_("The same try once more, of which people have heard."))

    class Meta:
        db_table = "orchestrator_transition"
        indexes = [
            models.Index(fields=["job_id", "version"], name="transition_by_job"),
            models.Index(fields=["-at", "-id"], name="transition_by_time"),
            models.Index(fields=["actor_id", "-at", "-id"], name="transition_by_actor"),
            models.Index(fields=["environment", "-at", "-id"], name="transition_by_place"),
            models.Index(fields=["stack_id", "-at", "-id"], name="transition_by_stack"),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} -> {self.to_state}"


class JobEvent(models.Model):
    """One line of a job's log; `_id` is "job:%010d" and unbroken from 1."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=60)
    job_id = models.CharField(max_length=36)
    log_seq = models.IntegerField()
    fence = models.IntegerField()
    start = models.IntegerField(null=True)
    offset = models.IntegerField(null=True, help_text=_("Where the line ends in the output of its start's process."))
    kind = models.CharField(max_length=20)
    resource = models.CharField(max_length=500, null=True)
    text = models.TextField()
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_jobevent"

    def __str__(self) -> str:
        return self.text


class PlanChunk(models.Model):
    """A piece of a masked plan (compressed JSON): documents end at 16 MB, plans do not."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=80)
    job_id = models.CharField(max_length=36)
    generation = models.IntegerField()
    number = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        db_table = "orchestrator_planchunk"
        indexes = [models.Index(fields=["job_id", "generation", "number"], name="planchunk_by_job")]

    def __str__(self) -> str:
        return self.id


class Start(models.Model):
    """A numbered start of applying (`_id` is "job:n"), committed before anything is started; starts.py."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=60)
    job_id = models.CharField(max_length=36)
    number = models.IntegerField()
    plan_hash = models.CharField(max_length=64)
    owner = models.CharField(max_length=200)
    fence = models.IntegerField()
    host = models.CharField(max_length=200, default="")
    process = models.JSONField(null=True, help_text=_("{pid, started_at} of what was started."))
    lock_id = models.CharField(max_length=100, null=True, help_text=_("Of the state lock that it took."))
    at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_start"
        indexes = [models.Index(fields=["job_id", "number"], name="start_by_job")]

    def __str__(self) -> str:
        return self.id
