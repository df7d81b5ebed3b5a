"""The websocket of a conversation: authenticate, forward, answer. What a frame does is decided in requests.py."""

import asyncio
import contextlib
import json
import logging
import time
from typing import Any
from urllib.parse import parse_qs

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings

from chatbot_project.accounts.models import User

from . import client_frames, limits, payloads, requests, threads
from .client_frames import ClientFrame, JobFollow, Ping
from .documents import Frame
from .errors import NotFound, NotSignedIn, TooMany
from .live import frames_live, job_frames_live
from .markdown import frame_wire, html_wanted
from .opening import conversation_open
from .problems import is_database_away
from .sockets import CLOSE_CODES, Socket
from .sockets_auth import SUBPROTOCOL, Credentials, caller_of, credentials_of
from .widget.guests import Guest

logger = logging.getLogger(__name__)

_JOBS_FOLLOWED = 20
_REFUSALS_UNTIL_CLOSED = 100


class ConversationConsumer(Socket):
    user: User
    guest: Guest | None
    credentials: Credentials
    conversation_id: str

    def __init__(self) -> None:
        super().__init__()
        self._followers: dict[str, asyncio.Task[None]] = {}
        self._html = False
        self._refusals = 0
        self._recheck_at = time.monotonic() + settings.CONVERSATIONS["RECHECK_SECONDS"]

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        chosen = SUBPROTOCOL if SUBPROTOCOL in self.scope["subprotocols"] else None
        await self._emit({"type": "websocket.accept", "subprotocol": chosen})
        try:
            await self._open()
        except Exception as error:  # whatever it is, the client gets a code and a sentence
            await self._close_for(error)

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        if self._closed:
            return
        client_id = None
        try:
            frame = client_frames.parse(message.get("text"))
            client_id = frame.client_id
            await self._recheck()
            await self._handle(frame)
            self._refusals = 0
        except NotSignedIn as error:
            await self._close_for(error)
        except Exception as error:  # every failure is an answer; the socket stays open
            await self._refuse(error, client_id or getattr(error, "client_id", None))

    async def _open(self) -> None:
        self.credentials = credentials_of(self.scope)
        self.user, site = await threads.run(caller_of, self.credentials)
        self.guest = None if site is None else Guest(site, self._address())
        self._held.enter_context(limits.connection_open(str(self.user.id)))
        name = self.scope["url_route"]["kwargs"]["conversation_id"]
        query = parse_qs(self.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        after, bot, html = (query.get(each, [None])[0] for each in ("after", "bot", "html"))
        self._html = html_wanted(html)
        opened = await threads.run(conversation_open, user=self.user, name=name, after=after, bot=bot, site=site)
        self.conversation_id = opened.conversation_id
        await self._send(payloads.opened_frame(opened.conversation_id, opened.last_seq))
        if opened.problem is not None:
            await self._send(payloads.error_frame(opened.problem))
        self._spawn(self._pump(opened.after))

    async def _handle(self, frame: ClientFrame) -> None:
        if isinstance(frame, Ping):
            await self._send(payloads.pong_frame())
        elif isinstance(frame, JobFollow):
            await self._follow(frame)
        else:
            accepted = await threads.run(
                requests.store, frame, user=self.user, conversation_id=self.conversation_id, guest=self.guest
            )
            await self._send(payloads.ack_frame(frame.client_id, accepted.seq))
            if accepted.turn_id is not None and not accepted.repeated:
                await self._send(payloads.typing_frame())
                threads.turn_start(accepted.turn_id)

    async def _follow(self, frame: JobFollow) -> None:
        if frame.job_id not in self._followers and len(self._followers) >= _JOBS_FOLLOWED:
            raise TooMany(f"One connection follows {_JOBS_FOLLOWED} jobs at most.", field="job_id")
        only_of = self.conversation_id if self.guest else None
        after, problem = await threads.run(requests.follow, frame, user=self.user, only_of=only_of)
        await self._send(payloads.ack_frame(frame.client_id, None))
        if problem is not None:
            await self._send(payloads.error_frame(problem, frame.client_id))
        before = self._followers.pop(frame.job_id, None)
        if before is not None:
            before.cancel()
            await asyncio.gather(before, return_exceptions=True)
        self._followers[frame.job_id] = self._spawn(self._pump_job(frame.job_id, after))

    async def _pump(self, after: int) -> None:
        stream = frames_live(self.conversation_id, after, idle_seconds=settings.CONVERSATIONS["RECHECK_SECONDS"])
        async with contextlib.aclosing(stream):
            async for frame in stream:
                await self._recheck()
                if frame is not None:
                    await self._send(frame)

    async def _pump_job(self, job_id: str, after: int) -> None:
        recheck_at = time.monotonic() + settings.CONVERSATIONS["RECHECK_SECONDS"]
        async with contextlib.aclosing(job_frames_live(job_id, after)) as stream:
            async for frame in stream:
                if time.monotonic() > recheck_at:
                    recheck_at = time.monotonic() + settings.CONVERSATIONS["RECHECK_SECONDS"]
                    if not await self._may_follow(job_id):
                        return
                await self._send(frame)

    async def _may_follow(self, job_id: str) -> bool:
        """Whether the job is still this person's to see, which ends with a role; they are told when it is not."""
        try:
            await threads.run(requests.follow_check, job_id, user=self.user)
        except Exception as error:
            if is_database_away(error):
                return True
            await self._send(payloads.error_frame(error))
            return False
        return True

    async def _recheck(self) -> None:
        """A token that ended, a user who was deactivated: an open socket must not outlive its right."""
        if time.monotonic() < self._recheck_at:
            return
        self._recheck_at = time.monotonic() + settings.CONVERSATIONS["RECHECK_SECONDS"]
        try:
            self.user, _site = await threads.run(caller_of, self.credentials)
        except Exception as error:
            if not is_database_away(error):
                raise

    def _address(self) -> str:
        client = self.scope.get("client") or ("",)
        return str(client[0])

    async def _refuse(self, error: Exception, client_id: str | None) -> None:
        self._refusals += 1
        await self._send(payloads.error_frame(error, client_id))
        if self._refusals >= _REFUSALS_UNTIL_CLOSED:
            await self._close_for(TooMany(f"{_REFUSALS_UNTIL_CLOSED} refused frames in a row."))

    async def told_of(self, error: Exception) -> None:
        await self._send(payloads.error_frame(error))

    async def _send(self, frame: Frame) -> None:
        text = json.dumps(frame_wire(frame, html=self._html), ensure_ascii=False, separators=(",", ":"))
        await self._emit({"type": "websocket.send", "text": text})


class UnknownAddressConsumer(AsyncConsumer):
    """Any other websocket address: accepted, so that the client gets a code and not a failed handshake."""

    channel_layer_alias = "none"

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        chosen = SUBPROTOCOL if SUBPROTOCOL in self.scope["subprotocols"] else None
        await self.send({"type": "websocket.accept", "subprotocol": chosen})
        await self.send({"type": "websocket.close", "code": CLOSE_CODES[NotFound], "reason": "No such address."})

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """Too late."""

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        raise StopConsumer
