"""What is wrong with a reply is said before it is saved."""

from typing import Any

import pytest

from conversations.bots.replies import ReplyText, Slot, Tool, text_choose
from conversations.bots.reply_checks import slot_mistakes, text_mistakes, tool_mistakes

GOOD: dict[str, Any] = {
    "method": "GET",
    "url": "https://api.example.com/weather/{city}?days={days}",
    "headers": (("Authorization", "Bearer {secret.WEATHER}"), ("X-Version", "2")),
    "jmespath": "main.{temp: temp}",
    "item": "- {anything}",
}
SLOTS = (Slot("city"), Slot("days", "number"))


def fields(**changed: Any) -> list[str]:
    return [field for field, _ in tool_mistakes(Tool(**{**GOOD, **changed}), SLOTS)]


def test_a_good_one() -> None:
    assert fields() == []
    assert fields(method="POST", body={"a": ["{city}", 1]}) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": "https://{city}/"}, "url"),
        ({"url": "{city}://api.example/"}, "url"),
        ({"url": "https://api.example:{days}/"}, "url"),
        ({"url": "https://api.example/{other}"}, "url"),
        ({"url": "https://user:pass@api.example/"}, "url"),
        ({"url": "http://2130706433/"}, "url"),
        ({"url": "ftp://api.example/"}, "url"),
        ({"url": "https://api.example/a b"}, "url"),
        ({"url": ""}, "url"),
        ({"headers": (("Authorization", "Bearer abc"),)}, "headers"),
        ({"headers": (("X-Api-Key", "abc"),)}, "headers"),
        ({"headers": (("Cookie", "a=b"),)}, "headers"),
        ({"headers": (("X-City", "{city}"),)}, "headers"),
        ({"headers": (("X-Y", "{secret.lower}"),)}, "headers"),
        ({"headers": (("Host", "inside"),)}, "headers"),
        ({"headers": (("X Y", "z"),)}, "headers"),
        ({"headers": (("Broken", ""), ("", "x"))}, "headers"),
        ({"body": {"a": 1}}, "body"),
        ({"method": "POST", "body": {"a": [{"b": "{other}"}]}}, "body"),
        ({"method": "POST", "body": "{secret.WEATHER}"}, "body"),
        ({"jmespath": "main["}, "jmespath"),
        ({"empty": "{temp}"}, "empty"),
        ({"item": "{secret.WEATHER}"}, "item"),
    ],
)
def test_a_mistake_is_said_at_its_field(changed: dict[str, Any], field: str) -> None:
    assert fields(**changed) == [field]


def test_slots_and_texts() -> None:
    assert len(list(slot_mistakes([Slot("a"), Slot("a"), Slot("environment"), Slot("A-b"), Slot("confirmed")]))) == 4
    assert list(text_mistakes("In {city}", SLOTS, has_tool=False)) == []
    assert len(list(text_mistakes("{secret.X} {other}", SLOTS, has_tool=False))) == 2
    assert len(list(text_mistakes("{secret.X} {other}", SLOTS, has_tool=True))) == 1


def test_the_text_that_fits_best() -> None:
    texts = (ReplyText("any"), ReplyText("brief", tone="brief"), ReplyText("de", language="de"), ReplyText("any 2"))

    def chosen(language: str, tone: str, number: int = 0) -> str:
        return text_choose(texts, language=language, tone=tone, number=number)

    assert [chosen("en", "plain", number) for number in range(3)] == ["any", "any 2", "any"]
    assert chosen("en", "brief") == "brief"
    assert chosen("de", "brief") == "de"
    assert text_choose((), language="en", tone="plain", number=0) == ""
