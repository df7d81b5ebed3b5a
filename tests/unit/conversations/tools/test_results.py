"""An answer as people get it: data from elsewhere is never a template and never markdown."""

import json
from typing import Any

import pytest

from chatbot_project.safe_http import Response
from conversations.bots.replies import Tool
from conversations.tools.results import Unreadable, result_text


def text(answer: Any, template: str = "{items}", *, values: dict[str, Any] | None = None, **tool: Any) -> str:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    response = Response(200, "application/json", body, "https://api.example/")
    return result_text(Tool("GET", "https://api.example/", **tool), template, response, values or {})


def test_a_record_a_list_and_nothing() -> None:
    assert text({"main": {"temp": -5.5}}, "It is {temp} °C in {city}.", jmespath="main", values={"city": "Oslo"}) == (
        "It is -5.5 °C in Oslo."
    )
    people = [{"name": "ann", "n": 1}, {"name": "bob"}]
    assert text(people, "{count}:\n{items}", item="- {name} ({n})") == "2:\n- ann (1)\n- bob (–)"
    assert text([], "{items}", empty="Nobody in {city}.", values={"city": "*x*"}) == "Nobody in \\*x\\*."
    assert text(b"", "Done.") == "Done."


def test_what_a_message_said_stands_before_what_was_answered() -> None:
    assert text({"city": "Elsewhere"}, "{city}", values={"city": "Oslo"}) == "Oslo"


@pytest.mark.parametrize(
    "value",
    ["{city}", "{{city}}", "{secret.KEY}", "{items}", "**b**", "[x](javascript:alert(1))", "`c`", "# h", "- l", "1. l",
     "<script>", "a\n\n# h\n- b", "![x](http://e)", "| t |", "~~s~~", "___", "---", "\\", "```\nx"],
)  # fmt: skip
def test_data_is_data(value: str) -> None:
    said = text([{"name": value}], "{items}", item="{name}", values={"city": "Oslo"})
    assert "Oslo" not in said
    assert "\n" not in said
    plain = said.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")
    assert plain == " ".join(value.split())
    for mark in "*`[]<>|~#_":
        assert all(before == "\\" for before, at in zip(" " + said, said, strict=False) if at == mark)


@pytest.mark.parametrize("value", ["\ud800", "a\u202eb", "\x1b[2J", "a\x00b", "\x9b31m"])
def test_no_character_does_anything(value: str) -> None:
    said = text([{"name": value}], "{items}", item="<{name}>")
    said.encode()
    assert said.isprintable()


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"{", b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b'{"a":1}{"b":2}', b"1" * 5_000, b'"\\ud800"x'],
)
def test_bad_json_is_said_so(body: bytes) -> None:
    with pytest.raises(Unreadable):
        text(body)


@pytest.mark.parametrize(
    "expression", ["length(a)", "sum(b)", "max_by(c, &x)", "unknown(a)", "a[", "to_number(`{}`) > b"]
)
def test_an_expression_that_does_not_fit_is_said_so(expression: str) -> None:
    try:
        said = text({"a": 1, "b": "x", "c": [{"x": {}}, {"x": 1}]}, jmespath=expression)
    except Unreadable:
        return
    assert len(said) < 100


def test_a_long_answer_is_cut() -> None:
    assert len(text([{"name": "x" * 5_000}] * 10_000, "{items}{items}{items}", item="{name}{name}")) < 13_000
