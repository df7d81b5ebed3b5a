import stat
from pathlib import Path

import pytest

from conversations.terminal.addresses import Server
from conversations.terminal.frames import ChatError
from conversations.terminal.tokens import TokenFile, default_file


def test_a_token_is_kept_per_server_and_for_its_owner_alone(tmp_path: Path) -> None:
    kept = TokenFile(tmp_path / "infrachat" / "token")
    kept.put(Server("http://one:8000"), "first")
    kept.put(Server("ws://two:8000"), "second")
    assert kept.get(Server("ws://one:8000")) == "first"
    assert kept.get(Server("http://two:8000")) == "second"
    assert kept.get(Server("http://three:8000")) is None
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.path.parent.stat().st_mode) == 0o700
    assert [each.name for each in kept.path.parent.iterdir()] == ["token"]


def test_a_token_of_a_stack_goes_with_it_and_to_nobody_else_on_its_port(tmp_path: Path) -> None:
    kept = TokenFile(tmp_path / "token")
    assert kept.put(Server("http://127.0.0.1:8000", "stack-one"), "first")
    assert kept.get(Server("http://127.0.0.1:8003", "stack-one")) == "first"
    assert kept.get(Server("http://127.0.0.1:8000", "stack-two")) is None
    assert kept.get(Server("http://127.0.0.1:8000")) is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "ws://localhost:8000", "http://[::1]:8000", "0.0.0.0:8000"])
def test_a_token_of_an_unknown_server_on_this_machine_is_not_kept(tmp_path: Path, url: str) -> None:
    kept = TokenFile(tmp_path / "token")
    # As an older release did.
    kept.path.write_text('{"http://127.0.0.1:8000": "older"}')
    assert not kept.put(Server(url), "first")
    assert kept.get(Server(url)) is None


def test_a_file_that_was_open_to_others_is_closed_by_the_next_write(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("{}")
    path.chmod(0o644)
    TokenFile(path).put(Server("http://one:8000"), "first")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_forgotten_token_is_gone_and_the_others_stay(tmp_path: Path) -> None:
    kept = TokenFile(tmp_path / "token")
    kept.put(Server("http://one:8000"), "first")
    kept.put(Server("http://two:8000"), "second")
    kept.forget(Server("http://one:8000"))
    assert kept.get(Server("http://one:8000")) is None
    assert kept.get(Server("http://two:8000")) == "second"


def test_a_broken_file_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("not json")
    with pytest.raises(ChatError, match="Delete it to sign in again"):
        TokenFile(path).get(Server("http://one:8000"))


def test_the_usual_place_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert default_file() == tmp_path / "infrachat" / "token"
