"""Trained versions in the admin: how good each is, what it was trained on, which one answers, and since when."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from chatbot_project.accounts.models import User
from chatbot_project.mongo.history_admin import ReadOnlyAdmin

from . import activations, services
from .admin_runs import person_of
from .errors import NluError
from .models import NluModel
from .reports import figures_compared, intents_compared
from .training_models import Activation
from .types import NluModelView
from .version_data import FORMATS, version_data

_HISTORY = 20


@admin.register(NluModel)
class NluModelAdmin(ReadOnlyAdmin):
    list_display = ("number", "bot", "is_active", "accuracy", "out_of_scope_recall", "threshold", "created_at")
    list_filter = ("bot",)
    list_select_related = ("bot",)
    ordering = ("-created_at",)
    actions = ("activate",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<str:pk>/activate/", wrap(require_POST(self.activate_view)), name="nlu_nlumodel_activate"),
            path("<str:pk>/roll-back/", wrap(require_POST(self.roll_back_view)), name="nlu_nlumodel_roll_back"),
            path("<str:pk>/data.<str:kind>", wrap(self.data_view), name="nlu_nlumodel_data"),
            *super().get_urls(),
        ]

    def has_activate_permission(self, request: HttpRequest) -> bool:
        """Whoever may change versions, though nobody edits one."""
        return isinstance(request.user, User) and request.user.has_perm("nlu.change_nlumodel")

    @admin.display(boolean=True, description=_("active"))
    def is_active(self, model: NluModel) -> bool:
        return model.bot.active_model_id == model.id

    @admin.display(description=_("accuracy"))
    def accuracy(self, model: NluModel) -> Any:
        return model.metric("accuracy")

    @admin.display(description=_("out-of-scope recall"))
    def out_of_scope_recall(self, model: NluModel) -> Any:
        return model.metric("out_of_scope_recall")

    @admin.action(description=_("Activate the selected version"), permissions=["activate"])
    def activate(self, request: HttpRequest, queryset: QuerySet[NluModel]) -> None:
        chosen = list(queryset)
        if len(chosen) != 1:
            self.message_user(request, _("Choose exactly one version to activate."), messages.ERROR)
        else:
            self._activate(request, chosen[0])

    def activate_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        model = self._model(request, pk)
        if model is not None:
            self._activate(request, model)
        return self._back(pk)

    def roll_back_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """`pk` is the active version, from which to go back; if another one is active by now nothing is changed."""
        model = self._model(request, pk)
        if model is None:
            return self._back(pk)
        try:
            view = services.model_roll_back(bot=model.bot_id, by=person_of(request), from_model_id=pk)
        except NluError as error:
            self.message_user(request, error.detail, messages.ERROR)
            return self._back(pk)
        self._told(request, model, view)
        return self._back(view.id)

    def data_view(self, request: HttpRequest, pk: str, kind: str) -> HttpResponse:
        """The training data of the version, own rows included, as a file."""
        model = self.get_object(request, pk)
        if model is None or kind not in FORMATS:
            return self._get_obj_does_not_exist_redirect(request, self.opts, pk)  # type: ignore[no-any-return,attr-defined]
        if not self.has_view_permission(request, model):
            raise PermissionDenied
        try:
            content = version_data(model.id, kind)
        except NluError as error:
            self.message_user(request, error.detail, messages.ERROR)
            return self._back(pk)
        name = f'attachment; filename="{model.bot_id}-{model.number}.{kind}"'
        return HttpResponse(content, content_type=FORMATS[kind], headers={"Content-Disposition": name})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        model = self.get_object(request, unquote(object_id))
        if model is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return,attr-defined]
        if request.method != "GET" or not self.has_view_permission(request, model):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), **self._shown(model), "opts": self.opts}
        context["may_activate"] = self.has_activate_permission(request)
        return TemplateResponse(request, "admin/nlu/nlumodel/detail.html", context)

    def _shown(self, model: NluModel) -> dict[str, Any]:
        """What the page of a version says; the active one is compared with the one before it."""
        before = activations.version_before(model.bot_id)
        other_id = before["model_id"] if self.is_active(model) and before else model.bot.active_model_id
        other = NluModel.objects.filter(pk=other_id).exclude(pk=model.pk).first()
        before_model = NluModel.objects.filter(pk=before["model_id"]).first() if before else None
        return {
            "title": str(model),
            "model": model,
            "is_active": self.is_active(model),
            "before": before_model,
            "other": other,
            "figures": figures_compared(_figures(model), _figures(other) if other else None),
            "intents": intents_compared(model.metrics, other.metrics if other else None),
            "runs": model.runs.all()[:1],
            "history": Activation.objects.filter(bot_id=model.bot_id).select_related("model")[:_HISTORY],
        }

    def _model(self, request: HttpRequest, pk: str) -> NluModel | None:
        if not self.has_activate_permission(request):
            raise PermissionDenied
        found: NluModel | None = self.get_object(request, pk)
        if found is None:
            self.message_user(request, _("This version does not exist."), messages.ERROR)
        return found

    def _activate(self, request: HttpRequest, model: NluModel) -> None:
        try:
            view = services.model_activate(model_id=model.id, by=person_of(request))
        except NluError as error:
            self.message_user(request, error.detail, messages.ERROR)
        else:
            self._told(request, model, view)

    def _told(self, request: HttpRequest, model: NluModel, view: NluModelView) -> None:
        text = _("Version %(number)s of %(bot)s answers from now on.") % {"number": view.number, "bot": view.bot}
        self.message_user(request, text, messages.SUCCESS)
        self.log_change(request, model, text)

    def _back(self, pk: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:nlu_nlumodel_change", args=[quote(pk)]))


def _figures(model: NluModel) -> dict[str, Any]:
    return {**model.metrics, "threshold": model.threshold}


@admin.register(Activation)
class ActivationAdmin(ReadOnlyAdmin):
    list_display = ("bot", "model", "kind", "who", "at")
    list_filter = ("bot", "kind")
    list_select_related = ("bot", "model")
    ordering = ("-at",)

    @admin.display(description=_("by"))
    def who(self, activation: Activation) -> str:
        return str(activation.by["name"])
