"""Embedding sites in the admin."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chatbot_project.accounts.models import User
from chatbot_project.accounts.selectors import group_names
from chatbot_project.mongo.admin_transactions import SavedAtOnce

from .models import EmbeddingSite
from .origins import origins_check

if TYPE_CHECKING:
    _Form = forms.ModelForm[EmbeddingSite]
    _Admin = admin.ModelAdmin[EmbeddingSite]
else:
    _Form, _Admin = forms.ModelForm, admin.ModelAdmin


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 60, "placeholder": "https://intranet.example.com"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def run_validators(self, value: Any) -> None:
        origins_check(value)


class EmbeddingSiteForm(_Form):
    origins = LinesField(help_text=EmbeddingSite._meta.get_field("origins").help_text)
    groups = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = EmbeddingSite
        exclude = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "groups" not in self.fields:
            return  # who may only look sees no form
        known = group_names()
        # What is gone meanwhile stays to be seen and taken out, rather than be dropped in silence.
        gone = [each for each in self.instance.groups or () if each not in known]
        choices = [*((each, each) for each in known), *((each, _("%s (gone)") % each) for each in gone)]
        self.fields["groups"].choices = choices  # type: ignore[attr-defined]
        self.fields["groups"].help_text = EmbeddingSite._meta.get_field("groups").help_text

    def clean_backend(self) -> User | None:
        backend: User | None = self.cleaned_data.get("backend")
        if backend is not None and (backend.is_superuser or backend.is_visitor or not backend.is_active):
            raise ValidationError(_("Make an account for the server alone: active, without roles, no administrator."))
        return backend

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("groups") and not cleaned.get("backend"):
            self.add_error("groups", _("Only a server can name people. Choose its account, or no group."))
        bot = cleaned.get("bot")
        if cleaned.get("anonymous") and bot is not None and bot.groups:
            self.add_error("anonymous", _("This bot is for members of its groups alone, and a visitor is in none."))
        return cleaned


@admin.register(EmbeddingSite)
class EmbeddingSiteAdmin(SavedAtOnce, _Admin):
    form = EmbeddingSiteForm
    list_display = ("name", "enabled", "bot", "anonymous", "backend", "listed")
    list_filter = ("enabled", "anonymous")
    list_select_related = ("bot", "backend")
    search_fields = ("name",)
    autocomplete_fields = ("backend",)
    fieldsets = (
        (None, {"fields": ("name", "enabled", "origins", "bot")}),
        (_("Who may talk there"), {"fields": ("anonymous", "backend", "groups")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: EmbeddingSite | None = None) -> tuple[str, ...]:
        return ("name",) if obj else ()

    @admin.display(description=_("origins"))
    def listed(self, site: EmbeddingSite) -> str:
        return ", ".join(site.origins)
