"""An environment's page in the admin: where it is, how careful people are there, and which groups approve."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chatbot_project.accounts.models import User
from chatbot_project.accounts.roles import Role
from chatbot_project.accounts.selectors import groups_with_role
from chatbot_project.accounts.services import groups_with_role_set

from . import models
from .life.drifting import drift_set

if TYPE_CHECKING:
    _Form = forms.ModelForm[models.Environment]
    _Admin = admin.ModelAdmin[models.Environment]
else:  # generic for the type checker alone
    _Form, _Admin = forms.ModelForm, admin.ModelAdmin


class EnvironmentForm(_Form):
    may_bind: bool = False
    """Whether who looks may give roles to groups."""

    approver_groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Approver groups"),
        help_text=_(
            "Members of these groups hold the approver role here, for as long as they are members, besides the people "
            "who hold it themselves. What must be approved by whom stands in the approval rules."
        ),
    )

    class Meta:
        model = models.Environment
        exclude = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "approver_groups" in self.fields:  # who may only look sees no form
            self.fields["approver_groups"].disabled = not self.may_bind
            if not self.instance._state.adding:
                self.initial["approver_groups"] = groups_with_role(Role.APPROVER, self.instance.name)


@admin.register(models.Environment)
class EnvironmentAdmin(_Admin):
    form = EnvironmentForm
    list_display = ("title", "name", "cloud", "region", "minimum_risk", "is_default", "enabled")
    ordering = ("position", "name")
    fieldsets = (
        (None, {"fields": ("name", "title", "synonyms", "position", "is_default", "enabled")}),
        (_("Where it is"), {"fields": ("cloud", "region", "credentials_prefix")}),
        (_("AWS"), {"fields": ("role_arn", "session_policy", "endpoint_url")}),
        (_("Azure"), {"fields": ("tenant_id", "subscription_id", "client_id")}),
        (_("Google Cloud"), {"fields": ("project_id", "service_account")}),
        (_("Care"), {"fields": ("minimum_risk", "approver_groups", "drift_check_hours")}),
        (_("Limits"), {"fields": ("most_stacks", "most_stacks_per_person", "most_jobs_per_person")}),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made: Any = super().get_form(request, obj, change, **kwargs)
        made.may_bind = isinstance(request.user, User) and request.user.has_perm("accounts.change_groupbinding")
        return made

    def get_readonly_fields(self, request: HttpRequest, obj: models.Environment | None = None) -> tuple[str, ...]:
        # Jobs and stacks refer to the name.
        return ("name",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: models.Environment | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: models.Environment, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if obj.is_default:
            models.Environment.objects.exclude(name=obj.name).update(is_default=False)
        if "drift_check_hours" in form.changed_data:
            drift_set(obj.name)
        if form.may_bind:
            groups = form.cleaned_data["approver_groups"]
            groups_with_role_set(role=Role.APPROVER, environment=obj.name, groups=groups)

    @admin.display(description=_("approver groups"))
    def approver_groups(self, environment: models.Environment) -> str:
        """For who may only look."""
        return ", ".join(each.name for each in groups_with_role(Role.APPROVER, environment.name)) or "-"
