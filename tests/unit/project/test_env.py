"""Errors of the environment name the variable and what would be right."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatbot_project import env
from tests.servers.forks import run

GOOD = {
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "chat.example.com",
    "MONGODB_URI": "mongodb://db.example:27017/?replicaSet=rs0",
    "REDIS_URL": "redis://cache.example:6379/0",
}


def test_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFRACHAT_X", "  value ")
    assert env.required("INFRACHAT_X", "hint") == "value"
    monkeypatch.setenv("INFRACHAT_X", " ")
    with pytest.raises(ImproperlyConfigured, match=r"INFRACHAT_X is not set. Set it to a thing."):
        env.required("INFRACHAT_X", "Set it to a thing.")


def test_one_of(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.one_of("INFRACHAT_X", ("a", "b"), "a") == "a"
    monkeypatch.setenv("INFRACHAT_X", "c")
    with pytest.raises(ImproperlyConfigured, match=r"INFRACHAT_X='c' is not known. Use one of: a, b."):
        env.one_of("INFRACHAT_X", ("a", "b"), "a")


def test_whole_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.whole_number("INFRACHAT_X", 5) == 5
    monkeypatch.setenv("INFRACHAT_X", "7")
    assert env.whole_number("INFRACHAT_X", 5) == 7
    monkeypatch.setenv("INFRACHAT_X", "7.5")
    with pytest.raises(ImproperlyConfigured, match=r"INFRACHAT_X='7.5' is not a whole number. Example: INFRACHAT_X=5."):
        env.whole_number("INFRACHAT_X", 5)
    monkeypatch.setenv("INFRACHAT_X", "0")
    with pytest.raises(ImproperlyConfigured, match=r"INFRACHAT_X=0 is too small. It must be at least 1."):
        env.whole_number("INFRACHAT_X", 5, minimum=1)


def test_decimal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFRACHAT_X", "0.25")
    assert env.decimal("INFRACHAT_X", 1.0) == 0.25
    monkeypatch.setenv("INFRACHAT_X", "soon")
    with pytest.raises(ImproperlyConfigured, match="INFRACHAT_X='soon' is not a number"):
        env.decimal("INFRACHAT_X", 1.0)
    monkeypatch.setenv("INFRACHAT_X", "-1")
    with pytest.raises(ImproperlyConfigured, match=r"INFRACHAT_X=-1.0 is too small"):
        env.decimal("INFRACHAT_X", 1.0)


@pytest.mark.parametrize(
    ("raw", "value"), [("yes", True), ("ON", True), ("1", True), ("no", False), ("0", False), ("", False)]
)
def test_flag(monkeypatch: pytest.MonkeyPatch, raw: str, value: bool) -> None:
    monkeypatch.setenv("INFRACHAT_X", raw)
    assert env.flag("INFRACHAT_X", not value) is value


def test_flag_refuses_what_is_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFRACHAT_X", "maybe")
    with pytest.raises(ImproperlyConfigured, match="INFRACHAT_X='maybe' is neither true nor false"):
        env.flag("INFRACHAT_X", True)


@pytest.mark.parametrize("raw", ["redis://cache:6379/0", "rediss://:secret@cache/1"])
def test_address(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("INFRACHAT_X", raw)
    assert env.address("INFRACHAT_X", "", schemes=("redis", "rediss")) == raw


@pytest.mark.parametrize("raw", ["cache.example", "http://cache", "redis://", "redis:///", "://:secret@cache"])
def test_address_refuses_what_names_no_server_and_repeats_no_password(
    monkeypatch: pytest.MonkeyPatch, raw: str
) -> None:
    monkeypatch.setenv("INFRACHAT_X", raw)
    with pytest.raises(ImproperlyConfigured, match=r"INFRACHAT_X is no address. It must begin with .*redis://") as seen:
        env.address("INFRACHAT_X", "", schemes=("redis",))
    assert "secret" not in str(seen.value)


def test_no_address_is_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFRACHAT_X", "")
    assert env.address("INFRACHAT_X", "", schemes=("http",)) == ""


def production(environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """What a process with the production settings says."""
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "chatbot_project.settings.production", **environ}
    program = "from django.conf import settings; print('DEBUG', settings.DEBUG)"
    return run([sys.executable, "-c", program], env=bare)


def test_production_starts_with_debug_off() -> None:
    assert production(GOOD).stdout == "DEBUG False\n"


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_production_refuses_to_start_and_names_what_is_missing(missing: str) -> None:
    done = production({name: value for name, value in GOOD.items() if name != missing})
    assert done.returncode != 0
    assert f"{missing} is not set." in done.stderr


def test_production_refuses_debug() -> None:
    done = production({**GOOD, "DEBUG": "true"})
    assert done.returncode != 0
    assert "DEBUG must be off with the production settings." in done.stderr


def manage(**environ: str) -> "subprocess.CompletedProcess[str]":
    """`manage.py check` with the settings of a developer's machine."""
    return run([sys.executable, "manage.py", "check"], env={"PATH": os.environ["PATH"], **environ})


def test_debug_off_needs_a_key_of_ones_own_everywhere() -> None:
    done = manage(DEBUG="off")
    assert done.returncode == 1
    # The sentence alone, without a traceback above it.
    assert done.stderr.startswith("SECRET_KEY is not set. With DEBUG off there is none by default")
    assert manage(DEBUG="off", SECRET_KEY="k" * 60).returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("REDIS_URL", "cache"), ("MONGODB_URI", "db:27017"), ("SQS_ENDPOINT_URL", "queue:9324"), ("LOG_LEVEL", "loud")],
)
def test_what_cannot_be_right_stops_the_process_with_a_sentence(name: str, value: str) -> None:
    done = manage(**{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(name)
    assert done.stderr.count("\n") == 1
