"""Training in the admin: the button, and the runs with what became of them. A background worker does the work."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from chatbot_project.accounts.models import User
from chatbot_project.mongo.history_admin import AnyAdmin, ReadOnlyAdmin

from . import services
from .errors import TrainingUnderway
from .mistake_links import mistakes_linked
from .models import Bot
from .runs.states import RunState
from .training_models import TrainingRun
from .types import Person


def person_of(request: HttpRequest) -> Person:
    return Person(str(request.user.pk), request.user.get_username())


class TrainsBots(AnyAdmin):
    """The button on a bot's page and the action of the list."""

    change_form_template = "admin/nlu/bot/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.train_view)
        return [path("<path:object_id>/train/", view, name="nlu_bot_train"), *super().get_urls()]

    def has_train_permission(self, request: HttpRequest) -> bool:
        """Whoever may change bots may teach them."""
        return self.has_change_permission(request)

    def train_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask whether the version is to answer at once (GET), and have it trained (POST)."""
        bot = self.get_object(request, unquote(object_id))
        if bot is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return,attr-defined]
        if not self.has_train_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return HttpResponseRedirect(run_url(self._request(request, bot, "activate" in request.POST)))
        context = {**self.admin_site.each_context(request), "title": _("Train"), "opts": self.opts, "original": bot}
        return TemplateResponse(request, "admin/nlu/bot/train.html", context)

    @admin.action(description=_("Train now, and let it answer when it is trained"), permissions=["train"])
    def train(self, request: HttpRequest, queryset: QuerySet[Bot]) -> None:
        for bot in queryset:
            run_id = self._request(request, bot, activate=True)
            self.message_user(request, format_html('<a href="{}">{}</a>', run_url(run_id), bot), messages.INFO)

    def _request(self, request: HttpRequest, bot: Bot, activate: bool) -> str:
        """The id of the run that was asked for, or of the one that is underway."""
        try:
            run_id = services.training_request(bot=bot.name, asked_by=person_of(request), activate=activate)
        except TrainingUnderway as underway:
            self.message_user(request, underway.detail, messages.WARNING)
            return underway.run_id or ""
        self.log_change(request, bot, "asked for a training")
        return run_id


@admin.register(TrainingRun)
class TrainingRunAdmin(ReadOnlyAdmin):
    list_display = ("bot", "state", "progress", "asked_by_name", "created_at", "finished_at", "model")
    list_display_links = ("bot", "state")
    list_filter = ("bot", "state")
    list_select_related = ("bot", "model")
    ordering = ("-created_at",)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.cancel_view)
        return [path("<path:object_id>/cancel/", view, name="nlu_trainingrun_cancel"), *super().get_urls()]

    def cancel_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Cancel it (POST alone). Whoever may have a bot trained may stop it."""
        run = self.get_object(request, unquote(object_id))
        if run is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return,attr-defined]
        if request.method != "POST" or not _may_cancel(request):
            raise PermissionDenied
        if services.training_cancel(run_id=run.pk, by=person_of(request)):
            self.log_change(request, run, "canceled")
            self.message_user(request, _("Canceled. The bot answers as before."), messages.SUCCESS)
        else:
            self.message_user(request, _("It had ended already, so nothing was canceled."), messages.WARNING)
        return HttpResponseRedirect(run_url(run.pk))

    @admin.display(description=_("progress"))
    def progress(self, run: TrainingRun) -> str:
        return f"{run.share:.0%}"

    @admin.display(description=_("asked by"))
    def asked_by_name(self, run: TrainingRun) -> str:
        return str(run.asked_by["name"])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        run = self.get_object(request, unquote(object_id))
        if run is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return,attr-defined]
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        if request.method != "GET":
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Training of %s") % run.bot,
            "opts": self.opts,
            "run": run,
            "waits": run.state == RunState.QUEUED,
            "percent": round(100 * run.share),
            "mistakes": mistakes_linked(run),
            "may_cancel": not run.is_finished and _may_cancel(request),
        }
        return TemplateResponse(request, "admin/nlu/trainingrun/detail.html", context)


def _may_cancel(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.has_perm("nlu.change_bot")


def run_url(run_id: str) -> str:
    if not run_id:
        return reverse("admin:nlu_trainingrun_changelist")
    return reverse("admin:nlu_trainingrun_change", args=[quote(run_id)])
