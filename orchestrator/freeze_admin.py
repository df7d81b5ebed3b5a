"""Freezes in the admin: when nothing may be changed in an environment."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from chatbot_project.accounts.models import EVERY_ENVIRONMENT

from .freeze_models import Freeze
from .models import Environment

if TYPE_CHECKING:
    _Form = forms.ModelForm[Freeze]
    _Admin = admin.ModelAdmin[Freeze]
else:  # generic for the type checker alone
    _Form, _Admin = forms.ModelForm, admin.ModelAdmin


class FreezeForm(_Form):
    environment = forms.ChoiceField(help_text=_("One of them, or every one."))

    class Meta:
        model = Freeze
        fields = ("environment", "starts_at", "ends_at", "weekly", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "environment" in self.fields:  # who may only look sees no form
            named = [(each.name, each.title) for each in Environment.objects.all()]
            field: Any = self.fields["environment"]
            field.choices = [(EVERY_ENVIRONMENT, _("every environment")), *named]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("It ends after it starts."))
        elif starts and ends and cleaned.get("weekly") and ends - starts >= timedelta(weeks=1):
            self.add_error("ends_at", _("A weekly freeze is shorter than a week, or nothing could ever be changed."))
        return cleaned


@admin.register(Freeze)
class FreezeAdmin(_Admin):
    form = FreezeForm
    list_display = ("environment", "starts_at", "ends_at", "weekly", "reason")
    list_filter = ("environment", "weekly")
    ordering = ("-starts_at",)
