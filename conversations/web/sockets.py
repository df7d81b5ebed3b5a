"""The websocket of a page that follows what everybody does: the server renders, htmx's extension exchanges.

States, and no stream: when something changed, the page is sent what is true now, so there is nothing to resume. Who may
see it is asked before each rendering. Only a session opens it, from a page of this server's own.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any, Protocol

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation

from chatbot_project.accounts.models import User
from conversations import limits, push, threads
from conversations.errors import InvalidFrame, NotFound, NotSignedIn
from conversations.sockets import Socket
from conversations.sockets_auth import Credentials, credentials_of, user_of
from conversations.wakeups import Subscription, wakeups

from . import dashboard, inbox

PAUSE_SECONDS = 1.0
"""At least so long from one rendering to the next, however much happens."""
_SHOWN_BYTES = 65_536
_NOTHING_NEW = "{}"


class Live(Protocol):
    """What one connection is told; it remembers what the page has."""

    idle_seconds: float
    """The longest time until it is looked again, with nothing heard."""

    def shows(self, said: dict[str, Any]) -> None:
        """What the page says it shows. Raises InvalidFrame."""

    def news(self, request: HttpRequest) -> str:
        """HTML with the places it is exchanged at; empty when nothing is new. Raises what ends the connection."""


PAGES: dict[str, Callable[[], Live]] = {"approvals": inbox.InboxNews, "dashboard": dashboard.DashboardNews}


class PageConsumer(Socket):
    credentials: Credentials
    live: Live
    subscription: Subscription

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        await self._emit({"type": "websocket.accept"})
        try:
            await self._open()
        except Exception as error:  # whatever it is, the page gets a code
            await self._close_for(error)

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        if self._closed:
            return
        try:
            self.live.shows(_said(message.get("text")))
        except InvalidFrame as error:
            await self._close_for(error)
        else:
            self._begin_or_go_on()

    def _begin_or_go_on(self) -> None:
        """Nothing is sent before the page has said what it shows."""
        if self._tasks:
            self.subscription.wake(1)
        else:
            self._spawn(self._follow())

    async def _open(self) -> None:
        name = self.scope["url_route"]["kwargs"]["page"]
        if name not in PAGES:
            raise NotFound("No such page.")
        self.credentials = credentials_of(self.scope)
        if self.credentials.token is not None:
            raise NotSignedIn("Pages are followed with a session, not with a token.")
        user = await threads.run(user_of, self.credentials)
        self._held.enter_context(limits.connection_open(str(user.id)))
        self.live = PAGES[name]()
        self.subscription = self._held.enter_context(wakeups().subscription(push.JOBS))

    async def _follow(self) -> None:
        while not self.subscription.ended:
            # Before looking: what happens meanwhile is looked at once more.
            self.subscription.forget(0)
            news = await threads.run(self._news)
            # Also without news: silence would mean that the connection is dead.
            await self._emit({"type": "websocket.send", "text": news or _NOTHING_NEW})
            await asyncio.sleep(PAUSE_SECONDS)
            await self.subscription.wait(0, self.live.idle_seconds)

    def _news(self) -> str:
        user = user_of(self.credentials)
        request = page_request(self.scope, user)
        chosen = user.language or translation.get_language_from_request(request)
        with translation.override(chosen):
            return self.live.news(request)


def page_request(scope: dict[str, Any], user: User) -> HttpRequest:
    """The connection as the request of a page: with its query, its cookies and this person."""
    request = ASGIRequest({**scope, "method": "GET"}, BytesIO())
    request.user = user
    # Forms that are sent later carry the same secret as those the page came with.
    CsrfViewMiddleware(lambda _request: HttpResponse()).process_request(request)
    return request


def _said(text: str | None) -> dict[str, Any]:
    with contextlib.suppress(ValueError, RecursionError):
        said = json.loads(text or "") if len(text or "") <= _SHOWN_BYTES else None
        if isinstance(said, dict):
            return said
    raise InvalidFrame('Say what the page shows: {"seen": ["<job id>:<version>:open"]}.', field="seen")
