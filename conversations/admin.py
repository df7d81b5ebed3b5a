"""Conversations in the admin: to be read. History is never changed, and what people typed into forms is not shown."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse

from chatbot_project.mongo.history_admin import ReadOnlyAdmin

from . import models
from .reply_admin import ReplyAdmin
from .review.admin import ReviewAdmin
from .transcripts import transcript_get
from .widget.admin import EmbeddingSiteAdmin

__all__ = ["EmbeddingSiteAdmin", "ReplyAdmin", "ReviewAdmin"]


@admin.register(models.Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    hidden = ("dialogue",)  # of no use to people, and what an older version stored may hold a secret
    list_display = ("title", "owner_name", "bot", "last_seq", "created_at", "updated_at")
    search_fields = ("id", "owner_name", "title")
    ordering = ("-created_at",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With what was said, as a person reads it."""
        shown = {"transcript": transcript_get(unquote(object_id))} if self.has_view_permission(request) else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})


@admin.register(models.Frame)
class FrameAdmin(ReadOnlyAdmin):
    list_display = ("conversation_id", "seq", "type", "ts")
    list_filter = ("type",)
    search_fields = ("=conversation_id",)
    ordering = ("-key",)


@admin.register(models.Turn)
class TurnAdmin(ReadOnlyAdmin):
    hidden = ("values",)
    list_display = ("conversation_id", "seq", "kind", "state", "attempts", "created_at", "done_at")
    list_filter = ("state", "kind")
    search_fields = ("=conversation_id",)
    ordering = ("-created_at",)


@admin.register(models.Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ("key", "seq", "created_at")
    ordering = ("-created_at",)


@admin.register(models.ToolCall)
class ToolCallAdmin(ReadOnlyAdmin):
    hidden = ("owner", "values")
    list_display = ("intent", "bot", "state", "status", "problem", "attempts", "created_at", "done_at")
    list_filter = ("state", "bot")
    search_fields = ("=conversation_id",)
    ordering = ("-created_at",)
