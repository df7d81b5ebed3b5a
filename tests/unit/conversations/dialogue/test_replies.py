"""Intents of a bot's own: values asked for through the same forms, a text at the end, or a call that was agreed to."""

from typing import Any

import pytest

from conversations.bots.replies import Reply, ReplyText, Slot, Tool
from conversations.dialogue.decisions import Ask, CallTool, NotUnderstood
from nlu.types import BotSettings
from tests.unit.conversations.dialogue.scenes import NEW_BUCKET, Talk, asked, new_world, only, proposes_nothing, texts

HOURS = Reply("opening-hours", "Opening hours", "when are you open", (ReplyText("From 9 to 5."),))
WEATHER = Reply(
    "weather",
    "Weather",
    "weather in a city",
    (ReplyText("{temp} in {city}"),),
    (Slot("city", question="In which city?"), Slot("days", "number", required=False)),
    Tool("GET", "https://api.example/{city}"),
)
ORDER = Reply(
    "order",
    "Order",
    "order coffee",
    (ReplyText("Ordered {amount} {size}."),),
    (Slot("size", "choice", choices=("small", "large")), Slot("amount", "number", "How many?")),
    Tool("POST", "https://api.example/orders", body={"size": "{size}", "amount": "{amount}"}),
)


@pytest.fixture
def talk() -> Talk:
    return Talk(world=new_world(reply_list=[HOURS, WEATHER, ORDER]))


def calls(decision: Any) -> list[CallTool]:
    return [each for each in decision.steps if isinstance(each, CallTool)]


def test_a_text(talk: Talk) -> None:
    assert texts(talk.say("when do you open", "opening-hours")) == "From 9 to 5."
    assert "when are you open" in texts(talk.say("help", "base.help"))


def test_an_intent_without_a_reply_is_not_understood(talk: Talk) -> None:
    assert only(talk.say("tell me a joke", "joke"), NotUnderstood)


def test_a_value_is_a_value() -> None:
    echo = Reply("echo", "Echo", "echo", (ReplyText("You said {what}. {other}"),), (Slot("what"),))
    talk = Talk(world=new_world(reply_list=[echo]))
    assert texts(talk.say("echo", "echo", what="**{other} {what}**")) == "You said \\*\\*{other} {what}\\*\\*. {other}"


def test_what_is_missing_is_asked_for(talk: Talk) -> None:
    decision = talk.say("what is the weather", "weather")
    assert asked(decision) == ("city",)
    assert "In which city?" in texts(decision)
    (call,) = calls(talk.say("Oslo"))
    assert (call.values, call.tool, call.template) == ({"city": "Oslo", "days": None}, WEATHER.tool, "{temp} in {city}")
    assert call.text.startswith("Got it")
    assert talk.state.form is None


def test_what_is_in_the_message_is_not_asked_for(talk: Talk) -> None:
    (call,) = calls(talk.say("weather in oslo", "weather", city="Oslo", days=3))
    assert call.values == {"city": "Oslo", "days": 3}


def test_cancel_negation_and_a_side_question(talk: Talk) -> None:
    assert "will not" in texts(talk.say("do not order coffee", "order", negated=True))
    talk.say("weather", "weather")
    aside = talk.say("when do you open", "opening-hours")
    assert "From 9 to 5." in texts(aside)
    assert asked(aside) == ("city",)
    talk.say("cancel", "base.cancel")
    assert talk.state.form is None


def test_another_request_takes_the_place_of_an_open_one(talk: Talk) -> None:
    talk.say("order coffee", "order")
    decision = talk.say("create a bucket", NEW_BUCKET)
    assert "aside" in texts(decision)
    assert talk.state.form is not None and talk.state.form.kind == "apply"


def test_nothing_is_sent_that_changes_something_before_a_yes(talk: Talk) -> None:
    talk.say("order coffee", "order")
    assert asked(talk.say("large")) == ("amount",)
    decision = talk.say("2")
    assert asked(decision) == ("confirmed",)
    assert not calls(decision)
    said = texts(decision)
    assert all(each in said for each in ("POST", "https://api.example/orders", "`large`", "`2`"))
    assert asked(talk.say("hmm maybe later")) == ("confirmed",)
    (call,) = calls(talk.say("yes"))
    assert call.values == {"size": "large", "amount": 2}


@pytest.mark.parametrize("word", ["no", "no thanks", "cancel", "don't"])
def test_a_no_sends_nothing(talk: Talk, word: str) -> None:
    talk.say("order coffee", "order", size="large", amount=2)
    decision = talk.say(word)
    assert not calls(decision)
    assert talk.state.form is None


def test_a_yes_is_to_what_was_shown(talk: Talk) -> None:
    talk.say("order coffee", "order", size="large", amount=2)
    changed = talk.say("no, small", None, size="small")
    assert not calls(changed)
    assert asked(changed) == ("confirmed",)
    assert "`small`" in texts(changed)
    # In one form: a yes together with a value that is wrong is a yes to nothing.
    talk.submit(confirmed=True, size="huge")
    assert talk.state.form is not None
    decision = talk.say("large")
    assert not calls(decision)
    assert asked(decision) == ("confirmed",)


@pytest.mark.parametrize("slots", [{"confirmed": True}, {"confirmed": "yes"}])
def test_no_message_and_no_early_form_brings_its_own_yes(talk: Talk, slots: dict[str, Any]) -> None:
    assert asked(talk.say("order coffee", "order", size="large", amount=2, **slots)) == ("confirmed",)
    talk.say("cancel", "base.cancel")
    talk.say("order coffee", "order", size="large")
    decision = talk.submit(amount=2, **slots)
    assert not calls(decision)


@pytest.mark.parametrize("values", [{"amount": "many"}, {"amount": [1]}, {"amount": {"$gt": 1}}, {"size": "{amount}"}])
def test_wrong_values_are_asked_for_again(talk: Talk, values: dict[str, Any]) -> None:
    talk.say("order coffee", "order")
    decision = talk.submit(**{"size": "large", "amount": 2, **values})
    assert not calls(decision)
    assert only(decision, Ask)
    assert proposes_nothing(decision)


def test_a_value_that_would_change_the_address_is_said(talk: Talk) -> None:
    talk.say("weather", "weather")
    decision = talk.say("..")
    assert not calls(decision)
    assert "address" in texts(decision)


def test_a_reply_that_is_gone_is_not_offered_any_more(talk: Talk) -> None:
    talk.say("weather", "weather")
    talk.world.reply_list = []
    assert "not offered any more" in texts(talk.say("Oslo"))


def test_the_tone_chooses_the_text() -> None:
    reply = Reply("hi", "Hi", "hi", (ReplyText("Good day."), ReplyText("Hey!", tone="friendly")))
    world = new_world(reply_list=[reply], bot=BotSettings("b", "B", tone="friendly"))
    assert texts(Talk(world=world).say("hi you", "hi")) == "Hey!"
