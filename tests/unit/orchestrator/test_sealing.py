"""A sealed value opens for one key, one request and one output, and tells nobody else anything."""

import base64
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from orchestrator.revealing.sealing import key_check, seal
from tests.opening import Opener

REQUEST, OUTPUT = "0b7f5bd0-6a0e-4b9c-9d66-7f4f2f1f8a11", "password"


def sealed(opener: Opener, value: Any) -> dict[str, str]:
    return seal(value, public_key=opener.public_key, request_id=REQUEST, output=OUTPUT)


@pytest.mark.parametrize("value", ["hunter2", "", 'päss " wörd ', {"user": "app", "ports": [1, 2]}, None, "x" * 5_000])
def test_it_opens_for_whom_it_was_sealed(value: Any) -> None:
    opener = Opener()
    assert opener.open(sealed(opener, value), REQUEST, OUTPUT) == value


def test_it_opens_for_nobody_else_and_as_the_answer_to_nothing_else() -> None:
    opener = Opener()
    box = sealed(opener, "hunter2")
    for other, request, output in ((Opener(), REQUEST, OUTPUT), (opener, "another", OUTPUT), (opener, REQUEST, "user")):
        with pytest.raises(InvalidTag):
            other.open(box, request, output)
    changed = base64.urlsafe_b64decode(box["ciphertext"] + "==")
    box["ciphertext"] = base64.urlsafe_b64encode(bytes([changed[0] ^ 1]) + changed[1:]).decode()
    with pytest.raises(InvalidTag):
        opener.open(box, REQUEST, OUTPUT)


def test_boxes_of_one_value_differ_and_do_not_tell_how_long_it_is() -> None:
    opener = Opener()
    first, again, longer = (sealed(opener, value) for value in ("hunter2", "hunter2", "hunter2" * 20))
    assert len({each[part] for each in (first, again) for part in each}) == 6
    assert len(first["ciphertext"]) == len(longer["ciphertext"])


@pytest.mark.parametrize(
    "key",
    ["", "hunter2", "é", "AAAA", "x" * 300, base64.urlsafe_b64encode(b"\x04" + b"\x01" * 64).decode()],
    ids=["empty", "a word", "not ascii", "short", "long", "not on the curve"],
)
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="P-256 public key"):
        key_check(key)
