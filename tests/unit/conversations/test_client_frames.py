"""What clients send: whatever it is, it becomes a typed frame or a refusal that names a field."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.client_frames import (
    FormSubmit,
    FrameRefused,
    JobDecision,
    JobFollow,
    MessageSend,
    Ping,
    ProposalCorrect,
    parse,
)

KEY = "0b7e2c1e-8d5f-4f0a-9a51-3c2f6f1d2e4b"
TYPES = [
    "message.send",
    "form.submit",
    "job.approve",
    "job.reject",
    "job.cancel",
    "job.follow",
    "proposal.correct",
    "ping",
]

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["client_id", "text", "form_id", "values", "job_id", "plan_hash", "reason", "after", "intent"]
fields = st.sampled_from(FIELDS)


def text_of(type: str, **data: Any) -> str:
    return json.dumps({"v": 1, "type": type, "data": data})


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (text_of("message.send", client_id=KEY, text="hi"), MessageSend(KEY, "hi")),
        (text_of("message.send", client_id=KEY, text="x" * 4_000), MessageSend(KEY, "x" * 4_000)),
        (text_of("form.submit", client_id=KEY, form_id=KEY, values={"a": [1]}), FormSubmit(KEY, KEY, {"a": [1]})),
        (text_of("job.approve", client_id=KEY, job_id=KEY, plan_hash="h"), JobDecision(KEY, KEY, "approve", "h")),
        (text_of("job.reject", client_id=KEY, job_id=KEY, reason="r"), JobDecision(KEY, KEY, "reject", "", "r")),
        (text_of("job.cancel", client_id=KEY, job_id=KEY, reason=None), JobDecision(KEY, KEY, "cancel")),
        (text_of("job.follow", client_id=KEY, job_id=KEY.upper(), after=3), JobFollow(KEY, KEY, 3)),
        (text_of("job.follow", client_id=KEY, job_id=KEY), JobFollow(KEY, KEY, 0)),
        (
            text_of("proposal.correct", client_id=KEY, job_id=KEY, values={"a": None}),
            ProposalCorrect(KEY, KEY, None, {"a": None}),
        ),
        (
            text_of("proposal.correct", client_id=KEY, job_id=KEY, intent="action.x"),
            ProposalCorrect(KEY, KEY, "action.x"),
        ),
        ('{"type": "ping"}', Ping()),
        (text_of("message.send", client_id=KEY, text="hi", more="ignored"), MessageSend(KEY, "hi")),
    ],
)
def test_what_is_right_is_typed(raw: str, expected: object) -> None:
    assert parse(raw) == expected


@given(st.text() | st.binary() | values.map(json.dumps))
def test_anything_at_all_is_refused_with_a_sentence(raw: str | bytes) -> None:
    with pytest.raises(FrameRefused) as refused:
        parse(raw)
    assert refused.value.field
    assert refused.value.detail.endswith(".")


@given(st.sampled_from(TYPES), st.dictionaries(fields, values | st.just(KEY)))
def test_any_data_is_typed_or_refused_by_a_field_of_it(type: str, data: dict[str, Any]) -> None:
    try:
        frame = parse(text_of(type, **data))
    except FrameRefused as refused:
        field = (refused.field or "").partition(".")[0]
        assert field in {*FIELDS, "frame"}
        assert refused.client_id in [None, data.get("client_id")]
        assert len(refused.detail) < 400
        refused.detail.encode()
    else:
        assert frame.client_id == data.get("client_id") or type == "ping"


@pytest.mark.parametrize("number", [10**30, -(10**30), 2**63])
def test_numbers_that_mongodb_cannot_hold(number: int) -> None:
    with pytest.raises(FrameRefused, match="too large"):
        parse(text_of("form.submit", client_id=KEY, form_id=KEY, values={"n": [number]}))


@pytest.mark.parametrize("key", ["", "$set", "a\0b"])
def test_keys_that_mongodb_cannot_hold(key: str) -> None:
    with pytest.raises(FrameRefused) as refused:
        parse(text_of("form.submit", client_id=KEY, form_id=KEY, values={key: 1}))
    assert refused.value.field == "values"


def test_values_nested_too_deeply() -> None:
    value: Any = 1
    for _ in range(11):
        value = [value]
    with pytest.raises(FrameRefused, match="10 levels"):
        parse(text_of("form.submit", client_id=KEY, form_id=KEY, values={"n": value}))
