"""What exists is imported in words: what it is, what it is called, and where."""

import pytest

from conversations.dialogue.decisions import Propose
from orchestrator.states import JobKind
from tests.unit.conversations.dialogue.scenes import BUCKET, Talk, only, proposes_nothing, texts


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("import the bucket acme-old as object-storage in staging", "staging"),
        ("Please import our existing bucket acme-old into production!", "production"),
        ("can you import acme-old as object-storage in staging", "staging"),
        ("bring in the storage bucket called acme-old in staging", "staging"),
    ],
)
def test_it_is_proposed_with_what_exists(text: str, environment: str):
    proposed = only(Talk().say(text), Propose)
    assert (proposed.kind, proposed.subject, proposed.environment) == (JobKind.APPLY, BUCKET, environment)
    assert (proposed.imports, proposed.values, proposed.stack_name) == (True, {"name": "acme-old"}, "acme-old")
    assert "somebody else with the approver role" in proposed.text or "must approve" in proposed.text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import the queue jobs in staging", "Import it as what?"),
        ("import the bucket in staging", "Which bucket shall I import?"),
        ("import the bucket NOT_A_NAME! in staging", "Nothing was started."),
    ],
)
def test_what_is_missing_is_asked_for(text: str, why: str):
    said = Talk().say(text)
    assert proposes_nothing(said)
    assert why in texts(said)


@pytest.mark.parametrize("text", ["import my contacts", "import the bucket acme-old and delete the queue jobs"])
def test_what_says_something_else_imports_nothing(text: str):
    assert proposes_nothing(Talk().say(text))
