"""Values written down: every text is taken byte for byte, and nothing in it is anything but a value."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.errors import InvalidValue
from orchestrator.values_files import values_of_file, values_read

_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_json_says_what_it_says(value: Any) -> None:
    assert values_read(json.dumps(value)) == value
    assert values_read(json.dumps(value, ensure_ascii=False, indent=2)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: yes\nb: on\nc: no", {"a": "yes", "b": "on", "c": "no"}),
        ("account: 012345678901", {"account": "012345678901"}),
        ("day: 2026-11-21\ntime: 12:30:45", {"day": "2026-11-21", "time": "12:30:45"}),
        ("a: true\nb: null\nc: ~\nd:", {"a": True, "b": None, "c": None, "d": None}),
        ("e: -7\nf: 2.5\ng: 1e3", {"e": -7, "f": 2.5, "g": 1000.0}),
        ("a: 0x1F\nb: 1_000\nc: .5\nd: 0o7", {"a": "0x1F", "b": "1_000", "c": ".5", "d": "0o7"}),
        ("a: '${file(\"/etc/passwd\")}'", {"a": '${file("/etc/passwd")}'}),
        ("a: |\n  one\n  %{ if true }\n", {"a": "one\n%{ if true }\n"}),
        ("<<: x", {"<<": "x"}),
        ("- id: x\n  days: 3\n", [{"id": "x", "days": 3}]),
        ('{"a": "é\\u0000"}', {"a": "é\0"}),
    ],
)  # fmt: skip
def test_yaml_is_taken_as_people_mean_it(text: str, value: Any) -> None:
    assert values_read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x",
        "a: !!python/object/apply:os.system ['id']",
        "a: !!binary aGk=",
        "a: !x y",
        "a: 1\na: 2",
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        "? [1, 2]\n: x",
        "a: b: c",
        "[" * 100_000,
        "a: " + "x" * 1_000_001,
        "{a: " * 5_000,
    ],
)
def test_what_is_no_plain_value_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        values_read(text)


def test_what_yaml_can_write_is_read_again() -> None:
    hostile = {"a": "line\nbreak \"quote\" 'single' # no comment", "b": "-rm -rf", "c": ["${x}", "%{x}", "null", "12"]}
    assert values_read(yaml.safe_dump(hostile)) == hostile


@pytest.mark.parametrize(
    ("name", "content", "value"),
    [
        ("x.json", b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ("x.tfvars.json", b'{"a": "${b}"}', {"a": "${b}"}),
        ("x.yml", b"a: [1, b]", {"a": [1, "b"]}),
        (
            "x.tfvars",
            b'# mine\nname = "x"\ntags = {\n  "a b" = "c$${d}"\n  e = 1\n}\nlist = [true, null, -2.5, "q\\"\\n"]\n',
            {"name": "x", "tags": {"a b": "c${d}", "e": 1}, "list": [True, None, -2.5, 'q"\n']},
        ),
    ],
)
def test_files(name: str, content: bytes, value: Any) -> None:
    assert values_of_file(name, content) == value


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.json", b"[1]", "must hold names"),
        ("x.yaml", b"\xff", "not UTF-8"),
        ("x.tfvars", b'a = file("/etc/passwd")\n', "a must be a constant"),
        ("x.tfvars", b'a = "${file("/etc/passwd")}"\n', "a must be a constant"),
        ("x.tfvars", b"a = {", "not readable"),
        ("x.json", b" " * 1_000_001, "larger than"),
    ],
)
def test_files_that_are_none(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        values_of_file(name, content)
