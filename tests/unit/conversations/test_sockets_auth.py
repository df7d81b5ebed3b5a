"""Which pages may use the session: this server's own, port included."""

from typing import Any

import pytest

from conversations.errors import NotAllowed
from conversations.sockets_auth import Credentials, credentials_of, origin_is_own


@pytest.fixture(autouse=True)
def _hosts(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["chat.example", "127.0.0.1", "[::1]"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://portal.example"]


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("https://chat.example", "chat.example", True),
        ("https://chat.example", "chat.example:443", True),
        ("https://chat.example:8443", "chat.example:8443", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("https://portal.example", "chat.example", True),
        (None, "chat.example", True),
        ("https://chat.example:8443", "chat.example", False),
        ("http://127.0.0.1:8001", "127.0.0.1:8000", False),
        ("https://evil.example", "chat.example", False),
        ("https://evil.example", "evil.example", False),
        ("https://chat.example.evil.example", "chat.example", False),
        ("null", "chat.example", False),
        ("", "chat.example", False),
        ("file://", "chat.example", False),
        ("http://127.0.0.1:x", "127.0.0.1:8000", False),
    ],
)
def test_origin(origin: str | None, host: str, own: bool) -> None:
    assert origin_is_own(origin, host) is own


def scope(subprotocols: list[str] | None = None, **headers: str) -> dict[str, Any]:
    pairs = [(name.encode(), value.encode()) for name, value in {"host": "chat.example", **headers}.items()]
    return {"type": "websocket", "headers": pairs, "subprotocols": subprotocols or []}


EVIL = Credentials(token="abc", origin="https://evil.example")


@pytest.mark.parametrize(
    ("connection", "expected"),
    [
        (scope(authorization="Token abc"), Credentials(token="abc")),
        (scope(authorization="token abc"), Credentials(token="abc")),
        (scope(["infrachat.v1", "token.abc"]), Credentials(token="abc")),
        (scope(["token.abc"], cookie="sessionid=s", origin="https://evil.example"), EVIL),
        (scope(cookie="a=b; sessionid=s", origin="https://chat.example"), Credentials(session_key="s")),
        (scope(authorization="Bearer abc"), Credentials()),
        (scope(origin="https://evil.example"), Credentials()),
    ],
)
def test_credentials(connection: dict[str, Any], expected: Credentials) -> None:
    assert credentials_of(connection) == expected


def test_a_foreign_page_with_the_cookie() -> None:
    with pytest.raises(NotAllowed):
        credentials_of(scope(cookie="sessionid=s", origin="https://evil.example"))
