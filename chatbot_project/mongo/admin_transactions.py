"""Admin pages whose form is saved whole or not at all: Django's own `atomic` is no transaction on MongoDB."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from .orm_transactions import run_atomic

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:
    _Admin = object


class SavedAtOnce(_Admin):
    """For a ModelAdmin, before it among the bases: adding, changing and deleting are one transaction each."""

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        view: Any = self._changeform_view  # type: ignore[attr-defined]
        return run_atomic(lambda: view(request, object_id, form_url, extra_context))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        view: Any = self._delete_view  # type: ignore[attr-defined]
        return run_atomic(lambda: view(request, object_id, extra_context))
