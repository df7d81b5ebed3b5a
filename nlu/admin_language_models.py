"""Bots' language models and what they cost. The key is not here: the background worker has it."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from .llm_models import LanguageModel, LanguageModelUsage

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:
    _Admin = admin.ModelAdmin


@admin.register(LanguageModel)
class LanguageModelAdmin(_Admin):
    list_display = ("bot", "mode", "model", "base_url", "requests_per_day", "tokens_per_day")
    list_select_related = ("bot",)

    def get_readonly_fields(self, request: HttpRequest, obj: LanguageModel | None = None) -> tuple[str, ...]:
        return ("bot",) if obj else ()


@admin.register(LanguageModelUsage)
class LanguageModelUsageAdmin(_Admin):
    list_display = ("bot_id", "day", "requests", "tokens", "failures", "last_error")
    list_filter = ("day",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
