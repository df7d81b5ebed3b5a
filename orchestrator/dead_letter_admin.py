"""Dead letters in the admin: what waits, why, and what to do with it.

This process has no keys to the queues. What is decided here is stored; a background worker carries it out in seconds.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from chatbot_project.accounts.models import User
from chatbot_project.mongo.history_admin import ReadOnlyAdmin

from .dead_letter_models import DeadLetter, DeadLetterQueue
from .dead_letters import LetterState, LetterWish, wish_store
from .types import Actor

_CONFIRMED = "confirmed"


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    actions = ("redrive", "drop")
    hidden = ("history",)
    readonly_fields = ("what_happened",)
    list_display = ("short_id", "queue", "task", "reason", "state", "wish", "first_seen_at")
    list_filter = ("state", "queue", "wish")
    search_fields = ("id", "task", "reason", "body")
    ordering = ("-first_seen_at",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*super().get_fields(request, obj), "what_happened"]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change dead letters, though nobody edits one."""
        return isinstance(request.user, User) and request.user.has_perm("orchestrator.change_deadletter")

    @admin.display(description=_("message"), ordering="id")
    def short_id(self, letter: DeadLetter) -> str:
        return letter.id[:8]

    @admin.display(description=_("what happened"))
    def what_happened(self, letter: DeadLetter) -> str:
        lines = (
            (each["at"], each["what"], (each["by"] or {}).get("name", ""), each["note"]) for each in letter.history
        )
        return format_html_join("", "<p>{} {} {} {}</p>", lines) or "-"

    @admin.action(description=_("Redrive: send to the queue again"), permissions=["decide"])
    def redrive(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> HttpResponse | None:
        return self._decide(request, queryset, LetterWish.REDRIVE)

    @admin.action(description=_("Drop: delete for good"), permissions=["decide"])
    def drop(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> HttpResponse | None:
        return self._decide(request, queryset, LetterWish.DROP)

    def _decide(self, request: HttpRequest, queryset: QuerySet[DeadLetter], action: LetterWish) -> HttpResponse | None:
        letters = list(queryset.filter(state=LetterState.WAITING.value))
        if request.POST.get(_CONFIRMED) != "yes":
            return self._ask(request, letters, action)
        actor = Actor(id=str(request.user.pk), name=request.user.get_username())
        stored = wish_store([each.id for each in letters], action, actor)
        for each in letters:
            self.log_change(request, each, f"asked to {action.value}")
        said = ngettext(
            "It was decided about %d dead letter. A background worker carries it out within seconds.",
            "It was decided about %d dead letters. A background worker carries it out within seconds.",
            stored,
        )
        self.message_user(request, said % stored, messages.SUCCESS if stored else messages.WARNING)
        return None

    def _ask(self, request: HttpRequest, letters: list[DeadLetter], action: LetterWish) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Are you sure?"),
            "opts": self.opts,
            "letters": letters,
            "action": action.value,
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/orchestrator/deadletter/decide.html", context)


@admin.register(DeadLetterQueue)
class DeadLetterQueueAdmin(ReadOnlyAdmin):
    list_display = ("name", "depth", "checked_at", "problem")
