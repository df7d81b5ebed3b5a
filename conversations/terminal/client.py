"""The protocol client: one conversation over one self-mending websocket.

    token, _ = await obtain_token("http://127.0.0.1:8000", "demo", "password")
    async with ChatClient("http://127.0.0.1:8000", token) as chat:      # a new conversation; or conversation=<uuid>
        ack = await chat.send_message("create a staging bucket")        # stored durably; ack.seq, ack.seconds
        async for frame in chat.frames():                               # numbered frames in order, each exactly once
            if frame.type == "job.updated" and frame.data["state"] == "awaiting_approval":
                await chat.follow(frame.data["job_id"])                 # job.event frames, resumed after a reconnect
                await chat.approve(frame.data["job_id"], frame.data["plan"]["plan_hash"])

Also: `submit_form`, `correct`, `reject`, `cancel`, `next_frame(timeout)`, `wait_for(predicate, timeout)`,
`conversation_id`, `last_seq`, `is_connected`, `jobs_waiting`, `secret`. A command waits until the server has
acknowledged it (and sends it again, under the same client_id, after a lost connection); it raises Refused with the
server's problem, ConnectionRefused, or Unreachable. Everything belongs to one event loop.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from .addresses import Addresses
from .elsewhere import jobs_waiting
from .followed import FollowedJobs
from .frames import CLOSE_REASONS, Ack, ChatError, ConnectionRefused, Data, Frame, Refused, Unreachable

RETRY_DELAYS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each attempt to connect again; the last one repeats."""

TOO_MANY = 4429
_END = Frame(type="_end")


class _Pending:
    """One command until its acknowledgement: `text` is what goes over the wire, again after a reconnect."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.began = time.monotonic()
        self.answer: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()


class ChatClient:
    """See the module's text. `conversation` is a uuid or `new`; `after` the last sequence number already seen."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        conversation: str = "new",
        bot: str = "",
        after: int = 0,
        on_state: Callable[[str], None] | None = None,
    ) -> None:
        """`bot` is whom a new conversation is with. `on_state` is told `connected`, `reconnecting` and `closed`."""
        self.addresses = Addresses.parse(url)
        self.conversation_id = conversation
        self._bot = bot
        self.last_seq = after
        self._token = token
        self._on_state = on_state or (lambda state: None)
        self._frames: asyncio.Queue[Frame] = asyncio.Queue()
        self._pending: dict[str, _Pending] = {}
        self._followed = FollowedJobs()
        self._socket: ClientConnection | None = None
        self._opened = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._failure: ChatError | None = None

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def connect(self, timeout: float = 15.0) -> None:  # noqa: ASYNC109 (the caller's patience is part of the API)
        """Return when the conversation is open. Raises ConnectionRefused or Unreachable."""
        if self._reader is None:
            self._reader = asyncio.create_task(self._run(), name="chat-client")
        opened = asyncio.create_task(self._opened.wait())
        await asyncio.wait({opened, self._reader}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        opened.cancel()
        if self._failure:
            await self.close()
            raise self._failure
        if not self._opened.is_set():
            await self.close()
            raise Unreachable(f"No answer from {self.addresses.ws} within {timeout:g} seconds. Is the server running?")

    async def close(self) -> None:
        if self._reader:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        self._finish(self._failure or ChatError("The connection was closed."))

    @property
    def is_connected(self) -> bool:
        return self._opened.is_set()

    async def send_message(self, text: str, *, client_id: str | None = None) -> Ack:
        return await self.command("message.send", {"text": text}, client_id=client_id)

    async def submit_form(self, form_id: str, values: Data) -> Ack:
        return await self.command("form.submit", {"form_id": form_id, "values": values})

    async def correct(self, job_id: str, values: Data, intent: str | None = None) -> Ack:
        """Say what was meant instead of what a job was proposed for."""
        return await self.command("proposal.correct", {"job_id": job_id, "intent": intent, "values": values})

    async def approve(self, job_id: str, plan_hash: str, reason: str = "") -> Ack:
        return await self.command("job.approve", {"job_id": job_id, "plan_hash": plan_hash, "reason": reason})

    async def reject(self, job_id: str, reason: str = "") -> Ack:
        return await self.command("job.reject", {"job_id": job_id, "reason": reason})

    async def cancel(self, job_id: str, reason: str = "") -> Ack:
        return await self.command("job.cancel", {"job_id": job_id, "reason": reason})

    async def follow(self, job_id: str, after: int | None = None) -> Ack:
        """Ask for the job's log lines after number `after` (default: after the last one seen) as `job.event` frames."""
        start = self._followed.start(job_id, after)
        return await self.command("job.follow", {"job_id": job_id, "after": start})

    async def jobs_waiting(self) -> list[Data]:
        """Every job that waits for approval and that this person may see, other people's too."""
        return await jobs_waiting(self.addresses, self._token)

    async def secret(self, stack_id: str, output: str) -> Any:
        """The value of a stack's secret output, which nobody between the worker and here can read."""
        from .secrets import secret_shown  # brings OpenSSL, which few conversations need

        return await secret_shown(self.addresses, self._token, stack_id=stack_id, output=output)

    async def command(self, kind: str, data: Data, *, client_id: str | None = None) -> Ack:
        """Send one frame of type `kind` and wait for its acknowledgement."""
        if self._failure:
            raise self._failure
        key = client_id or str(uuid4())
        pending = self._pending[key] = _Pending(json.dumps({"v": 1, "type": kind, "data": {"client_id": key, **data}}))
        try:
            if self._socket and self._opened.is_set():
                with contextlib.suppress(ConnectionClosed):  # the reader reconnects and sends it again
                    await self._socket.send(pending.text)
            return await pending.answer
        finally:
            self._pending.pop(key, None)

    async def frames(self) -> AsyncIterator[Frame]:
        """Every frame but acknowledgements and the errors that answer a command, until the connection ends for good."""
        while True:
            frame = await self._frames.get()
            if frame is _END:
                self._frames.put_nowait(_END)
                return
            yield frame

    async def next_frame(self, timeout: float = 30.0) -> Frame:  # noqa: ASYNC109
        """The next frame; raises TimeoutError, or what ended the connection."""
        frame = await asyncio.wait_for(self._frames.get(), timeout)
        if frame is _END:
            self._frames.put_nowait(_END)
            raise self._failure or ChatError("The connection was closed.")
        return frame

    async def wait_for(
        self,
        wanted: Callable[[Frame], bool],
        timeout: float = 60.0,  # noqa: ASYNC109
        seen: Callable[[Frame], object] | None = None,
    ) -> Frame:
        """The first frame that is `wanted`; `seen` is called with each frame on the way. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while True:
                frame = await self.next_frame(timeout)
                if seen:
                    seen(frame)
                if wanted(frame):
                    return frame

    # -- the reader ----------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        attempt = 0
        try:
            while True:
                if await self._session():
                    attempt = 0
                self._on_state("reconnecting")
                await asyncio.sleep(RETRY_DELAYS[min(attempt, len(RETRY_DELAYS) - 1)])
                attempt += 1
        except ChatError as error:
            self._finish(error)

    async def _session(self) -> bool:
        """One connection, to its end; whether it came to be opened. Raises ConnectionRefused when it is no use."""
        opened = False
        try:
            async with connect(
                self.addresses.socket(self.conversation_id, self.last_seq, self._bot),
                additional_headers={"Authorization": f"Token {self._token}"},
                max_size=8 * 1024 * 1024,
                open_timeout=10,
            ) as socket:
                self._socket = socket
                async for text in socket:
                    opened = await self._received(text) or opened
            code = socket.close_code
        except ConnectionClosed as error:
            code = error.rcvd.code if error.rcvd else None
        except (OSError, TimeoutError, InvalidHandshake):
            code = None
        except InvalidURI as error:
            raise ChatError(str(error)) from error
        finally:
            self._socket = None
            self._opened.clear()
        if code in CLOSE_REASONS:
            raise ConnectionRefused(code)
        return opened and code != TOO_MANY

    async def _received(self, text: str | bytes) -> bool:
        """Take in one frame; True when it opened the conversation."""
        frame = Frame.parse(_decoded(text))
        if frame is None:
            return False
        if frame.type == "conversation.opened":
            await self._on_opened(frame)
            return True
        if frame.type in {"ack", "error"} and self._answered(frame):
            return False
        if frame.seq is not None:
            await self._on_numbered(frame)
        elif frame.type == "job.event":
            if fresh := self._followed.fresh(frame):
                self._frames.put_nowait(fresh)
        else:
            self._frames.put_nowait(frame)
        return False

    async def _on_opened(self, frame: Frame) -> None:
        self.conversation_id = str(frame.data.get("conversation_id") or self.conversation_id)
        self._opened.set()
        self._on_state("connected")
        self._frames.put_nowait(frame)
        socket = self._socket
        if socket is None:
            return
        for text in [pending.text for pending in self._pending.values()] + self._followed.requests():
            await socket.send(text)

    async def _on_numbered(self, frame: Frame) -> None:
        seq = frame.seq or 0
        if seq <= self.last_seq:
            return
        if seq != self.last_seq + 1 and self._socket:
            # A hole must never be shown as if it were none: ask again from the last number we have.
            await self._socket.close(code=1000, reason="gap")
            return
        self.last_seq = seq
        self._frames.put_nowait(frame)

    def _answered(self, frame: Frame) -> bool:
        pending = self._pending.get(str(frame.data.get("client_id")))
        if pending is None or pending.answer.done():
            return frame.type == "ack"
        if frame.type == "error":
            pending.answer.set_exception(Refused(frame.data))
        else:
            seconds = time.monotonic() - pending.began
            pending.answer.set_result(Ack(str(frame.data["client_id"]), frame.data.get("seq"), seconds))
        return True

    def _finish(self, error: ChatError) -> None:
        if self._failure is None:
            self._failure = error
            self._on_state("closed")
            self._frames.put_nowait(_END)
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(error)


def _decoded(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
