"""Signing in on a terminal: the token from the environment, the one kept earlier, or name and password."""

import asyncio
import getpass
import os
import sys
from collections.abc import Callable

from .addresses import Server
from .frames import ChatError, Refused
from .tokens import TokenFile, obtain_token

TRIES = 3
_WRONG_PASSWORD = 401


class SignIn:
    """Tokens for one server; `say` tells the person a sentence."""

    def __init__(self, server: Server, kept: TokenFile, say: Callable[[str], None]) -> None:
        self._server, self._kept, self._say = server, kept, say

    async def token(self) -> tuple[str, bool]:
        """The token, and whether it is one kept from an earlier time. Raises ChatError."""
        if token := os.environ.get("INFRACHAT_TOKEN"):
            return token, False
        if token := self._kept.get(self._server):
            return token, True
        return await self.ask(), False

    async def again(self) -> str:
        """Another one, for the kept token is no longer taken."""
        self._kept.forget(self._server)
        return await self.ask()

    async def ask(self) -> str:
        """Ask for name and password, three times at most. Raises ChatError."""
        if not sys.stdin.isatty():
            raise ChatError("No token: set INFRACHAT_TOKEN, or start this in a terminal to sign in.")
        for left in reversed(range(TRIES)):
            try:
                token = await self._obtain()
            except Refused as error:
                if error.status != _WRONG_PASSWORD or not left:
                    raise
                self._say(f"{error} Please try again.")
            else:
                if not self._kept.put(self._server, token):
                    self._say("This address may be another server tomorrow, so the token is not kept.")
                return token
        raise AssertionError("the last try returns or raises")

    async def _obtain(self) -> str:
        username = await asyncio.to_thread(input, f"User name at {self._server.url}: ")
        password = await asyncio.to_thread(getpass.getpass, "Password: ")
        token, _ = await obtain_token(self._server.url, username.strip(), password)
        return token
