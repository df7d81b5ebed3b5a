"""Requests for a stack's secret outputs: revealing/requests.py."""

from django.db import models

from chatbot_project.mongo.indexes import TTLIndex


class Reveal(models.Model):
    """One request, with the sealed box once a worker has answered; removed when it is fetched, or its time is over."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=36)
    stack_id = models.CharField(max_length=36)
    output = models.CharField(max_length=200)
    public_key = models.CharField(max_length=200)
    asked_by = models.JSONField(default=dict)
    state = models.CharField(max_length=20)
    box = models.JSONField(default=dict)
    problem = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_reveal"
        indexes = [TTLIndex(fields=["expires_at"], expire_after=0, name="reveal_ttl")]

    def __str__(self) -> str:
        return self.id
