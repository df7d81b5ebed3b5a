"""Rules in the admin: own ones are written, checked and tried on a job's plan; shipped ones are read and replaced."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from chatbot_project.accounts.models import User

from .assessing.trying import rule_tried
from .errors import OrchestratorError
from .policy.evaluating import Answer
from .policy.ruleset import RuleSource, rules_shipped
from .policy_forms import PolicyRuleForm, TryForm, error_text
from .policy_models import PolicyRule
from .selectors import jobs_list

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[PolicyRule]
else:  # generic for the type checker alone
    _Admin = admin.ModelAdmin

_JOBS = 50


@admin.register(PolicyRule)
class PolicyRuleAdmin(_Admin):
    form = PolicyRuleForm
    list_display = ("title", "name", "enabled", "updated_at", "updated_by")
    list_filter = ("enabled",)
    search_fields = ("name", "title")
    change_list_template = "admin/orchestrator/policyrule/change_list.html"
    change_form_template = "admin/orchestrator/policyrule/change_form.html"
    actions = None

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        tries = path("<str:pk>/try/", wrap(self.try_view), name="orchestrator_policyrule_try")
        return [tries, *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", "updated_at", "updated_by") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["name", "title", "enabled", "source", *(["updated_at", "updated_by"] if obj else [])]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A shipped rule (`?shipped=name`) to begin with."""
        found = _shipped(request.GET.get("shipped", ""))
        return {"name": found.name, "title": found.title, "source": found.source} if found else {}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        replaced = set(PolicyRule.objects.values_list("name", flat=True))
        shipped = [{"rule": each, "replaced": each.name in replaced} for each in rules_shipped()]
        return super().changelist_view(request, {**(extra_context or {}), "shipped": shipped})

    def save_model(self, request: HttpRequest, obj: PolicyRule, form: Any, change: bool) -> None:
        obj.updated_by = request.user.get_username()
        super().save_model(request, obj, form, change)

    def try_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """A rule, own or shipped, edited or not, on the masked plan of a job that the viewer may see."""
        user = request.user
        if not self.has_change_permission(request) or not isinstance(user, User):
            raise PermissionDenied
        rule = _rule(pk)
        form = TryForm(_jobs(user), request.POST or None, initial={"source": rule.source})
        answer = None
        if request.method == "POST" and form.is_valid():
            answer = self._tried(form, RuleSource(rule.name, rule.title, form.cleaned_data["source"]), user)
        context = {**self.admin_site.each_context(request), "form": form, "rule": rule, "opts": self.opts}
        context |= {"title": _("Try %(name)s") % {"name": rule.title}, "answer": answer}
        context["error"] = error_text(answer) if answer is not None and answer.error else ""
        return TemplateResponse(request, "admin/orchestrator/policyrule/try.html", context)

    def _tried(self, form: TryForm, rule: RuleSource, user: User) -> Answer | None:
        try:
            return rule_tried(rule, form.cleaned_data["job"], viewer=user)
        except OrchestratorError as error:
            form.add_error("job", error.detail)
            return None


def _rule(name: str) -> RuleSource:
    own = PolicyRule.objects.filter(name=name).first()
    if own is not None:
        return RuleSource(own.name, own.title, own.source)
    found = _shipped(name)
    if found is None:
        raise Http404
    return found


def _shipped(name: str) -> RuleSource | None:
    return next((each for each in rules_shipped() if each.name == name), None)


def _jobs(user: User) -> list[tuple[str, str]]:
    """The latest that have a plan."""
    found = [each for each in jobs_list(viewer=user, limit=_JOBS) if each.plan is not None]
    return [(each.id, f"{each.title} ({each.state.value}, {each.created_at:%Y-%m-%d %H:%M})") for each in found]
