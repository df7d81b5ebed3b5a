"""A bot's page in the admin: who may use it, what it offers, how it speaks."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from . import outside
from .admin_exchange import ExchangesData
from .admin_runs import TrainsBots
from .models import Bot, new_id

if TYPE_CHECKING:
    _Form = forms.ModelForm[Bot]
else:
    _Form = forms.ModelForm


class BotForm(_Form):
    groups = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    parts = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Bot
        exclude = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("groups", _groups()), ("parts", list(outside.bot_parts()))):
            if name not in self.fields:
                continue  # who may only look sees no form
            field = self.fields[name]
            of_model: Any = Bot._meta.get_field(name)
            field.help_text = of_model.help_text
            # What is gone meanwhile stays to be seen and taken out, rather than be dropped in silence.
            known = {value for value, _title in choices}
            gone = [each for each in getattr(self.instance, name) or () if each not in known]
            field.choices = [*choices, *((each, _("%s (gone)") % each) for each in gone)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("all_parts", True) and not cleaned.get("parts"):
            self.add_error("parts", _("Choose what it offers, or let it offer everything."))
        return cleaned


@admin.register(Bot)
class BotAdmin(ExchangesData, TrainsBots):
    form = BotForm
    list_display = ("name", "title", "enabled", "tone", "active_model")
    list_filter = ("enabled",)
    actions = ("train",)
    fieldsets = (
        (None, {"fields": ("name", "title", "enabled", "groups")}),
        (_("What it offers"), {"fields": ("all_parts", "parts")}),
        (_("How it speaks"), {"fields": ("tone", "greeting", "help_text")}),
        (_("How sure it must be"), {"fields": ("threshold", "rejection_rate", "active_model")}),
    )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # The bulk deletion would not ask about each row.
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Bot | None = None) -> bool:
        # Versions are kept for good, and without its active one a bot understands nothing.
        return super().has_delete_permission(request, obj) and not (obj and obj.models.exists())

    def get_readonly_fields(self, request: HttpRequest, obj: Bot | None = None) -> tuple[str, ...]:
        return ("name", "active_model") if obj else ("active_model",)

    def save_model(self, request: HttpRequest, obj: Bot, form: Any, change: bool) -> None:
        """Only what was changed: everything else of a bot is written by trainings and activations, perhaps now."""
        obj.revision = new_id()
        obj.save(update_fields=[*form.changed_data, "revision"] if change else None)


def _groups() -> list[tuple[str, str]]:
    return [(name, name) for name in Group.objects.order_by("name").values_list("name", flat=True)]
