"""Training data in and out of the admin: upload, look at what it would do, confirm; download."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatbot_project.accounts.models import User
from chatbot_project.mongo.history_admin import AnyAdmin

from .admin_runs import person_of
from .errors import NluError
from .exchange.files import MAXIMUM_FILE
from .import_plan import ADD, CHANGE, REMOVE, SAME, SKIP, Change, ImportPlan
from .import_uploads import Upload, upload_apply, upload_forget, upload_get, upload_preview, upload_store
from .importing import WRITERS, ImportOutdated, export_text
from .models import Bot

_SHOWN = 300
"""Rows of each kind on the page; the numbers count all of them."""
_TABLES = ("intent", "example", "entitytype")


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "YAML of Infrachat or Rasa; JSON of Rasa, LUIS, CLU or Snips; a zip of such files or of a Dialogflow agent."
        ),
    )
    replace = forms.BooleanField(
        required=False,
        label=gettext_lazy("Replace: remove the bot's own rows that are not in the file"),
    )


class ExchangesData(AnyAdmin):
    """The import and the export of a bot, beside its page."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<str:object_id>/import/", wrap(self.import_view), name="nlu_bot_import"),
            path("<str:object_id>/import/<uuid:upload_id>/", wrap(self.preview_view), name="nlu_bot_import_preview"),
            path("<str:object_id>/export/", wrap(self.export_view), name="nlu_bot_export"),
            *super().get_urls(),
        ]

    def has_import_permission(self, request: HttpRequest, *, replace: bool = False) -> bool:
        """Whoever may add and change all that an import writes, and delete it where it replaces."""
        verbs = ("add", "change", *(("delete",) if replace else ()))
        wanted = [f"nlu.{verb}_{table}" for verb in verbs for table in _TABLES]
        return isinstance(request.user, User) and request.user.has_perms(wanted)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.has_perms([f"nlu.view_{table}" for table in _TABLES])

    def import_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose a file."""
        bot = self._bot(request, object_id)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            if not self.has_import_permission(request, replace=form.cleaned_data["replace"]):
                raise PermissionDenied
            upload_id = self._stored(request, bot, form)
            if upload_id is not None:
                return HttpResponseRedirect(reverse("admin:nlu_bot_import_preview", args=[quote(bot.pk), upload_id]))
        return self._page(request, bot, "import.html", {"title": _("Import training data"), "form": form})

    def preview_view(self, request: HttpRequest, object_id: str, upload_id: Any) -> HttpResponse:
        """What the file would do now (GET), and doing it (POST)."""
        bot = self._bot(request, object_id)
        upload = upload_get(str(upload_id), bot=bot.pk, by=person_of(request))
        if upload is None:
            self.message_user(request, _("This upload is not there any more. Choose the file again."), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:nlu_bot_import", args=[quote(bot.pk)]))
        if not self.has_import_permission(request, replace=upload.replace):
            raise PermissionDenied
        try:
            if request.method == "POST":
                return self._decided(request, bot, upload)
            plan = upload_preview(upload)
        except NluError as refused:
            self.message_user(request, refused.detail, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:nlu_bot_import", args=[quote(bot.pk)]))
        context = {"title": _("Import %(name)s?") % {"name": upload.name}, "plan": plan, "groups": _groups(plan)}
        return self._page(request, bot, "import_preview.html", {**context, "upload": upload})

    def export_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A file to keep: `format` is yaml or rasa; with `all` also what the catalogue brought."""
        bot = self.get_object(request, unquote(object_id))
        if bot is None or not self.has_export_permission(request):
            raise PermissionDenied
        form = request.GET.get("format", "yaml")
        text = export_text(bot=bot.pk, form=form if form in WRITERS else "yaml", built_in="all" in request.GET)
        answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{bot.pk}-{form if form in WRITERS else "yaml"}.yml"'
        return answer

    def _decided(self, request: HttpRequest, bot: Bot, upload: Upload) -> HttpResponse:
        here = reverse("admin:nlu_bot_change", args=[quote(bot.pk)])
        if "cancel" in request.POST:
            upload_forget(upload)
            self.message_user(request, _("Nothing was imported."), messages.INFO)
            return HttpResponseRedirect(here)
        try:
            plan = upload_apply(upload, expected=request.POST.get("digest", ""), by=person_of(request))
        except ImportOutdated as outdated:
            self.message_user(request, f"{outdated.detail} {_('Look at the new list.')}", messages.WARNING)
            return HttpResponseRedirect(request.path)
        counts = plan.counts()
        told = ", ".join(f"{number} {action}" for action, number in counts.items())
        self.log_change(request, bot, f"imported {upload.name}: {told}")
        said = _("Imported: %(add)s added, %(change)s changed, %(remove)s removed, %(skip)s skipped.") % counts
        self.message_user(request, f"{said} {_('Train the bot next.')}", messages.SUCCESS)
        return HttpResponseRedirect(here)

    def _stored(self, request: HttpRequest, bot: Bot, form: UploadForm) -> str | None:
        file, replace = form.cleaned_data["file"], form.cleaned_data["replace"]
        try:
            content = file.read(MAXIMUM_FILE + 1)
            return upload_store(bot=bot.pk, name=file.name, content=content, replace=replace, by=person_of(request))
        except NluError as refused:
            form.add_error("file", refused.detail)
            return None

    def _bot(self, request: HttpRequest, object_id: str) -> Bot:
        bot = self.get_object(request, unquote(object_id))
        if bot is None or not self.has_import_permission(request):
            raise PermissionDenied
        return bot  # type: ignore[no-any-return]

    def _page(self, request: HttpRequest, bot: Bot, template: str, context: dict[str, Any]) -> HttpResponse:
        common = {**self.admin_site.each_context(request), "opts": self.opts, "original": bot}
        return TemplateResponse(request, f"admin/nlu/bot/{template}", {**common, **context})


def _groups(plan: ImportPlan) -> list[tuple[str, int, list[Change]]]:
    """(what happens, how often, the first of them)."""
    titles = {
        ADD: _("Added"),
        CHANGE: _("Changed"),
        REMOVE: _("Removed"),
        SKIP: _("Skipped: not taken over"),
        SAME: _("There already"),
    }
    found = [(title, plan.of(action)) for action, title in titles.items()]
    return [(title, len(changes), changes[:_SHOWN]) for title, changes in found if changes]
