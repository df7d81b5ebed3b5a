"""The stream of a conversation as server-sent events: the same frames as on a websocket, `id` is their number."""

import json
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import cast

from django.conf import settings
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from chatbot_project.accounts.models import User
from conversations import limits, payloads, threads
from conversations.documents import Frame
from conversations.errors import ConversationError
from conversations.live import frames_live
from conversations.markdown import frame_wire, html_wanted
from conversations.opening import Opened, conversation_open
from conversations.problems import is_database_away
from conversations.sockets_auth import Credentials, user_of

from . import schemas

_KEEP_ALIVE_SECONDS = 15.0

Event = Callable[[Frame], bytes]
"""Writes one event of the stream."""


class EventStreamRenderer(JSONRenderer):
    """Lets clients ask for `text/event-stream`; problems are JSON all the same."""

    media_type = "text/event-stream"
    format = "sse"


class StreamView(APIView):
    renderer_classes = (EventStreamRenderer, JSONRenderer)

    @extend_schema(
        parameters=[
            OpenApiParameter("after", int, description="The highest number already seen; 0 for the beginning."),
            OpenApiParameter(
                "Last-Event-ID", str, OpenApiParameter.HEADER, description="The same, as browsers send it; it wins."
            ),
            schemas.HTML,
        ],
        responses={(200, "text/event-stream"): OpenApiTypes.STR, "4XX": schemas.Problem},
        operation_id="conversations_stream",
    )
    def get(self, request: Request, conversation_id: str) -> StreamingHttpResponse:
        """All frames after a number, then each new one as it comes, without end."""
        user = cast(User, request.user)
        after = request.headers.get("Last-Event-ID") or request.query_params.get("after")
        opened = conversation_open(user=user, name=conversation_id, after=after)
        with limits.connection_open(str(user.id)):
            pass  # refused here, while the answer can still be 429
        event = partial(_event, html=html_wanted(request.query_params.get("html")))
        events = _events(user, _credentials(request), opened, event)
        response = StreamingHttpResponse(events, content_type="text/event-stream")
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Accel-Buffering"] = "no"  # nginx would keep events back
        return response


def _credentials(request: Request) -> Credentials:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == str(settings.REST_KNOX["AUTH_HEADER_PREFIX"]).lower():
        return Credentials(token=key.strip())
    return Credentials(session_key=request.session.session_key)


async def _events(user: User, credentials: Credentials, opened: Opened, event: Event) -> AsyncIterator[bytes]:
    try:
        with limits.connection_open(str(user.id)):
            async for text in _frames(credentials, opened, event):
                yield text
    except ConversationError as error:
        yield event(payloads.error_frame(error))


async def _frames(credentials: Credentials, opened: Opened, event: Event) -> AsyncIterator[bytes]:
    yield event(payloads.opened_frame(opened.conversation_id, opened.last_seq))
    if opened.problem is not None:
        yield event(payloads.error_frame(opened.problem))
    recheck_at = time.monotonic() + settings.CONVERSATIONS["RECHECK_SECONDS"]
    async for frame in frames_live(opened.conversation_id, opened.after, idle_seconds=_KEEP_ALIVE_SECONDS):
        if time.monotonic() > recheck_at:
            await _recheck(credentials)
            recheck_at = time.monotonic() + settings.CONVERSATIONS["RECHECK_SECONDS"]
        yield b": keep-alive\n\n" if frame is None else event(frame)


async def _recheck(credentials: Credentials) -> None:
    """An open stream must not outlive its reader's account, token or session. Raises NotSignedIn."""
    try:
        await threads.run(user_of, credentials)
    except Exception as error:
        if not is_database_away(error):
            raise


def _event(frame: Frame, *, html: bool) -> bytes:
    text = json.dumps(frame_wire(frame, html=html), ensure_ascii=False, separators=(",", ":"))
    number = "" if frame.seq is None else f"id: {frame.seq}\n"
    return f"{number}data: {text}\n\n".encode()
