"""Bots and what they know. Built-in rows are read-only; trainings and versions have their own modules."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from chatbot_project.mongo.admin_transactions import SavedAtOnce

from . import services
from .admin_bots import BotAdmin
from .admin_language_models import LanguageModelAdmin, LanguageModelUsageAdmin
from .admin_runs import TrainingRunAdmin
from .admin_versions import ActivationAdmin, NluModelAdmin
from .models import EntityType, Example, Intent, Source

__all__ = [
    "ActivationAdmin",
    "BotAdmin",
    "LanguageModelAdmin",
    "LanguageModelUsageAdmin",
    "NluModelAdmin",
    "TrainingRunAdmin",
]

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:
    _Admin = admin.ModelAdmin


class OwnRowsAdmin(SavedAtOnce, _Admin):
    """Own rows can be changed; built-in ones come from the catalogue and only look.

    A row and its bot's new revision are one write, so that nobody goes on with what was cached before it.
    """

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_built_in(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_built_in(obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        services.bot_changed(bot=obj.bot_id)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        bot = obj.bot_id
        super().delete_model(request, obj)
        services.bot_changed(bot=bot)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # The bulk deletion would not ask about each row.
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


@admin.register(Intent)
class IntentAdmin(OwnRowsAdmin):
    list_display = ("name", "title", "bot", "source")
    list_filter = ("bot", "source")
    search_fields = ("name", "title")


@admin.register(Example)
class ExampleAdmin(OwnRowsAdmin):
    list_display = ("text", "intent", "bot", "source")
    list_filter = ("bot", "source")
    search_fields = ("text",)
    list_select_related = ("intent", "bot")


@admin.register(EntityType)
class EntityTypeAdmin(OwnRowsAdmin):
    list_display = ("name", "kind", "bot", "source")
    list_filter = ("bot", "kind", "source")
    search_fields = ("name",)


def _is_built_in(row: Any) -> bool:
    return row is not None and row.source == Source.BUILT_IN
