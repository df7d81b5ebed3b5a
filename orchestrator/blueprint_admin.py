"""Modules in the admin: upload one, see what was found in it, allow that, edit how people ask for it.

The web process only keeps the archive; an infrastructure worker looks at it.
"""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatbot_project.accounts.models import User
from chatbot_project.mongo.history_admin import ReadOnlyAdmin

from .blueprint_models import BlueprintAllowance, BlueprintUpload
from .catalog.adding import allowances, editing, uploads
from .catalog.adding.findings import MOST_ARCHIVE_BYTES, Finding
from .errors import OrchestratorError
from .types import Actor

_ADD, _ALLOW, _FORBID = (
    "orchestrator.add_blueprintupload",
    "orchestrator.add_blueprintallowance",
    "orchestrator.delete_blueprintallowance",
)
_UPLOADED = gettext_lazy("It is being looked at. Reload this page in a moment.")


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Archive"),
        help_text=gettext_lazy("A zip or tar of the module's directory, unmodified; at most 20 MB."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=63,
        help_text=gettext_lazy("Of the blueprint, such as s3-bucket. Told from the archive's name when it is empty."),
    )
    manifest = forms.CharField(
        label="blueprint.yaml",
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "cols": 100, "spellcheck": "false"}),
        help_text=gettext_lazy("Empty: the archive's own, that of the version before, or a draft to be edited."),
    )


class EditForm(forms.Form):
    manifest = forms.CharField(
        label="blueprint.yaml", widget=forms.Textarea(attrs={"rows": 40, "cols": 110, "spellcheck": "false"})
    )


@admin.register(BlueprintUpload)
class BlueprintUploadAdmin(ReadOnlyAdmin):
    list_display = ("name", "state", "file_name", "by_name", "created_at", "updated_at")
    list_filter = ("state",)
    search_fields = ("name", "file_name")
    ordering = ("-created_at",)
    hidden = ("findings", "lease_owner", "lease_fence", "lease_expires_at", "woken_at")
    change_form_template = "admin/orchestrator/blueprintupload/detail.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may(request, _ADD)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        name = "orchestrator_blueprintupload_again"
        return [path("<uuid:upload_id>/again/", wrap(self.again_view), name=name), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Choose an archive."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                upload_id = self._uploaded(request, form)
            except OrchestratorError as refused:
                form.add_error(refused.field if refused.field in form.fields else None, refused.detail)
            else:
                self.message_user(request, _UPLOADED, messages.SUCCESS)
                return HttpResponseRedirect(_change("blueprintupload", upload_id))
        return _page(self, request, {"title": _("Add a Terraform module"), "form": form})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = BlueprintUpload.objects.filter(pk=unquote(object_id)).first()
        more = {"upload": row, "may_allow": _may(request, _ALLOW), "may_ask_again": _may(request, _ADD)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def again_view(self, request: HttpRequest, upload_id: Any) -> HttpResponse:
        """Allow what was ticked, and have the module looked at again (POST)."""
        here = HttpResponseRedirect(_change("blueprintupload", str(upload_id)))
        keys, reason = request.POST.getlist("key"), request.POST.get("reason", "")[:500]
        if not _may(request, _ADD) or (keys and not _may(request, _ALLOW)):
            raise PermissionDenied
        if request.method != "POST":
            return here
        try:
            row = uploads.upload_get(str(upload_id))
            for each in (Finding(**found) for found in row["findings"] if found["key"] in keys):
                allowances.allowance_add(blueprint=row["name"], finding=each, by=_actor(request), reason=reason)
            uploads.upload_again(row["_id"])
        except OrchestratorError as refused:
            self.message_user(request, refused.detail, messages.ERROR)
        else:
            self.message_user(request, _UPLOADED, messages.SUCCESS)
        return here

    def _uploaded(self, request: HttpRequest, form: UploadForm) -> str:
        file, given = form.cleaned_data["file"], form.cleaned_data
        content = file.read(MOST_ARCHIVE_BYTES + 1)
        manifest = given["manifest"].replace("\r\n", "\n")
        return uploads.upload_add(
            file_name=file.name, content=content, by=_actor(request), name=given["name"], manifest=manifest
        )


@admin.register(BlueprintAllowance)
class BlueprintAllowanceAdmin(ReadOnlyAdmin):
    """Taken back by deleting: the next version must do without; those that are stored stay."""

    list_display = ("blueprint", "key", "by_name", "at", "reason")
    list_filter = ("blueprint",)
    ordering = ("blueprint", "key")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may(request, _FORBID)


class EditsManifest(ReadOnlyAdmin):
    """The page of a blueprint leads to its `blueprint.yaml`, where it was added."""

    change_form_template = "admin/orchestrator/blueprint/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        edit = self.admin_site.admin_view(self.edit_view)
        return [path("<str:object_id>/edit/", edit, name="orchestrator_blueprint_edit"), *super().get_urls()]

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Another blueprint.yaml for the same module; a worker stores it as a new version."""
        if not _may(request, _ADD):
            raise PermissionDenied
        name = unquote(object_id)
        try:
            form = EditForm(request.POST or None, initial={"manifest": editing.blueprint_text(name)})
            if request.method == "POST" and form.is_valid():
                text = form.cleaned_data["manifest"].replace("\r\n", "\n") + "\n"
                upload_id = editing.upload_of_edit(name=name, manifest=text, by=_actor(request))
                self.message_user(request, _UPLOADED, messages.SUCCESS)
                return HttpResponseRedirect(_change("blueprintupload", upload_id))
        except OrchestratorError as refused:
            self.message_user(request, refused.detail, messages.ERROR)
            return HttpResponseRedirect(_change("blueprint", name))
        return _page(self, request, {"title": _("How people ask for %(name)s") % {"name": name}, "form": form})


def _page(page: ReadOnlyAdmin, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    common = {**page.admin_site.each_context(request), "opts": page.opts}
    return TemplateResponse(request, "admin/orchestrator/blueprintupload/form.html", {**common, **context})


def _change(model: str, key: str) -> str:
    return reverse(f"admin:orchestrator_{model}_change", args=[quote(key)])


def _may(request: HttpRequest, permission: str) -> bool:
    return isinstance(request.user, User) and request.user.has_perm(permission)


def _actor(request: HttpRequest) -> Actor:
    user = cast(User, request.user)
    return Actor(id=str(user.id), name=user.get_username())
