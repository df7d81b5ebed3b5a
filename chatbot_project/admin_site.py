"""The admin's pages under our own name, its index by what somebody wants to do instead of by package."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TASKS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    (
        "talk",
        _("What people said"),
        ("conversations.Review", "conversations.Conversation", "conversations.Reply", "conversations.EmbeddingSite"),
    ),
    (
        "understand",
        _("What bots understand"),
        (
            "nlu.Bot",
            "nlu.Intent",
            "nlu.Example",
            "nlu.EntityType",
            "nlu.TrainingRun",
            "nlu.NluModel",
            "nlu.LanguageModel",
            "nlu.LanguageModelUsage",
        ),
    ),
    (
        "offer",
        _("What can be asked for"),
        (
            "orchestrator.Environment",
            "orchestrator.Blueprint",
            "orchestrator.BlueprintUpload",
            "orchestrator.BlueprintAllowance",
            "orchestrator.Action",
        ),
    ),
    (
        "decide",
        _("What is allowed, and who decides"),
        ("orchestrator.PolicyRule", "orchestrator.ApprovalRule", "orchestrator.Delegation", "orchestrator.Freeze"),
    ),
    (
        "happen",
        _("What happened"),
        (
            "orchestrator.Job",
            "orchestrator.Stack",
            "orchestrator.Approval",
            "orchestrator.StackEvent",
            "orchestrator.Schedule",
        ),
    ),
    (
        "people",
        _("People and their rights"),
        ("accounts.User", "auth.Group", "accounts.RoleBinding", "accounts.GroupBinding", "knox.AuthToken"),
    ),
    (
        "run",
        _("Running it"),
        ("orchestrator.Process", "orchestrator.Host", "orchestrator.DeadLetterQueue", "orchestrator.DeadLetter"),
    ),
)
"""A task, its title, and the labels of its models in the order in which they are needed."""

RECORDS = ("records", _("Records of the system, for tracing"))
"""Everything else: nothing gets lost that somebody registers and nobody names here."""


class AdminSite(admin.AdminSite):
    site_header = site_title = _("Infrachat administration")
    index_title = _("Overview")
    index_template = "admin/overview.html"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """By task; an app's own page, which addresses lead to, stays as it is."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        models = {each["model"]._meta.label: each for app in apps for each in app["models"]}
        tasks = [_task(name, title, models, wanted) for name, title, wanted in TASKS]
        rest = sorted(models, key=lambda name: str(models[name]["name"]).casefold())
        return [each for each in (*tasks, _task(*RECORDS, models, tuple(rest))) if each["models"]]


def _task(name: str, title: Promise, models: dict[str, Any], wanted: tuple[str, ...]) -> dict[str, Any]:
    """Takes what it shows out of `models`."""
    found = [models.pop(each) for each in wanted if each in models]
    first = f"#{name}-{found[0]['object_name'].lower()}" if found else ""
    return {"name": title, "app_label": name, "app_url": first, "has_module_perms": True, "models": found}
