"""The review in the admin: what was not, barely or wrongly understood, and one click that teaches it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from pymongo.errors import ExecutionTimeout

from chatbot_project.accounts.models import User
from chatbot_project.mongo.history_admin import ReadOnlyAdmin
from nlu.errors import NluError
from nlu.selectors import bots_list, entities_list, intent_slots
from nlu.types import Person

from ..errors import ConversationError
from . import services
from .figures import DAYS, figures_get
from .forms import OUTSIDE, REASON_TITLES, FilterForm, PhraseForm
from .models import Review
from .queue import Waiting, waiting_get, waiting_list

_TEMPLATES = "admin/conversations/review"
_PER_PAGE = 25


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """The list shows the messages that wait; a stored row is a decision."""

    list_display = ("at", "decision", "intent", "bot", "decided_by")
    list_filter = ("bot", "decision")
    ordering = ("-at",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("figures/", wrap(self.figures_view), name="conversations_review_figures"),
            path("decided/", wrap(self.decided_view), name="conversations_review_decided"),
            path("message/<path:turn_id>/", wrap(self.message_view), name="conversations_review_message"),
            path("decide/<path:turn_id>/", wrap(self.decide_view), name="conversations_review_decide"),
            *super().get_urls(),
        ]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change reviews, though nobody edits one."""
        return isinstance(request.user, User) and request.user.has_perm("conversations.change_review")

    def has_learn_permission(self, request: HttpRequest) -> bool:
        """And teaches a bot, who may add phrases to it."""
        may_add = isinstance(request.user, User) and request.user.has_perm("nlu.add_example")
        return may_add and self.has_decide_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._view_check(request)
        form = FilterForm(request.GET, bots_list())
        entries, is_cut = waiting_list(form.filters())
        page = Paginator(entries, _PER_PAGE).get_page(request.GET.get("page"))
        query = request.GET.copy()
        query.pop("page", None)
        context = {
            "title": _("Messages to review"),
            "form": form,
            "page": page,
            "rows": [_Row(each) for each in page],
            "is_cut": is_cut,
            "query": query.urlencode(),
            "here": request.get_full_path(),
        }
        return self._answer(request, "list.html", context)

    def decided_view(self, request: HttpRequest) -> HttpResponse:
        """What was decided, by whom and when; the newest first."""
        return super().changelist_view(request, {"title": _("Decisions")})

    @admin.display(description=_lazy("by"))
    def decided_by(self, review: Review) -> str:
        return str(review.by["name"])

    def message_view(self, request: HttpRequest, turn_id: str) -> HttpResponse:
        """One message: how it was understood, and the form that makes it a training phrase."""
        self._view_check(request)
        entry = waiting_get(unquote(turn_id))
        if entry is None:
            return self._gone(request)
        slots = intent_slots(bot=entry.bot)
        likely = entry.intent if entry.intent in slots else ""
        text = services.suggested_for(entry, likely) if likely else entry.suggested
        form = PhraseForm(request.POST or None, {"intent": likely, "text": text}, list(slots))
        if request.method == "POST" and form.is_valid() and self._learn(request, entry, form):
            return HttpResponseRedirect(self._list_url(request))
        context = {
            "title": _("Message to review"),
            "entry": entry,
            "row": _Row(entry),
            "form": form,
            "slots": _slots(entry.bot, slots.get(likely, ())),
            "back": self._list_url(request),
            "decided": Review.objects.filter(key=entry.key).first(),
        }
        return self._answer(request, "message.html", context)

    def decide_view(self, request: HttpRequest, turn_id: str) -> HttpResponse:
        """The buttons of the list: dismiss, or teach the intent that the button names."""
        if request.method != "POST":
            raise PermissionDenied
        self._view_check(request)
        entry = waiting_get(unquote(turn_id))
        if entry is None:
            return self._gone(request)
        if "dismiss" in request.POST:
            self._dismiss(request, entry)
        elif request.POST.get("intent"):
            self._learn(request, entry, None)
        return HttpResponseRedirect(self._list_url(request))

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        """How often each intent was asked for, and how well that went."""
        self._view_check(request)
        bots = bots_list()
        names = [each.name for each in bots]
        asked = request.GET.get("bot", "")
        bot = asked if asked in names else next(iter(names), "")
        context = {"title": _("Intents in figures"), "bots": bots, "bot": bot, "days": DAYS, "figures": None}
        try:
            context["figures"] = figures_get(bot=bot)
        except ExecutionTimeout:
            self.message_user(request, _("Counting took too long. Try again at a quieter time."), messages.WARNING)
        return self._answer(request, "figures.html", context)

    def _learn(self, request: HttpRequest, entry: Waiting, form: PhraseForm | None) -> bool:
        if not self.has_learn_permission(request):
            raise PermissionDenied
        chosen = form.cleaned_data["intent"] if form else request.POST["intent"]
        text = form.cleaned_data["text"] if form else None
        intent = None if chosen == OUTSIDE else chosen
        person = _person(request)
        try:
            phrase = services.message_learn(turn_id=entry.turn_id, intent=intent, text=text, by=person)
        except (NluError, ConversationError) as refused:
            if form is not None:
                form.add_error("text", refused.detail)
            else:
                self.message_user(request, refused.detail, messages.ERROR)
            return False
        self._log(request, entry, f"made {phrase!r} a training phrase of {intent or 'out of scope'}")
        where = intent or _("out of scope")
        said = _("“%(phrase)s” is a training phrase now (%(where)s). The next training takes it in.")
        self.message_user(request, said % {"phrase": phrase, "where": where}, messages.SUCCESS)
        return True

    def _dismiss(self, request: HttpRequest, entry: Waiting) -> None:
        if not self.has_decide_permission(request):
            raise PermissionDenied
        try:
            services.message_dismiss(turn_id=entry.turn_id, by=_person(request))
        except ConversationError as refused:
            self.message_user(request, refused.detail, messages.WARNING)
            return
        self._log(request, entry, "dismissed a message")
        self.message_user(request, _("Dismissed. It is not shown again."), messages.SUCCESS)

    def _log(self, request: HttpRequest, entry: Waiting, what: str) -> None:
        found = Review.objects.filter(key=entry.key).first()
        if found is not None:
            self.log_change(request, found, what)

    def _gone(self, request: HttpRequest) -> HttpResponse:
        self.message_user(request, _("This message is not there any more."), messages.WARNING)
        return HttpResponseRedirect(self._list_url(request))

    def _view_check(self, request: HttpRequest) -> None:
        if not (self.has_view_permission(request) or self.has_decide_permission(request)):
            raise PermissionDenied

    def _list_url(self, request: HttpRequest) -> str:
        """Back to the list as it was filtered."""
        base = reverse("admin:conversations_review_changelist")
        back = request.POST.get("back") or request.GET.get("back") or ""
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith(base)
        return back if is_ours else base

    def _answer(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        common = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "may_decide": self.has_decide_permission(request),
            "may_learn": self.has_learn_permission(request),
            "outside": OUTSIDE,
        }
        return TemplateResponse(request, f"{_TEMPLATES}/{template}", {**common, **context})


class _Row:
    """An entry with what the pages show of it."""

    def __init__(self, entry: Waiting) -> None:
        self.entry = entry
        self.reasons = [REASON_TITLES[each] for each in entry.reasons if each in REASON_TITLES]
        self.confidence = f"{entry.confidence:.0%}"
        self.threshold = f"{entry.threshold:.0%}"
        self.alternatives = [(name, f"{share:.0%}") for name, share in entry.alternatives]
        self.url = reverse("admin:conversations_review_message", args=[quote(entry.turn_id)])
        self.decide_url = reverse("admin:conversations_review_decide", args=[quote(entry.turn_id)])


def _slots(bot: str, first: Sequence[str]) -> list[str]:
    """What can be marked for a bot: the slots of the likely intent, then all others."""
    return list(dict.fromkeys((*first, *sorted(each.name for each in entities_list(bot=bot)))))


def _person(request: HttpRequest) -> Person:
    return Person(str(request.user.pk), request.user.get_username())
