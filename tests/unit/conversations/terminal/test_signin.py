import getpass
import sys
from pathlib import Path

import pytest

from conversations.terminal import signin
from conversations.terminal.addresses import Server
from conversations.terminal.frames import ChatError, Refused
from conversations.terminal.signin import SignIn
from conversations.terminal.tokens import TokenFile

WRONG = Refused({"status": 401, "detail": "The user name or the password is wrong."})


class Person:
    """Types these passwords one after the other; `right` is the right one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *passwords: str, refusal: Refused = WRONG) -> None:
        self.passwords, self.told, self.refusal = list(passwords), list[str](), refusal
        monkeypatch.delenv("INFRACHAT_TOKEN", raising=False)
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", lambda prompt: "demo ")
        monkeypatch.setattr(getpass, "getpass", lambda prompt: self.passwords.pop(0))
        monkeypatch.setattr(signin, "obtain_token", self.obtain)

    async def obtain(self, url: str, username: str, password: str) -> tuple[str, str]:
        assert username == "demo"
        if password != "right":
            raise self.refusal
        return f"token of {url}", ""


@pytest.fixture
def kept(tmp_path: Path) -> TokenFile:
    return TokenFile(tmp_path / "token")


SERVER = Server("https://chat.example.com")


async def test_a_wrong_password_is_asked_for_again(monkeypatch: pytest.MonkeyPatch, kept: TokenFile) -> None:
    person = Person(monkeypatch, "wrong", "wrong", "right")
    sign_in = SignIn(SERVER, kept, person.told.append)
    assert await sign_in.token() == ("token of https://chat.example.com", False)
    assert person.told == ["The user name or the password is wrong. Please try again."] * 2
    assert await sign_in.token() == ("token of https://chat.example.com", True)


async def test_the_third_wrong_password_is_the_last(monkeypatch: pytest.MonkeyPatch, kept: TokenFile) -> None:
    person = Person(monkeypatch, "wrong", "wrong", "wrong", "right")
    with pytest.raises(Refused, match="is wrong"):
        await SignIn(SERVER, kept, person.told.append).token()
    assert person.passwords == ["right"]


async def test_what_is_no_wrong_password_ends_it(monkeypatch: pytest.MonkeyPatch, kept: TokenFile) -> None:
    person = Person(monkeypatch, "wrong", "right", refusal=Refused({"status": 429, "detail": "Wait a minute."}))
    with pytest.raises(Refused, match="Wait a minute"):
        await SignIn(SERVER, kept, person.told.append).token()


async def test_a_token_that_is_no_longer_taken_is_forgotten(monkeypatch: pytest.MonkeyPatch, kept: TokenFile) -> None:
    kept.put(SERVER, "old")
    person = Person(monkeypatch, "wrong", "wrong", "wrong")
    with pytest.raises(Refused):
        await SignIn(SERVER, kept, person.told.append).again()
    assert kept.get(SERVER) is None


async def test_that_a_token_is_not_kept_is_said(monkeypatch: pytest.MonkeyPatch, kept: TokenFile) -> None:
    person = Person(monkeypatch, "right")
    await SignIn(Server("http://127.0.0.1:8000"), kept, person.told.append).token()
    assert person.told == ["This address may be another server tomorrow, so the token is not kept."]


async def test_without_a_terminal_nothing_is_asked(monkeypatch: pytest.MonkeyPatch, kept: TokenFile) -> None:
    Person(monkeypatch, "right")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(ChatError, match="INFRACHAT_TOKEN"):
        await SignIn(SERVER, kept, print).token()
