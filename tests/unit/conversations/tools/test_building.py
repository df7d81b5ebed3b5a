"""What is sent: values can be values only, wherever they stand."""

import json
from typing import Any

import pytest

from chatbot_project.safe_http import address_read
from conversations.bots.replies import Tool
from conversations.tools.building import NotSendable, request_of, url_of

HOSTILE = [
    "a/b",
    "../admin",
    "a?x=1",
    "a#b",
    "a&admin=1",
    "%2e%2e%2f",
    "{city}",
    "{secret.KEY}",
    '"},{"admin":true}',
    "a\r\nHost: evil",
    "@evil.example",
    "//evil.example/",
    "\\evil",
    "ü€😀",
    "\x00",
    " ",
]


@pytest.mark.parametrize("value", [each for each in HOSTILE if each.strip()])
def test_a_value_stays_one_piece_of_the_address(value: str) -> None:
    address = address_read(url_of("https://api.example/v1/{city}/x?q={city}&fixed=1", {"city": value}))
    path, _, query = address.target.partition("?")
    assert address.host == "api.example"
    assert path.startswith("/v1/") and path.endswith("/x") and path.count("/") == 3
    assert query.endswith("&fixed=1") and query.count("&") == 1 and query.count("=") == 2


@pytest.mark.parametrize("value", ["", " ", ".", "..", None, " .. "])
def test_a_value_that_would_change_the_path_is_not_sent(value: Any) -> None:
    with pytest.raises(NotSendable):
        url_of("https://api.example/users/{id}", {"id": value})
    assert url_of("https://api.example/users?id={id}", {"id": value}).startswith("https://api.example/users?id=")


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_stays_one_value_of_the_body(value: str) -> None:
    tool = Tool(
        "POST", "https://api.example/", body={"city": "{city}", "say": "In {city}!", "n": ["{n}", 1], "x": None}
    )
    request = request_of(tool, {"city": value, "n": 3}, call_id="c", environ={})
    assert json.loads(request.body) == {"city": value, "say": f"In {value}!", "n": [3, 1], "x": None}
    assert request.body.isascii()


def test_values_keep_their_types() -> None:
    values = {"n": 2.5, "b": True, "none": None, "text": "7"}
    tool = Tool("PUT", "https://api.example/", body={name: f"{{{name}}}" for name in values})
    assert json.loads(request_of(tool, values, call_id="c", environ={}).body) == values


def test_headers_have_secrets_by_name_and_a_key_for_what_is_sent_once() -> None:
    tool = Tool("POST", "https://api.example/", (("Authorization", "Bearer {secret.WEATHER}"), ("Accept", "a/b")))
    environ = {"TOOL_SECRET_WEATHER": "s3cret{secret.OTHER}", "TOOL_SECRET_OTHER": "other", "SECRET_KEY": "no"}
    headers = request_of(tool, {}, call_id="call-1", environ=environ).headers
    assert headers["Authorization"] == "Bearer s3cret{secret.OTHER}"
    assert (headers["Idempotency-Key"], headers["Accept"]) == ("call-1", "a/b")
    assert "Idempotency-Key" not in request_of(Tool("GET", tool.url), {}, call_id="c", environ={}).headers


@pytest.mark.parametrize("name", ["WEATHER", "../KEY", "KEY"])
def test_no_other_variable_can_be_named(name: str) -> None:
    tool = Tool("GET", "https://api.example/", (("X-Key", f"{{secret.{name}}}"),))
    environ = {"KEY": "no", "SECRET_KEY": "no", "MONGODB_URI": "no"}
    try:
        request = request_of(tool, {}, call_id="c", environ=environ)
    except NotSendable as error:
        assert f"TOOL_SECRET_{name}" in str(error)
    else:
        assert "no" not in request.headers.values()
