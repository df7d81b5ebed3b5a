"""The admin of collections that are written by services alone: everything can be read, nothing changed."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
else:  # generic for the type checker alone
    AnyAdmin = admin.ModelAdmin


class ReadOnlyAdmin(AnyAdmin):
    """What happened must stay as it happened. `hidden` names the fields that are not shown."""

    actions: Any = None
    hidden: tuple[str, ...] = ()
    # Counting a whole collection for a page of it would read it all.
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
