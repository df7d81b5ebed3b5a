import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text import normalise, phrase_key, straighten


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What’s  running?", "what is running?"),
        ("DON'T do it", "do not do it"),
        ("whats running", "what is running"),
        ("I’d like that", "i would like that"),
        ("heeeey pls", "hey please"),
        ("I can't, won't", "i can not, will not"),
        ("any more", "anymore"),
    ],
)
def test_a_message_is_normalised(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(st.text())
def test_straightening_keeps_every_position(text: str) -> None:
    assert len(straighten(text)) == len(text)


def test_case_punctuation_and_spaces_do_not_make_another_phrase() -> None:
    assert phrase_key("Create  a bucket, called {name}!") == phrase_key("create a bucket called {name}")
    assert phrase_key("create a bucket") != phrase_key("create a queue")
