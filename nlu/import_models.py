"""Uploads that wait for a confirmation, as Django sees them; written by import_uploads.py."""

from django.db import models

from chatbot_project.mongo.indexes import TTLIndex

UPLOAD_TTL_SECONDS = 86_400


class ImportUpload(models.Model):
    """A file with training data that somebody looks at before it is imported; gone after a day, or when it is."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=36)
    bot_name = models.CharField(max_length=63)
    user_id = models.CharField(max_length=36)
    name = models.CharField(max_length=255)
    content = models.BinaryField()
    replace = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "nlu_importupload"
        indexes = [TTLIndex(fields=["created_at"], expire_after=UPLOAD_TTL_SECONDS, name="nlu_upload_ttl")]

    def __str__(self) -> str:
        return self.name
