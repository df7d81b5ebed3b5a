"""Conversations in the admin: to be read. History is never changed, and what people typed into forms is not shown."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from . import models

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
else:  # generic for the type checker alone
    AnyAdmin = admin.ModelAdmin


class ReadOnlyAdmin(AnyAdmin):
    actions = None
    hidden: tuple[str, ...] = ()
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return [each.name for each in self.opts.fields if each.name not in self.hidden]


@admin.register(models.Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    hidden = ("dialogue",)  # a form that is still open may hold a secret
    list_display = ("title", "owner_name", "bot", "last_seq", "created_at", "updated_at")
    search_fields = ("id", "owner_name", "title")
    ordering = ("-created_at",)


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
