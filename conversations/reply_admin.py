"""Replies in the admin: written, shown as they would read, and tried by a worker."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from chatbot_project.accounts.models import User
from chatbot_project.mongo.admin_transactions import SavedAtOnce
from chatbot_project.templating import render
from nlu import selectors as nlu

from . import models
from .bots.replies import Reply, Tool
from .bots.stored_replies import reply_of
from .dialogue.decisions import CallTool
from .dialogue.replying import values_checked
from .dialogue.state import PendingForm
from .reply_forms import ReplyForm, TextsFormSet, TryForm
from .tools.building import NotSendable, url_of
from .tools.storing import call_try

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[models.Reply]
    _Inline = admin.TabularInline[models.ReplyText, models.Reply]
else:
    _Admin, _Inline = admin.ModelAdmin, admin.TabularInline


class TextInline(_Inline):
    model = models.ReplyText
    formset = TextsFormSet
    extra = 0


@admin.register(models.Reply)
class ReplyAdmin(SavedAtOnce, _Admin):
    form = ReplyForm
    inlines = (TextInline,)
    list_display = ("intent", "bot", "enabled", "method", "url")
    list_select_related = ("intent",)
    list_filter = ("enabled", "method")
    readonly_fields = ("preview",)
    change_form_template = "admin/conversations/reply/change_form.html"
    actions = None
    fieldsets = (
        (None, {"fields": ("intent", "enabled", "slots", "text", "preview")}),
        (_("HTTP call"), {"fields": ("method", "url", "headers", "body", "seconds", "response_kb")}),
        (_("Its answer"), {"fields": ("jmespath", "item", "empty")}),
    )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [path("<str:pk>/try/", wrap(self.try_view), name="conversations_reply_try"), *super().get_urls()]

    @admin.display(description=_("bot"))
    def bot(self, reply: models.Reply) -> str:
        return reply.intent.bot_id

    @admin.display(description=_("reads as"))
    def preview(self, reply: models.Reply) -> str:
        """The stored text with the names of its values in their places."""
        if not reply.intent_id:
            return "–"
        found = _read(reply)
        text = found.texts[0].text if found.texts else ""
        return render(text, {each.name: f"‹{each.name}›" for each in found.slots}, str)

    def try_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """A form for the values; then a background worker makes the call, and its row tells what came of it."""
        reply = get_object_or_404(models.Reply, pk=pk)
        if not self.has_change_permission(request, reply) or not isinstance(request.user, User):
            raise PermissionDenied
        found = _read(reply)
        if found.tool is None:
            messages.error(request, _("This reply makes no HTTP call."))
            return HttpResponseRedirect(reverse("admin:conversations_reply_change", args=[pk]))
        form = TryForm(list(found.slots), request.POST or None, is_safe=found.tool.is_safe)
        values = _values(form, found, found.tool) if request.method == "POST" and form.is_valid() else None
        if values is not None and form.is_valid():
            template = found.texts[0].text if found.texts else ""
            call = CallTool(str(uuid4()), found.intent, found.title, found.tool, template, values, "")
            call_try(call=call, bot=reply.intent.bot_id, user=request.user)
            messages.success(request, _("A background worker makes the call. Load this page again to see the end."))
            return HttpResponseRedirect(reverse("admin:conversations_toolcall_change", args=[call.call_id]))
        context = {**self.admin_site.each_context(request), "form": form, "reply": reply, "opts": self.opts}
        return TemplateResponse(request, "admin/conversations/reply/try.html", {**context, "title": _("Try it")})


def _values(form: TryForm, reply: Reply, tool: Tool) -> dict[str, Any]:
    """The values as a conversation would have them; what is wrong with them is said in the form."""
    checked, errors = values_checked(PendingForm("", "", "", values={**form.given()}), reply, {})
    values = {each.name: checked.values.get(each.name) for each in reply.slots}
    for name, sentence in errors.items():
        form.add_error(f"slot_{name}", sentence)
    try:
        url_of(tool.url, values)
    except NotSendable as error:
        form.add_error(None, str(error))
    return values


def _read(reply: models.Reply) -> Reply:
    entities = {each.name: each for each in nlu.entities_list(bot=reply.intent.bot_id)}
    return reply_of(reply, (), entities)
