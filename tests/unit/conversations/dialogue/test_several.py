"""More than one asked for at once: one request is one thing, and it says so before anything is done."""

from datetime import timedelta

import pytest

from conversations.dialogue.decisions import Ask, Propose
from conversations.dialogue.state import DialogueState, Wanted
from conversations.dialogue.words import asks_for_several, number_asked, plural
from tests.unit.conversations.dialogue.scenes import (
    BUCKET,
    DELETE_BUCKET,
    LIST_BUCKETS,
    NEW_BUCKET,
    NEW_QUEUE,
    QUEUE,
    Talk,
    asked,
    new_world,
    only,
    proposes_nothing,
    stack,
    texts,
)

NOUNS = ("bucket", "buckets", "storage", "s3 bucket", "s3 buckets")


@pytest.mark.parametrize(
    "text",
    [
        "create two buckets",
        "3 s3 buckets",
        "create buckets",
        "a couple of storage buckets",
        "ten bucket",
        "both buckets",
    ],
)
def test_several(text: str):
    assert asks_for_several(text, NOUNS)


@pytest.mark.parametrize(
    "text",
    [
        "create a bucket",
        "1 bucket",
        "a bucket for our two buckets",
        "a bucket over 3 zones",
        "a 30 days bucket",
        "hello",
    ],
)
def test_one(text: str):
    assert not asks_for_several(text, NOUNS)


def test_nothing_is_called_so():
    assert not asks_for_several("two buckets", ())


@pytest.mark.parametrize(
    ("noun", "nouns"), [("bucket", "buckets"), ("policy", "policies"), ("key", "keys"), ("address", "addresses")]
)
def test_plurals(noun: str, nouns: str):
    assert plural(noun) == nouns


def test_it_is_said_and_the_first_is_asked_for_whatever_was_named():
    talk = Talk()
    said = talk.say("create two buckets called logs in staging", NEW_BUCKET, environment="staging", name="logs")
    assert asked(said) == ("name",)
    assert "One request makes one bucket." in texts(said)
    proposed = only(talk.say("logs-one"), Propose)
    assert (proposed.values, proposed.environment) == ({"name": "logs-one"}, "staging")
    assert "One request" not in proposed.text


def test_it_is_said_while_a_question_is_open():
    talk = Talk()
    talk.say("create a bucket", NEW_BUCKET)
    assert "One request makes one bucket." in texts(talk.say("create two buckets", NEW_BUCKET))


def test_reading_of_many_is_nothing_special():
    assert "One request" not in only(Talk().say("list buckets", LIST_BUCKETS), Propose).text


@pytest.mark.parametrize(
    "text", ["delete all buckets", "delete several buckets", "delete buckets first-logs and other-logs"]
)
def test_a_deletion_of_several_asks_which(text: str):
    talk = Talk(new_world(stack_list=[stack("first-logs"), stack("other-logs"), stack("jobs", blueprint=QUEUE)]))
    talk.carry_out(only(talk.say("delete the bucket first-logs", DELETE_BUCKET), Propose))
    said = talk.say(text, DELETE_BUCKET)
    assert proposes_nothing(said)
    assert "One request deletes one bucket" in texts(said)
    assert only(said, Ask).fields[0].choices == ("first-logs", "other-logs")


def test_two_names_are_not_taken_as_the_longer_one():
    talk = Talk(new_world(stack_list=[stack("first-logs"), stack("more-logs"), stack("other-logs")]))
    said = talk.say("delete first-logs and more-logs", "base.destroy")
    assert only(said, Ask).fields[0].choices == ("first-logs", "more-logs")


def test_the_only_one_is_deleted_without_a_lecture():
    talk = Talk(new_world(stack_list=[stack("first-logs")]))
    said = talk.say("delete all buckets", DELETE_BUCKET)
    assert only(said, Propose).subject == BUCKET
    assert "One request" not in texts(said)


@pytest.mark.parametrize("text", ["delete both buckets", "delete those two buckets"])
def test_both_are_deleted_one_after_the_other(text: str):
    talk = Talk(new_world(stack_list=[stack("first-logs"), stack("other-logs"), stack("jobs", blueprint=QUEUE)]))
    said = talk.say(text, DELETE_BUCKET)
    first = only(said, Propose)
    assert first.stack_id == talk.world.stack_list[0].id
    assert "After that: `delete other-logs`." in texts(said)
    talk.carry_out(first)
    assert only(talk.say("next"), Propose).stack_id == talk.world.stack_list[1].id
    assert not talk.state.later


def with_later(at: str) -> Talk:
    later = Wanted("create a queue called jobs-two", NEW_QUEUE, ({"slot": "name", "value": "jobs-two"},), at)
    return Talk(state=DialogueState(later=(later,), offered=True))


def test_what_was_asked_for_long_ago_is_meant_no_more():
    world = new_world()
    assert asked(with_later((world.now - timedelta(hours=23)).isoformat()).say("yes")) == ("environment",)
    for at in ((world.now - timedelta(hours=24)).isoformat(), "yesterday", "", "2026-01-01T12:00:00"):
        talk = with_later(at)
        assert proposes_nothing(talk.say("yes"))
        assert not talk.state.later


def test_what_is_kept_and_offered_no_more_starts_nothing():
    world = new_world(blueprint_list=[])
    talk = with_later(world.now.isoformat())
    talk.world = world
    assert proposes_nothing(talk.say("next"))
    assert not talk.state.later


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("create two buckets", 2), ("two new encrypted buckets", 2), ("a couple of buckets", 2), ("12 buckets", 12)),
        *(("a dozen buckets please", 12), ("both buckets", 2), ("create a bucket", None), ("some buckets", None)),
        *(("several buckets", None), ("two queues and a bucket", None), ("keep it 3 days in the bucket", None)),
        *(("9" * 40 + " buckets", None), ("", None), ("0 buckets", 0)),
    ],
)
def test_how_many_are_asked_for(text: str, number: int | None):
    assert number_asked(text, ("bucket", "buckets")) == number
