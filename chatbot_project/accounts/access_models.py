"""What people need to know of their own keys: what knox does not keep of API tokens, and where they are signed in."""

from django.conf import settings
from django.db import models

from chatbot_project.mongo.indexes import TTLIndex

_DAY = 86_400


class TokenUse(models.Model):
    """Name and last use of an API token; `_id` is its digest."""

    digest = models.CharField(primary_key=True, db_column="_id", max_length=128)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100, blank=True, default="")
    request_id = models.CharField(max_length=36, blank=True, default="")
    used_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_tokenuse"
        indexes = [TTLIndex(fields=["ends_at"], expire_after=_DAY, name="tokenuse_ttl")]

    def __str__(self) -> str:
        return self.name


class SignIn(models.Model):
    """A session of somebody in a browser; `_id` is the session's key."""

    session_key = models.CharField(primary_key=True, db_column="_id", max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=45, blank=True, default="")
    browser = models.CharField(max_length=300, blank=True, default="")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_signin"
        indexes = [TTLIndex(fields=["seen_at"], expire_after=30 * _DAY, name="signin_ttl")]

    def __str__(self) -> str:
        return f"{self.user} since {self.began_at}"
