"""The sites that may embed the chat. Without one of these nobody's page can."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .origins import origins_check


class EmbeddingSite(models.Model):
    """A foreign site: from which origins, with which bot, and for whom."""

    name = models.CharField(
        primary_key=True,
        db_column="_id",
        max_length=63,
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*\Z", _("Use lower-case letters, digits and dashes."))],
        help_text=_("Its script tag says it: data-site."),
    )
    enabled = models.BooleanField(default=True, help_text=_("A site that is switched off is refused within a minute."))
    origins = models.JSONField(
        default=list,
        validators=[origins_check],
        help_text=_("One a line, exactly as browsers send it: scheme, host and port. No wildcard, no path."),
    )
    bot = models.ForeignKey("nlu.Bot", on_delete=models.PROTECT, related_name="+", help_text=_("Who answers there."))
    anonymous = models.BooleanField(
        _("open to visitors"),
        default=False,
        help_text=_("Whoever sees the page may talk to the bot, without an account. They can ask for no change."),
    )
    backend = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account of its server"),
        help_text=_("Whose API token may get tokens of this site for other people. Give it no role. Empty: nobody's."),
    )
    groups = models.JSONField(
        default=list,
        blank=True,
        help_text=_("The people its server may name: members of these groups, never administrators."),
    )

    class Meta:
        db_table = "conversations_embeddingsite"
        verbose_name = _("embedding site")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Visitor(models.Model):
    """When a visitor (`_id` is the user's id) was seen last; `state`: here, leaving or kept (visitors.py)."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=36)
    site = models.CharField(max_length=63, blank=True, default="")
    seen_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="here")

    class Meta:
        db_table = "conversations_visitor"
        indexes = [models.Index(fields=["state", "seen_at"], name="visitor_state_seen")]

    def __str__(self) -> str:
        return self.id
