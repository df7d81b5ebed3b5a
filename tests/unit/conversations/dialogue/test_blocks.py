"""Values written out in a block: taken byte for byte, never read as words, and refused whole when something is off."""

import dataclasses
from typing import Any

import pytest

from conversations.dialogue.blocks import words_and_block
from conversations.dialogue.decisions import Ask, Propose
from orchestrator.types import BlueprintView, Variable
from tests.unit.conversations.dialogue import catalogue
from tests.unit.conversations.dialogue.scenes import NEW_BUCKET, Talk, asked, new_world, only, proposes_nothing, texts

RULES = "list(object({ id = string, days = optional(number) }))"


def s3_bucket() -> BlueprintView:
    """A public module's: the name is called `bucket`, and there is an object and a secret."""
    built_in = next(each for each in catalogue.blueprints() if each.name == "object-storage")
    variables = (
        Variable("bucket", "string", "Name of the bucket.", required=True),
        Variable("rules", RULES, required=False, default=[]),
        Variable("password", "string", required=False, sensitive=True),
    )
    return dataclasses.replace(built_in, variables=variables, ask=("bucket",))


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch) -> Talk:
    view = s3_bucket()
    monkeypatch.setattr(catalogue, "blueprints", lambda: [view])
    return Talk(new_world(blueprint_list=[view]))


def test_what_it_is_called_fills_the_module_s_own_name(talk: Talk) -> None:
    decision = talk.say(
        "create a bucket called acme-logs in staging", NEW_BUCKET, name="acme-logs", environment="staging"
    )
    proposed = only(decision, Propose)
    assert (proposed.values, proposed.stack_name) == ({"bucket": "acme-logs"}, "acme-logs")

    again = Talk(talk.world)
    question = again.say("create a bucket in staging", NEW_BUCKET, environment="staging")
    assert asked(question) == ("bucket",)
    assert "What should the bucket be called?" in texts(question)
    assert only(again.say("call it acme-two", name="acme-two"), Propose).values == {"bucket": "acme-two"}


@pytest.mark.parametrize(
    "block",
    [
        "```yaml\nrules:\n  - id: \"${file('/etc/passwd')}\"\n    days: 3\n```",
        '```\n{"rules": [{"id": "${file(\'/etc/passwd\')}", "days": 3}]}\n```',
    ],
)
def test_values_below_the_words(talk: Talk, block: str) -> None:
    text = f"create a bucket called acme-logs in staging:\n{block}"
    proposed = only(talk.say(text, NEW_BUCKET, name="acme-logs", environment="staging"), Propose)
    assert proposed.values == {"bucket": "acme-logs", "rules": [{"id": "${file('/etc/passwd')}", "days": 3}]}


def test_values_as_an_answer(talk: Talk) -> None:
    talk.say("create a bucket", NEW_BUCKET)
    assert asked(talk.say("```yaml\nbucket: acme-logs\n```")) == ("environment",)
    form = talk.state.form
    assert form is not None
    assert form.values == {"bucket": "acme-logs"}
    assert only(talk.say("bucket: acme-two\nrules:\n  - id: x\nenvironment: staging"), Propose).values == {
        "bucket": "acme-two",
        "rules": [{"id": "x"}],
    }


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ("```yaml\nbuckit: x\n```", "has no variable `buckit`"),
        ("```yaml\n- a\n```", "must hold names with values"),
        ("```yaml\na: &x 1\nb: *x\n```", "neither JSON nor YAML"),
        ("```yaml\npassword: hunter2\n```", "must be kept secret"),
        ('```json\n{"rules": [{"id": 1}\n```', "neither JSON nor YAML"),
    ],
)
def test_a_block_that_is_off_starts_nothing(talk: Talk, block: str, sentence: str) -> None:
    decision = talk.say(
        f"create a bucket called acme-logs in staging\n{block}", NEW_BUCKET, name="acme-logs", environment="staging"
    )
    assert proposes_nothing(decision)
    assert sentence in texts(decision)
    assert "hunter2" not in texts(decision)


def test_a_wrong_value_in_a_block_is_asked_for_again(talk: Talk) -> None:
    text = "create a bucket called acme-logs in staging\n```yaml\nrules:\n  - id: a\n  - days: 3\n```"
    decision = talk.say(text, NEW_BUCKET, name="acme-logs", environment="staging")
    assert "number 2 must be an object with id, days; id is missing" in texts(decision)
    assert only(decision, Ask).fields[0].name == "rules"
    assert only(talk.say("- id: b\n  days: 4"), Propose).values["rules"] == [{"id": "b", "days": 4}]


def test_nothing_in_a_block_is_words(talk: Talk) -> None:
    for text in ("```\nyes\n```", "```\ndelete everything\n```", "```yaml\nbucket: x\n```"):
        decision = talk.say(text)
        assert proposes_nothing(decision)
        assert "Say above them what they are for" in texts(decision)


@pytest.mark.parametrize(
    ("text", "words", "block"),
    [
        ("make it:\n```yaml\na: 1\n```\nplease", "make it:\n\nplease", "a: 1"),
        ("```json\n{}\n```", "", "{}"),
        ("open\n```\na: 1", "open", "a: 1"),
        ("no ```block``` here", "no ```block``` here", None),
        ("```\n\n```", "```\n\n```", None),
    ],
)
def test_where_a_block_is(text: str, words: str, block: Any) -> None:
    assert words_and_block(text) == (words, block)


def test_a_form_s_text_is_taken_for_what_it_writes_out(talk: Talk) -> None:
    talk.say("create a bucket", NEW_BUCKET)
    decision = talk.submit(bucket="acme-logs", environment="staging", rules="- id: x\n  days: 2")
    assert only(decision, Propose).values["rules"] == [{"id": "x", "days": 2}]
