"""Bigger and smaller: one step along what the blueprint declares, and a clear answer at either end."""

from typing import Any

import pytest

from conversations.dialogue.decisions import Propose
from orchestrator.types import StackView
from tests.unit.conversations.dialogue.scenes import Talk, new_world, only, proposes_nothing, stack, texts

DATABASE, SERVICE = "relational-database", "container-service"


def talk_about(of: StackView) -> Talk:
    talk = Talk(new_world(stack_list=[of]))
    talk.state = talk.state.remember(of)
    return talk


def database(**values: Any) -> StackView:
    return stack("acme-db", blueprint=DATABASE, values={"name": "acme-db", **values})


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("make it bigger", {"instance_class": "db.t4g.small"}),
        ("Please make acme-db a size bigger!", {"instance_class": "db.t4g.small"}),
        ("can you make the database larger", {"instance_class": "db.t4g.small"}),
        ("a size bigger", {"instance_class": "db.t4g.small"}),
        ("bigger please", {"instance_class": "db.t4g.small"}),
        ("one size up", {"instance_class": "db.t4g.small"}),
        ("give it more storage", {"storage_gb": 40}),
        ("make the storage of acme-db bigger", {"storage_gb": 40}),
    ],
)
def test_one_step_up_from_what_it_has_or_has_by_default(text: str, values: dict[str, Any]):
    of = database()
    proposed = only(talk_about(of).say(text), Propose)
    assert (proposed.values, proposed.stack_id) == (values, of.id)
    (name,) = values
    assert f"`{name}: " in proposed.text


def test_one_step_down_and_the_difference_is_shown():
    proposed = only(talk_about(database(instance_class="db.t4g.medium")).say("make it smaller"), Propose)
    assert proposed.values == {"instance_class": "db.t4g.small"}
    assert '`instance_class: "db.t4g.medium" -> "db.t4g.small"`' in proposed.text


def test_a_number_is_doubled_and_halved():
    service = stack("web", blueprint=SERVICE, values={"tasks": 3})
    assert only(talk_about(service).say("make it bigger"), Propose).values == {"tasks": 6}
    assert only(talk_about(service).say("make web smaller"), Propose).values == {"tasks": 1}


@pytest.mark.parametrize(
    ("text", "values", "why"),
    [
        ("make it bigger", {"instance_class": "db.m7g.4xlarge"}, "the largest size there is"),
        ("make it smaller", {}, "the smallest size there is"),
        ("make it bigger", {"instance_class": "db.r6g.large"}, "none of the sizes I know"),
        ("give it less storage", {}, "can only grow"),
        ("give it more storage", {"storage_gb": 4000}, "Nothing was changed"),
    ],
)
def test_at_the_end_it_says_so(text: str, values: dict[str, Any], why: str):
    said = talk_about(database(**values)).say(text)
    assert proposes_nothing(said)
    assert why in texts(said)


def test_what_has_no_sizes_says_so():
    said = talk_about(stack("acme")).say("make it bigger")
    assert proposes_nothing(said)
    assert "has no sizes" in texts(said)


@pytest.mark.parametrize(
    "text", ["make me a bigger bucket for logs", "make a queue and a bigger database", "smaller is better"]
)
def test_what_says_more_means_something_else(text: str):
    assert "another size" not in texts(talk_about(database()).say(text))
