"""Handed on, looked at every so often, decided about by somebody else meanwhile: read by the words alone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from conversations.dialogue.arrangements import Delegate, Give, Return, Watch
from tests.unit.conversations.dialogue.scenes import Talk, new_world, only, stack, texts


def talk() -> Talk:
    acme = stack("acme")
    made = Talk(new_world(stack_list=[acme, stack("other")]))
    made.state = made.state.remember(acme)
    return made


def arranged(text: str) -> list[Any]:
    said = talk().say(text)
    return [each for each in said.steps if isinstance(each, Give | Watch | Delegate | Return)]


@pytest.mark.parametrize(
    ("text", "name", "to"),
    [
        ("give acme to anna", "acme", "anna"),
        ("Please hand it over to anna.", "acme", "anna"),
        ("transfer the bucket other to @anna.b", "other", "anna.b"),
        ("can you make anna the owner of acme", "acme", "anna"),
        ("give it to me", "acme", "demo"),
    ],
)
def test_it_is_handed_on(text: str, name: str, to: str):
    (step,) = arranged(text)
    assert (step.name, step.to) == (name, to)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("check acme for drift every 6 hours", 6),
        ("check it for drift daily", 24),
        ("please check acme every two days for drift", 48),
        ("have acme checked for drift every week", 168),
        ("check acme for drift every hour", 1),
        ("check acme for drift as often as its environment says", None),
        ("never check acme for drift", 0),
        ("stop checking it for drift", 0),
    ],
)
def test_it_is_looked_at_every_so_often(text: str, hours: int | None):
    (step,) = arranged(text)
    assert (step.name, step.hours) == ("acme", hours)


@pytest.mark.parametrize(
    ("text", "until", "environment"),
    [
        ("anna approves for me until friday", datetime(2026, 1, 3, tzinfo=UTC), None),
        ("Let anna decide for me in production until friday", datetime(2026, 1, 3, tzinfo=UTC), "production"),
        ("i'm away until friday, anna decides for me", datetime(2026, 1, 3, tzinfo=UTC), None),
        ("anna can approve for me for two hours in staging", datetime(2026, 1, 1, 14, tzinfo=UTC), "staging"),
    ],
)
def test_somebody_decides_meanwhile(text: str, until: datetime, environment: str | None):
    (step,) = arranged(text)
    assert (step.to, step.until, step.environment) == ("anna", until, environment)


def test_without_an_end_it_is_asked_until_when():
    said = talk().say("anna approves for me")
    assert not [each for each in said.steps if isinstance(each, Delegate)]
    assert "Until when does anna decide for you?" in texts(said)


@pytest.mark.parametrize(
    ("text", "to"),
    [("I am back", ""), ("end my delegation to anna", "anna"), ("anna no longer approves for me", "anna")],
)
def test_who_is_back_decides_again(text: str, to: str):
    assert only(talk().say(text), Return).to == to


@pytest.mark.parametrize(
    "text",
    [
        "give anna a bucket",
        "give access to anna",
        "give acme and everything in it to anna",
        "who approves for me until friday?",
        "does anna approve for me until friday?",
        "nobody approves for me until friday",
        "check acme every time i deploy",
        "i am back to creating buckets",
        "pass the salt to anna",
    ],
)
def test_what_says_something_else_arranges_nothing(text: str):
    assert arranged(text) == []
