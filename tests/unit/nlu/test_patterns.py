"""How large a regular expression becomes is known before it is compiled."""

import pytest

from nlu.patterns import MAXIMUM_SIZE, has_comments, pattern_size

ORDINARY = [
    r"\bOPS-(?P<value>\d+)\b",
    r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b",
    r"(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?",
    r"[{}()]{3}\{5}",
    r"\p{L}{1,64}",
    "a{9999}",
]
GROWING = [
    "(((a{9999}){9999}){9999})",
    "((a|b|c){1,5000}){1,5000}",
    "(?:a{1000}b{1000}){19}",
    "a{99}{99}{99}",
    "(a{,9999}){9}",
]


@pytest.mark.parametrize("pattern", ORDINARY)
def test_ordinary_patterns_are_small(pattern: str) -> None:
    assert pattern_size(pattern) < MAXIMUM_SIZE
    assert not has_comments(pattern)


@pytest.mark.parametrize("pattern", GROWING)
def test_nested_repeats_multiply(pattern: str) -> None:
    assert pattern_size(pattern) > MAXIMUM_SIZE


def test_numbers_without_end_and_broken_patterns_are_survived() -> None:
    assert pattern_size("a{" + "9" * 5_000 + "}") > MAXIMUM_SIZE
    for pattern in ("", ")", "(", "[", "\\", "{5}", "a{", "a{,}", "[]"):
        assert pattern_size(pattern) < 10


def test_comments_are_found() -> None:
    assert has_comments("(a)(?#x){9}")
    assert has_comments("(?ix) a")
    assert has_comments("(?x:a)")
