"""Thin views: each looks one thing up and renders a shell that the page's own code fills over the public protocol."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from conversations import errors as conversation_errors
from conversations import selectors, services
from conversations.documents import ConversationView
from nlu.access import bots_usable

from .history import listed
from .pages import page, user_of
from .signin import SignInForm

# Longer histories begin this many frames before their end; a link leads to what was before.
REPLAYED_FRAMES = 400
_SEQ_DIGITS = 12


class SignInView(LoginView):
    template_name = "web/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


@require_GET
@never_cache
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The newest conversation, or a first one."""
    newest = selectors.conversations_list(viewer=user_of(request), limit=1)
    conversation = newest[0] if newest else _begun(request, None)
    return redirect("web:chat", conversation_id=conversation.id)


@require_POST
@login_required
def conversation_new(request: HttpRequest) -> HttpResponse:
    """A new conversation with the bot that was chosen, or the newest one while it is still empty."""
    bot = request.POST.get("bot") or None
    newest = selectors.conversations_list(viewer=user_of(request), limit=1)
    is_empty = bool(newest) and newest[0].last_seq == 0 and bot in (None, newest[0].bot)
    conversation = newest[0] if is_empty else _begun(request, bot)
    return redirect("web:chat", conversation_id=conversation.id)


@require_GET
@never_cache
@login_required
def chat(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    try:
        conversation = selectors.conversation_get(str(conversation_id), viewer=user_of(request))
    except (conversation_errors.NotFound, conversation_errors.NotAllowed) as error:
        # Whether somebody else has a conversation with this id is nobody's business.
        raise Http404("There is no such conversation.") from error
    bots = bots_usable(user_of(request))
    context = {
        "conversation": conversation,
        "here_id": conversation.id,
        "query": "",
        "bots": bots,
        "bot": next((each for each in bots if each.name == conversation.bot), None),
        "found": listed(request, ""),
        "after": _first_frame(request, conversation.last_seq),
    }
    return page(request, "web/chat.html", context, here="chat")


def _begun(request: HttpRequest, bot: str | None) -> ConversationView:
    try:
        return services.conversation_create(user=user_of(request), bot=bot)
    except (conversation_errors.NotFound, conversation_errors.NotAllowed) as error:
        raise PermissionDenied(error.detail) from error


def _first_frame(request: HttpRequest, last_seq: int) -> int:
    """The number after which the replay begins: `?after=`, or near the end."""
    asked = request.GET.get("after", "")
    return (
        min(int(asked), last_seq)
        if asked.isdecimal() and len(asked) <= _SEQ_DIGITS
        else max(0, last_seq - REPLAYED_FRAMES)
    )
