"""Who must approve, and who decides for whom, in the admin."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chatbot_project.accounts.models import EVERY_ENVIRONMENT, User
from chatbot_project.accounts.selectors import group_names
from chatbot_project.mongo.history_admin import ReadOnlyAdmin

from . import services
from .approval_models import ApprovalRule, Delegation, Reminder
from .delegations import delegation_check
from .errors import OrchestratorError
from .models import Environment
from .policy.approvals import RULES, strength
from .states import Risk
from .types import Actor

if TYPE_CHECKING:
    _RuleForm = forms.ModelForm[ApprovalRule]
    _DelegationForm = forms.ModelForm[Delegation]
    _RuleAdmin = admin.ModelAdmin[ApprovalRule]
else:  # generic for the type checker alone
    _RuleForm, _DelegationForm, _RuleAdmin = forms.ModelForm, forms.ModelForm, admin.ModelAdmin


class ApprovalRuleForm(_RuleForm):
    environment = forms.ChoiceField()
    groups = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = ApprovalRule
        fields = ("environment", "risk", "rule", "groups")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = group_names()
        gone = [each for each in self.instance.groups or () if each not in known]
        # What is gone meanwhile stays to be seen and taken out: dropped in silence, it would lower the rule.
        groups = [*((each, each) for each in known), *((each, _("%s (gone)") % each) for each in gone)]
        for name, choices in (("environment", _environments()), ("groups", groups)):
            if name in self.fields:  # who may only look sees no form
                field: Any = self.fields[name]
                of_model: Any = ApprovalRule._meta.get_field(name)
                field.choices, field.help_text = choices, of_model.help_text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        risk, rule, groups = (cleaned.get(name) for name in ("risk", "rule", "groups"))
        if not risk or not rule:
            return cleaned
        floor = RULES[Risk(risk)].name
        if strength(rule) < strength(floor):
            text = _("%(risk)s risk asks for “%(floor)s” by itself; a rule can only ask for more.")
            self.add_error("rule", text % {"risk": risk, "floor": floor})
        elif rule == "self" and groups:
            self.add_error("groups", _("The requester confirms here; groups are for “other” and “two”."))
        elif rule == floor and not groups:
            self.add_error("rule", _("That is what this risk asks for anyway. Ask for more, or name groups."))
        return cleaned


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(_RuleAdmin):
    form = ApprovalRuleForm
    list_display = ("environment", "risk", "rule", "of_groups")
    list_filter = ("environment", "risk")
    ordering = ("environment", "risk")

    @admin.display(description=_("only members of"))
    def of_groups(self, rule: ApprovalRule) -> str:
        return ", ".join(rule.groups) or "-"


class DelegationForm(_DelegationForm):
    away = forms.ModelChoiceField(User.objects.filter(is_active=True).order_by("username"), label=_("Away"))
    decides = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("username"),
        label=_("Decides meanwhile"),
        help_text=_("Never about requests of their own. Each approval says for whom it was given."),
    )
    environment = forms.ChoiceField()
    starts_at = forms.SplitDateTimeField(
        required=False, widget=AdminSplitDateTime, help_text=_("Nothing: from now on."), require_all_fields=False
    )
    until = forms.SplitDateTimeField(widget=AdminSplitDateTime, help_text=_("What was approved ends with it too."))

    class Meta:
        model = Delegation
        fields = ("environment", "starts_at", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "environment" in self.fields:
            field: Any = self.fields["environment"]
            field.choices = _environments()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            delegation_check(**self.asked(cleaned))
        except OrchestratorError as error:
            self.add_error({"to": "decides", "until": "until"}.get(error.field or "", "away"), error.detail)
        return cleaned

    def asked(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        return {
            "giver": _actor(cleaned["away"]),
            "to_name": cleaned["decides"].username,
            "until": cleaned["until"],
            "starts_at": cleaned["starts_at"],
            "environment": cleaned["environment"],
        }


@admin.register(Delegation)
class DelegationAdmin(ReadOnlyAdmin):
    """Made here for who could not do it before leaving; ended with the action in the list."""

    form = DelegationForm
    actions = ("end",)
    list_display = ("from_name", "to_name", "environment", "starts_at", "until", "ended_at")
    list_filter = ("environment",)
    search_fields = ("from_name", "to_name")
    ordering = ("-created_at",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.has_perm("orchestrator.add_delegation")

    def has_end_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.has_perm("orchestrator.change_delegation")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return super().get_fields(request, obj) if obj else ["away", "decides", "environment", "starts_at", "until"]

    def save_model(self, request: HttpRequest, obj: Delegation, form: Any, change: bool) -> None:
        asked = form.asked(form.cleaned_data)
        made = services.delegation_give(to=asked.pop("to_name"), given_by=_actor(request.user), **asked)
        obj.id, obj.from_name, obj.to_name = made.id, made.giver.name, made.delegate.name

    @admin.action(description=_("End now"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[Delegation]) -> None:
        for each in queryset:
            services.delegation_end(delegation_id=each.id, actor=_actor(request.user), any_person=True)
            self.log_change(request, each, "ended")
        self.message_user(request, _("Ended. What was approved under it and has not begun counts no more."))


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    list_display = ("job_id", "user_id", "at")
    search_fields = ("job_id", "user_id")
    ordering = ("-at",)


def _environments() -> list[tuple[str, Any]]:
    named = [(each.name, each.title) for each in Environment.objects.all()]
    return [(EVERY_ENVIRONMENT, _("every environment")), *named]


def _actor(user: Any) -> Actor:
    return Actor(id=str(user.pk), name=user.get_username())
