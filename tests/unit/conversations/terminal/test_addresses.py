from types import SimpleNamespace

import pytest

from conversations.terminal.addresses import DEFAULT_URL, Addresses, Server
from conversations.terminal.frames import ChatError


@pytest.mark.parametrize(
    ("url", "http", "ws"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "ws://127.0.0.1:8000"),
        ("ws://127.0.0.1:8000/", "http://127.0.0.1:8000", "ws://127.0.0.1:8000"),
        ("wss://chat.example.com", "https://chat.example.com", "wss://chat.example.com"),
        ("https://example.com/infra/", "https://example.com/infra", "wss://example.com/infra"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000", "ws://127.0.0.1:8000"),
        ("ws://h:1/ws/v1/conversations/new/", "http://h:1", "ws://h:1"),
    ],
)
def test_an_address_may_be_written_in_several_ways(url: str, http: str, ws: str) -> None:
    found = Addresses.parse(url)
    assert (found.http, found.ws) == (http, ws)


@pytest.mark.parametrize("url", ["ftp://example.com", "http://", ""])
def test_what_is_no_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ChatError, match="--url"):
        Addresses.parse(url)


def test_sockets_and_api_lie_below_the_base() -> None:
    found = Addresses.parse("https://example.com/infra")
    assert found.socket("new", 7) == "wss://example.com/infra/ws/v1/conversations/new/?after=7"
    assert found.api("auth/token/") == "https://example.com/infra/api/v1/auth/token/"


STACK = SimpleNamespace(web="http://127.0.0.1:8003", identity="one")


@pytest.mark.parametrize(
    ("asked", "stack", "server"),
    [
        ("", None, Server(DEFAULT_URL)),
        ("", STACK, Server("http://127.0.0.1:8003", "one")),
        ("ws://127.0.0.1:8003/", STACK, Server("http://127.0.0.1:8003", "one")),
        ("http://127.0.0.1:8000", STACK, Server("http://127.0.0.1:8000")),
        ("https://chat.example.com", STACK, Server("https://chat.example.com")),
        ("https://chat.example.com", None, Server("https://chat.example.com")),
    ],
)
def test_the_running_stack_is_meant_unless_another_address_is_given(
    asked: str, stack: SimpleNamespace | None, server: Server
) -> None:
    assert Server.choose(asked, stack) == server
