"""Bots, what they know, and their trained versions. Built-in rows and versions are read-only."""

import json
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from . import services
from .errors import NluError
from .models import Bot, EntityType, Example, Intent, LanguageModel, LanguageModelUsage, NluModel, Source

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:
    _Admin = admin.ModelAdmin


class OwnRowsAdmin(_Admin):
    """Own rows can be changed; built-in ones come from the catalogue and only look."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_built_in(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_built_in(obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # The bulk deletion would not ask about each row.
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


@admin.register(Bot)
class BotAdmin(_Admin):
    list_display = ("name", "title", "rejection_rate", "active_model")
    readonly_fields = ("active_model",)
    # The bulk deletion would not ask about each row.
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Bot | None = None) -> bool:
        # Versions are kept for good, and without its active one a bot understands nothing.
        return super().has_delete_permission(request, obj) and not (obj and obj.models.exists())

    def get_readonly_fields(self, request: HttpRequest, obj: Bot | None = None) -> tuple[str, ...]:
        return ("name", "active_model") if obj else ("active_model",)


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


@admin.register(NluModel)
class NluModelAdmin(_Admin):
    list_display = ("number", "bot", "is_active", "accuracy", "out_of_scope_recall", "threshold", "created_at")
    list_filter = ("bot",)
    list_select_related = ("bot",)
    actions = ("activate",)
    fields = ("bot", "number", "created_at", "activated_at", "threshold", "digest", "data_digest", "size", "report")
    readonly_fields = fields

    @admin.display(boolean=True, description=_("active"))
    def is_active(self, model: NluModel) -> bool:
        return model.bot.active_model_id == model.id

    @admin.display(description=_("accuracy"))
    def accuracy(self, model: NluModel) -> Any:
        return model.metric("accuracy")

    @admin.display(description=_("out-of-scope recall"))
    def out_of_scope_recall(self, model: NluModel) -> Any:
        return model.metric("out_of_scope_recall")

    @admin.display(description=_("evaluation"))
    def report(self, model: NluModel) -> SafeString:
        return format_html("<pre>{}</pre>", json.dumps(model.metrics, indent=2, ensure_ascii=False))

    @admin.action(description=_("Activate the selected version"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[NluModel]) -> None:
        chosen = list(queryset)
        if len(chosen) != 1:
            self.message_user(request, _("Choose exactly one version to activate."), messages.ERROR)
            return
        try:
            view = services.model_activate(model_id=chosen[0].id)
        except NluError as error:
            self.message_user(request, error.detail, messages.ERROR)
        else:
            text = _("Version %(number)s of %(bot)s answers from now on.") % {"number": view.number, "bot": view.bot}
            self.message_user(request, text, messages.SUCCESS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _is_built_in(row: Any) -> bool:
    return row is not None and row.source == Source.BUILT_IN
