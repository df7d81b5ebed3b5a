"""`manage.py chat`: the conversation in a terminal, over the public protocol alone. It never opens the database."""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from conversations.terminal.addresses import DEFAULT_URL, Server
from conversations.terminal.client import ChatClient
from conversations.terminal.frames import ChatError, ConnectionRefused
from conversations.terminal.signin import SignIn
from conversations.terminal.tokens import TokenFile

if TYPE_CHECKING:
    from rich.console import Console

NOT_SIGNED_IN = 4401


class Command(BaseCommand):
    help = "Chat with an Infrachat server: ask, approve, watch. The token comes from INFRACHAT_TOKEN or a prompt."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--url",
            default=os.environ.get("INFRACHAT_URL", ""),
            help="address of the server, as http://, https://, ws:// or wss:// (default: INFRACHAT_URL, else the "
            f"development stack that is running here, else {DEFAULT_URL})",
        )
        parser.add_argument("--conversation", default="new", help="uuid of a conversation to go on with")
        parser.add_argument("--bot", default="", help="whom a new conversation is with")
        parser.add_argument(
            "--send", action="append", default=[], metavar="TEXT", help="send this, print the answer, leave; repeatable"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server = Server.choose(options["url"], _stack())
            code = asyncio.run(self._chat(server, options))
        except ChatError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            code = 130
        if code:
            sys.exit(code)

    async def _chat(self, server: Server, options: dict[str, Any]) -> int:
        from rich.console import Console

        from conversations.terminal.app import TerminalChat

        console = Console(highlight=False)
        sign_in = SignIn(server, TokenFile(), lambda sentence: console.print(sentence, style="yellow", markup=False))
        token, is_kept = await sign_in.token()
        while True:
            whom = {"conversation": options["conversation"], "bot": options["bot"]}
            chat = ChatClient(server.url, token, on_state=_say_state(console), **whom)
            try:
                return await TerminalChat(chat, console).run(options["send"])
            except ConnectionRefused as error:
                if error.code != NOT_SIGNED_IN or not is_kept:
                    raise
            token, is_kept = await sign_in.again(), False


def _stack() -> Any:
    """The development stack that is up, where the settings know of one."""
    find = getattr(settings, "DEVELOPMENT_STACK", "")
    return import_string(find)() if find else None


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
