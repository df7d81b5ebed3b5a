"""One's conversations: the list beside the chat, with search, and the page on which one is renamed or deleted.

All of it works without JavaScript; with it htmx exchanges the list while somebody types, and a dialog shows the page.
"""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from conversations import housekeeping, selectors
from conversations.cleaning import is_uuid
from conversations.documents import ConversationView
from conversations.errors import ConversationError, InvalidFrame, NotAllowed, NotFound
from conversations.searching import Found, conversations_search

from .pages import page, user_of

LISTED = 50


@require_GET
@never_cache
@login_required
def conversations(request: HttpRequest) -> HttpResponse:
    """All one's conversations, or those with `?q=` in them; to htmx only the list. `?here=` names the open one."""
    query, here = request.GET.get("q", ""), request.GET.get("here", "")
    problem = ""
    try:
        found = listed(request, query)
    except InvalidFrame as error:
        found, problem = [], error.detail
    context = {"found": found, "query": query, "problem": problem, "here_id": here if is_uuid(here) else ""}
    if request.headers.get("HX-Request") == "true":
        return render(request, "web/conversation_list.html", context)
    return page(request, "web/conversations.html", context, here="chat")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Rename or delete one of one's own."""
    found = _own(request, conversation_id)
    if request.method != "POST":
        return _page(request, found)
    try:
        return _change(request, found)
    except ConversationError as error:
        return _page(request, found, error)


def listed(request: HttpRequest, query: str) -> list[Found]:
    """The newest conversations, or those in which `query` is found. Raises InvalidFrame."""
    viewer = user_of(request)
    if query.strip():
        return conversations_search(viewer=viewer, query=query, limit=LISTED)
    return [Found(each) for each in selectors.conversations_list(viewer=viewer, limit=LISTED)]


def _change(request: HttpRequest, found: ConversationView) -> HttpResponse:
    named: dict[str, Any] = {"conversation_id": found.id, "user": user_of(request)}
    if request.POST.get("do") == "rename":
        housekeeping.conversation_rename(**named, title=request.POST.get("title", ""))
        return redirect("web:chat", conversation_id=found.id)
    if request.POST.get("do") == "delete":
        housekeeping.conversation_delete(**named)
        return redirect("web:home")
    raise InvalidFrame(_("Choose what is to be done: rename or delete."), field="do")


def _own(request: HttpRequest, conversation_id: UUID) -> ConversationView:
    try:
        found = selectors.conversation_get(str(conversation_id), viewer=user_of(request))
    except (NotFound, NotAllowed) as error:
        raise Http404("There is no such conversation.") from error
    if found.owner_id != str(user_of(request).id):  # superusers may read it, and no more
        raise Http404("There is no such conversation.")
    return found


def _page(request: HttpRequest, found: ConversationView, error: ConversationError | None = None) -> HttpResponse:
    context = {"conversation": found, "problem": error.detail if error else ""}
    return page(request, "web/conversation.html", context, here="chat", status=error.status if error else 200)
