"""`manage.py chat`: the conversation in a terminal, over the public protocol alone. It never opens the database."""

import asyncio
import getpass
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conversations.terminal.client import ChatClient
from conversations.terminal.frames import ChatError, ConnectionRefused
from conversations.terminal.tokens import TokenFile, obtain_token

if TYPE_CHECKING:
    from rich.console import Console

DEFAULT_URL = "http://127.0.0.1:8000"
NOT_SIGNED_IN = 4401


class Command(BaseCommand):
    help = "Chat with an Infrachat server: ask, approve, watch. The token comes from INFRACHAT_TOKEN or a prompt."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--url",
            default=os.environ.get("INFRACHAT_URL", DEFAULT_URL),
            help="address of the server, as http://, https://, ws:// or wss:// (default: INFRACHAT_URL or %(default)s)",
        )
        parser.add_argument("--conversation", default="new", help="uuid of a conversation to go on with")
        parser.add_argument(
            "--send", action="append", default=[], metavar="TEXT", help="send this, print the answer, leave; repeatable"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = asyncio.run(self._chat(options["url"], options["conversation"], options["send"]))
        except ChatError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            code = 130
        if code:
            sys.exit(code)

    async def _chat(self, url: str, conversation: str, texts: list[str]) -> int:
        from rich.console import Console

        from conversations.terminal.app import TerminalChat

        console = Console(highlight=False)
        token, is_stored = await self._token(url)
        while True:
            chat = ChatClient(url, token, conversation=conversation, on_state=_say_state(console))
            try:
                return await TerminalChat(chat, console).run(texts)
            except ConnectionRefused as error:
                if error.code != NOT_SIGNED_IN or not is_stored:
                    raise
            # The kept token has expired: forget it and ask again, once.
            TokenFile().forget(url)
            token, is_stored = await self._token(url)

    async def _token(self, url: str) -> tuple[str, bool]:
        """The token, and whether it is one kept from an earlier time."""
        if token := os.environ.get("INFRACHAT_TOKEN"):
            return token, False
        kept = TokenFile()
        if token := kept.get(url):
            return token, True
        if not sys.stdin.isatty():
            raise CommandError("No token: set INFRACHAT_TOKEN, or start this in a terminal to sign in.")
        username = await asyncio.to_thread(input, f"User name at {url}: ")
        password = await asyncio.to_thread(getpass.getpass, "Password: ")
        token, _ = await obtain_token(url, username.strip(), password)
        kept.put(url, token)
        return token, False


def _say_state(console: "Console") -> Callable[[str], None]:
    """Says once that the connection is gone and once that it is back."""
    lost = False

    def say(state: str) -> None:
        nonlocal lost
        if state == "reconnecting" and not lost:
            console.print("No connection to the server; trying again.", style="yellow")
        elif state == "connected" and lost:
            console.print("Connected again.", style="dim")
        lost = state == "reconnecting"

    return say
