"""What bots do about intents of their own, and the HTTP calls that came of it, as Django knows them."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from chatbot_project.mongo.indexes import TTLIndex
from chatbot_project.mongo.orm_transactions import run_atomic
from nlu.services import bot_changed

from .documents import new_id

CALL_TTL_SECONDS = 90 * 86_400
METHODS = [(each, each) for each in ("GET", "POST", "PUT", "PATCH", "DELETE")]


class OfBot(models.Model):
    """What is written or deleted together with the bot's revision: nobody goes on with what was cached of it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        def body() -> None:
            super(OfBot, self).save(*args, **kwargs)
            bot_changed(bot=self.bot_id)

        run_atomic(body)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        def body() -> tuple[int, dict[str, int]]:
            bot = self.bot_id
            deleted = super(OfBot, self).delete(*args, **kwargs)
            bot_changed(bot=bot)
            return deleted

        return run_atomic(body)

    @property
    def bot_id(self) -> str:
        raise NotImplementedError


class Reply(OfBot):
    """A text for an intent, after an HTTP call or without one."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=36, default=new_id, editable=False)
    intent = models.OneToOneField(
        "nlu.Intent",
        on_delete=models.CASCADE,
        related_name="+",
        limit_choices_to={"source": "own"},
        help_text=_("One that was made here; its phrases are its examples."),
    )
    enabled = models.BooleanField(default=True)
    slots = models.TextField(
        _("values"),
        blank=True,
        max_length=2000,
        help_text=_(
            "The values it needs, one a line with the question that asks for it: “city: In which city?”. “(optional)” "
            "at the end where it may be missing. An entity of the same name finds it in the message."
        ),
    )
    text = models.TextField(
        blank=True,
        max_length=4000,
        help_text=_(
            "What the bot says. {city} stands for a value; after a call also {items}, {count}, {result} and the names "
            "in what was found. A value is never read as a template or as markdown."
        ),
    )
    method = models.CharField(
        _("HTTP call"),
        max_length=6,
        choices=METHODS,
        blank=True,
        help_text=_("Empty: no call. Whatever is not GET is sent once, after the person said yes."),
    )
    url = models.CharField(
        _("address"),
        max_length=1000,
        blank=True,
        help_text=_("https://api.example.com/weather/{city}?unit={unit}: values in path and query only."),
    )
    headers = models.TextField(
        blank=True,
        max_length=4000,
        help_text=_(
            "One a line: “Authorization: Bearer {secret.WEATHER}”. Secrets stand here by name only: this one is the "
            "variable TOOL_SECRET_WEATHER of the background worker."
        ),
    )
    body = models.JSONField(
        null=True, blank=True, help_text=_('JSON with values in its strings: {"city": "{city}", "days": 3}.')
    )
    seconds = models.FloatField(
        _("time limit in seconds"), default=10.0, validators=[MinValueValidator(0.5), MaxValueValidator(30.0)]
    )
    response_kb = models.IntegerField(
        _("size limit in KB"), default=256, validators=[MinValueValidator(1), MaxValueValidator(2048)]
    )
    jmespath = models.CharField(
        "JMESPath", max_length=1000, blank=True, help_text=_("What to take from the answer; empty: all of it.")
    )
    item = models.CharField(
        max_length=500, blank=True, help_text=_("The line of each thing in a list: “- {name}: {price}”.")
    )
    empty = models.CharField(max_length=500, blank=True, help_text=_("What to say when nothing was found."))

    class Meta:
        db_table = "conversations_reply"
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.intent) if self.intent_id else self.id

    @property
    def bot_id(self) -> str:
        return self.intent.bot_id


class ReplyText(OfBot):
    """The same in another language or tone, or in other words."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=36, default=new_id, editable=False)
    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10, blank=True, help_text=_("de, fr, …; empty: any."))
    tone = models.CharField(max_length=10, blank=True, help_text=_("plain, brief or friendly; empty: any."))
    text = models.TextField(max_length=4000)

    class Meta:
        db_table = "conversations_replytext"
        verbose_name = _("other text")
        verbose_name_plural = _("other texts")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def bot_id(self) -> str:
        return self.reply.bot_id


class ToolCall(models.Model):
    """One HTTP call: waiting, sending, then done, failed or unknown (tools/calls.py)."""

    id = models.CharField(primary_key=True, max_length=36, db_column="_id")
    conversation_id = models.CharField(max_length=36)
    bot = models.CharField(max_length=63)
    intent = models.CharField(max_length=120)
    user = models.JSONField(default=dict)
    tool = models.JSONField(default=dict)
    template = models.TextField(blank=True)
    title = models.CharField(max_length=160, blank=True)
    values = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="waiting")
    attempts = models.IntegerField(default=0)
    owner = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    status = models.IntegerField(null=True)
    problem = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True, help_text=_("What came of it, where an admin tried it."))

    class Meta:
        db_table = "conversations_toolcall"
        verbose_name = _("HTTP call")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="toolcall_state_due"),
            TTLIndex(fields=["created_at"], expire_after=CALL_TTL_SECONDS, name="toolcall_ttl"),
        ]

    def __str__(self) -> str:
        return f"{self.intent} {self.state}"
