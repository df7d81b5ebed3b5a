"""Everything in the admin: history can only be read, environments can be changed, the catalogue switched off and on."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from chatbot_project.accounts.models import User
from chatbot_project.mongo.history_admin import ReadOnlyAdmin

from . import (  # noqa: F401 (register their own)
    approval_admin,
    approval_models,
    dead_letter_admin,
    environment_admin,
    freeze_admin,
    history_models,
    life_admin,
    machine_models,
    models,
    policy_admin,
)
from .blueprint_admin import EditsManifest


class CatalogueAdmin(ReadOnlyAdmin):
    """Files are the source of the catalogue; only whether people may ask for it is decided here."""

    list_display = ("title", "name", "enabled", "updated_at")
    list_filter = ("enabled",)
    search_fields = ("name", "title")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        permission = f"{self.opts.app_label}.change_{self.opts.model_name}"
        return isinstance(request.user, User) and request.user.has_perm(permission)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [name for name in self.get_fields(request, obj) if name != "enabled"]


@admin.register(models.Blueprint)
class BlueprintAdmin(EditsManifest, CatalogueAdmin):
    pass


@admin.register(models.Action)
class ActionAdmin(CatalogueAdmin):
    pass


@admin.register(models.BlueprintVersion)
class BlueprintVersionAdmin(ReadOnlyAdmin):
    hidden = ("archive",)
    list_display = ("name", "digest", "created_at")
    list_filter = ("name",)
    ordering = ("-created_at",)


@admin.register(models.Stack)
class StackAdmin(ReadOnlyAdmin):
    hidden = ("sensitive_values",)
    list_display = ("name", "blueprint", "environment", "owner_name", "status", "expires_at", "updated_at")
    list_filter = ("environment", "blueprint", "status")
    search_fields = ("id", "name", "owner_name")
    ordering = ("-created_at",)


@admin.register(models.Job)
class JobAdmin(ReadOnlyAdmin):
    hidden = ("sensitive_values",)
    list_display = ("title", "state", "kind", "environment", "risk", "requester_name", "created_at", "updated_at")
    list_filter = ("state", "kind", "environment", "risk")
    search_fields = ("id", "title", "requester_name")
    ordering = ("-created_at",)
    readonly_fields = ("lease",)

    def view_on_site(self, job: models.Job) -> str:
        """The job's own page: its states, plan, log and approvals, for people."""
        return reverse("web:job", args=[job.pk])

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return ["lease" if name == "lease_expires_at" else name for name in super().get_fields(request, obj)]

    @admin.display(description=_("lease"))
    def lease(self, job: models.Job) -> str:
        """A free lease has a moment in it as well, one that is long past."""
        if job.lease_owner is None:
            return _("free")
        return _("until %(moment)s") % {"moment": date_format(localtime(job.lease_expires_at), "DATETIME_FORMAT")}


@admin.register(history_models.Transition)
class TransitionAdmin(ReadOnlyAdmin):
    list_display = ("job_id", "version", "from_state", "to_state", "reason", "at")
    list_filter = ("to_state",)
    search_fields = ("job_id",)
    ordering = ("-at",)


@admin.register(models.Outbox)
class OutboxAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "attempts", "created_at", "done_at")
    list_filter = ("kind",)
    search_fields = ("job_id",)
    ordering = ("-created_at",)


@admin.register(history_models.JobEvent)
class JobEventAdmin(ReadOnlyAdmin):
    list_display = ("job_id", "log_seq", "kind", "resource", "text", "at")
    search_fields = ("job_id",)
    ordering = ("-id",)


@admin.register(history_models.PlanChunk)
class PlanChunkAdmin(ReadOnlyAdmin):
    hidden = ("data",)
    list_display = ("job_id", "generation", "number")
    search_fields = ("job_id",)


@admin.register(approval_models.Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    list_display = ("job_id", "kind", "user_name", "decision", "via", "at", "expires_at", "used_at")
    list_filter = ("kind", "decision", "via")
    search_fields = ("job_id", "user_name", "plan_hash")
    ordering = ("-at",)


@admin.register(history_models.Start)
class StartAdmin(ReadOnlyAdmin):
    list_display = ("job_id", "number", "host", "process", "lock_id", "owner", "fence", "at")
    list_filter = ("host",)
    search_fields = ("job_id", "lock_id")
    ordering = ("-at",)


@admin.register(machine_models.Process)
class ProcessAdmin(ReadOnlyAdmin):
    list_display = ("name", "role", "host", "pid", "seen_at")
    list_filter = ("role",)


@admin.register(machine_models.Host)
class HostAdmin(ReadOnlyAdmin):
    list_display = ("name", "lost_at", "lost_by")
    ordering = ("-lost_at",)


@admin.register(models.Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    hidden = ("body",)
    list_display = ("id", "status", "created_at")
    ordering = ("-created_at",)
