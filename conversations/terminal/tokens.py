"""API tokens: fetched once with name and password, kept per server in a file that only its owner can read."""

import json
import os
from pathlib import Path
from typing import Any

import httpx

from .addresses import Addresses, Server
from .frames import ChatError, Refused, Unreachable


async def obtain_token(url: str, username: str, password: str) -> tuple[str, str]:
    """`(token, expires_at)` from the server at `url`. Raises Refused for a wrong name or password, Unreachable."""
    address = Addresses.parse(url).api("auth/token/")
    try:
        async with httpx.AsyncClient(timeout=15) as http:
            response = await http.post(address, json={"username": username, "password": password})
    except httpx.HTTPError as error:
        raise Unreachable(f"No answer from {address} ({error}). Is the server running?") from error
    body = _body(response)
    if response.is_success and "token" in body:
        return str(body["token"]), str(body.get("expires_at", ""))
    raise Refused({"status": response.status_code, "detail": f"{address} answered {response.status_code}.", **body})


def default_file() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "infrachat" / "token"


class TokenFile:
    """A JSON object of server -> token (see Server.token_name), mode 0600."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_file()

    def get(self, server: Server) -> str | None:
        name = server.token_name
        value = self._read().get(name) if name else None
        return value if isinstance(value, str) else None

    def put(self, server: Server, token: str) -> bool:
        """Whether it is kept: not when the server could not be told from another one."""
        if name := server.token_name:
            self._write({**self._read(), name: token})
        return bool(name)

    def forget(self, server: Server) -> None:
        kept = self._read()
        if name := server.token_name:
            kept.pop(name, None)
            self._write(kept)

    def _read(self) -> dict[str, Any]:
        try:
            value = json.loads(self.path.read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise ChatError(f"{self.path} cannot be read ({error}). Delete it to sign in again.") from error
        return value if isinstance(value, dict) else {}

    def _write(self, tokens: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        # Created closed: there is no moment at which somebody else could read it.
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            json.dump(tokens, stream, indent=1)
        partial.replace(self.path)


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        value = response.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
