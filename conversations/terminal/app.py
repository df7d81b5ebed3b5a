"""The terminal client: prints what comes, sends what is written."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Sequence

from rich.console import Console

from .client import ChatClient
from .commands import Commands, Quit
from .frames import Ack, ChatError, Frame
from .jobs import BAD_ENDS, RUNNING, JobBoard
from .render import Renderer

# After the bot's last word, how long to wait for another before a one-shot request counts as answered.
SETTLE_SECONDS = 1.5


class TerminalChat:
    """One conversation in a terminal. `run` returns the exit code."""

    def __init__(self, chat: ChatClient, console: Console) -> None:
        self.chat = chat
        self.renderer = Renderer(console)
        self.jobs = JobBoard()
        self.commands = Commands(chat, self.jobs, self.renderer)
        self._replay_until = 0
        self._bot_seq = 0
        self._changed = asyncio.Event()
        self._following: dict[str, asyncio.Task[None]] = {}

    async def run(self, texts: Sequence[str] = ()) -> int:
        """Send `texts` one after the other and leave, or without any, read lines until the end of input."""
        await self.chat.connect()
        printer = asyncio.create_task(self._print_frames())
        source = self._converse() if not texts else self._send_all(texts)
        talk = asyncio.create_task(source)
        try:
            await asyncio.wait({printer, talk}, return_when=asyncio.FIRST_COMPLETED)
            return talk.result() if talk.done() else printer.result()
        finally:
            talk.cancel()
            printer.cancel()
            await asyncio.gather(talk, printer, return_exceptions=True)
            await self.chat.close()

    # -- what comes ----------------------------------------------------------------------------------------------

    async def _print_frames(self) -> int:
        """Until the connection has ended for good, which is raised."""
        while True:
            frame = await self.chat.next_frame(timeout=86_400)
            self._take(frame)
            self._changed.set()

    def _take(self, frame: Frame) -> None:
        if frame.type == "conversation.opened":
            self._opened(frame)
            return
        self.jobs.take(frame)
        self._remember(frame)
        live = (frame.seq or self._replay_until + 1) > self._replay_until
        # One's own words are already on the screen.
        if not (live and frame.data.get("author") == "user"):
            self.renderer.frame(frame)
        if live and frame.is_job and frame.data.get("state") in RUNNING - {"queued"}:
            self._follow(str(frame.data["job_id"]))

    def _opened(self, frame: Frame) -> None:
        if not self._replay_until:
            self.renderer.note(f"Conversation {self.chat.conversation_id} · /help lists the commands")
        self._replay_until = max(self._replay_until, int(frame.data.get("last_seq") or 0))

    def _remember(self, frame: Frame) -> None:
        if frame.by_bot and frame.seq:
            self._bot_seq = frame.seq
        if frame.type == "form.requested":
            self.commands.form = frame.data

    def _follow(self, job_id: str) -> None:
        if job_id not in self._following:
            self._following[job_id] = asyncio.create_task(self._follow_quietly(job_id))

    async def _follow_quietly(self, job_id: str) -> None:
        with contextlib.suppress(ChatError):
            await self.chat.follow(job_id)

    # -- what is written -----------------------------------------------------------------------------------------

    async def _converse(self) -> int:
        async for line in _lines():
            try:
                await self._say(line)
            except Quit:
                break
            except ChatError as error:
                self.renderer.error(str(error))
        return 0

    async def _send_all(self, texts: Sequence[str]) -> int:
        for text in texts:
            self.renderer.frame(Frame("message.created", {"author": "user", "text": text}))
            ack = await self._say(text)
            await self._settled(ack)
        bad = [job for job in self.jobs.all() if job.get("state") in BAD_ENDS]
        return 1 if bad else 0

    async def _say(self, line: str) -> Ack | None:
        text = line.strip()
        if text.startswith("/"):
            await self.commands.run(text)
        elif text:
            return await self.chat.send_message(text)
        return None

    async def _settled(self, ack: Ack | None) -> None:
        """Wait until the bot has answered, no job is running, and nothing more comes."""
        while True:
            self._changed.clear()
            answered = ack is None or ack.seq is None or self._bot_seq > ack.seq
            quiet = answered and not self.jobs.running()
            try:
                await asyncio.wait_for(self._changed.wait(), SETTLE_SECONDS if quiet else None)
            except TimeoutError:
                return


async def _lines() -> AsyncIterator[str]:
    """Lines from the keyboard, with history and editing; from a pipe, as they are."""
    if not sys.stdin.isatty():
        while line := await asyncio.to_thread(sys.stdin.readline):
            yield line
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.patch_stdout import patch_stdout

    session: PromptSession[str] = PromptSession()
    with patch_stdout(raw=True):
        while True:
            try:
                yield await session.prompt_async("> ")
            except (EOFError, KeyboardInterrupt):
                return
