"""Processes and the machines they run on, as Django sees them; written by processes.py and hosts.py."""

from django.db import models

from chatbot_project.mongo.indexes import TTLIndex

_DAY = 86_400


class Process(models.Model):
    """The heartbeat of one process: worker or scheduler."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=200)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=40)
    host = models.CharField(max_length=200)
    pid = models.IntegerField()
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_process"
        verbose_name_plural = "processes"
        indexes = [TTLIndex(fields=["seen_at"], expire_after=_DAY, name="process_ttl")]

    def __str__(self) -> str:
        return self.name


class Host(models.Model):
    """A machine that an operator has given up: nothing that was started there until `lost_at` runs any more."""

    name = models.CharField(primary_key=True, db_column="_id", max_length=200)
    lost_at = models.DateTimeField()
    lost_by = models.CharField(max_length=150)

    class Meta:
        db_table = "orchestrator_host"

    def __str__(self) -> str:
        return self.name
