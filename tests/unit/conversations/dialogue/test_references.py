"""Deleting and asking about what exists: by name, by reference, or after asking which."""

import pytest

from conversations.dialogue.decisions import Ask, Propose, Say
from orchestrator.states import JobKind
from tests.unit.conversations.dialogue.scenes import (
    BUCKET,
    DELETE_BUCKET,
    LIST_BUCKETS,
    NEW_BUCKET,
    OTHER,
    QUEUE,
    RESOURCES,
    Talk,
    asked,
    new_world,
    only,
    proposes_nothing,
    stack,
    texts,
)


def test_that_bucket_is_the_one_made_here():
    talk = Talk(new_world(stack_list=[stack("older"), stack("jobs", blueprint=QUEUE)]))
    made = talk.carry_out(
        only(talk.say("staging bucket acme", NEW_BUCKET, environment="staging", name="acme"), Propose)
    )
    proposed = only(talk.say("delete that bucket", DELETE_BUCKET), Propose)
    assert made.stack is not None
    assert (proposed.kind, proposed.stack_id, proposed.environment) == (JobKind.DESTROY, made.stack.id, "staging")
    assert proposed.values == {}
    assert "high risk" in proposed.text
    assert "approver" in proposed.text


@pytest.mark.parametrize(
    ("text", "intent"),
    [("delete that", "base.destroy"), ("delete acme", "base.destroy"), ("remove it", "base.destroy")],
)
def test_deleting_without_a_noun(text: str, intent: str):
    talk = Talk(new_world(stack_list=[stack("jobs", blueprint=QUEUE)]))
    talk.carry_out(only(talk.say("staging bucket acme", NEW_BUCKET, environment="staging", name="acme"), Propose))
    assert only(talk.say(text, intent), Propose).subject == BUCKET


def test_a_name_beats_the_reference():
    talk = Talk(new_world(stack_list=[stack("older")]))
    talk.carry_out(only(talk.say("staging bucket acme", NEW_BUCKET, environment="staging", name="acme"), Propose))
    older = talk.world.stack_list[1]
    assert only(talk.say("delete the bucket older", DELETE_BUCKET), Propose).stack_id == older.id


def test_several_are_asked_about_and_chosen_by_word_or_form():
    world = new_world(stack_list=[stack("one"), stack("two"), stack("jobs", blueprint=QUEUE)])
    talk = Talk(world)
    first = talk.say("delete a bucket", DELETE_BUCKET)
    assert asked(first) == ("stack",)
    assert only(first, Ask).fields[0].choices == ("one", "two")
    again = talk.say("three")
    assert proposes_nothing(again)
    assert "`one` or `two`" in texts(again)
    assert only(talk.say("two"), Propose).stack_id == world.stack_list[1].id
    talk.say("delete a bucket", DELETE_BUCKET)
    assert only(talk.submit(stack="one"), Propose).stack_id == world.stack_list[0].id


def test_the_same_name_twice_is_told_apart_by_environment():
    world = new_world(stack_list=[stack("acme", environment="staging"), stack("acme", environment="production")])
    talk = Talk(world)
    first = talk.say("delete the bucket acme", DELETE_BUCKET, name="acme")
    assert only(first, Ask).fields[0].choices == ("acme (staging)", "acme (production)")
    assert only(talk.say("acme (production)"), Propose).environment == "production"
    said = talk.say("delete the production bucket acme", DELETE_BUCKET, name="acme", environment="production")
    assert only(said, Propose).stack_id == world.stack_list[1].id


def test_an_unknown_name_deletes_nothing_and_names_what_there_is():
    said = Talk(new_world(stack_list=[stack("acme")])).say("delete the bucket nope", DELETE_BUCKET, name="nope")
    assert proposes_nothing(said)
    assert "`nope`" in texts(said)
    assert "`acme`" in texts(said)


def test_nothing_to_delete():
    said = Talk().say("delete that bucket", DELETE_BUCKET)
    assert proposes_nothing(said)
    assert "no bucket" in texts(said)
    assert proposes_nothing(Talk().say("delete that", "base.destroy"))


def test_a_negated_deletion_deletes_nothing():
    talk = Talk(new_world(stack_list=[stack("acme")]))
    assert proposes_nothing(talk.say("do not delete that bucket", DELETE_BUCKET, negated=True))


def test_what_is_gone_is_not_meant():
    talk = Talk(new_world(stack_list=[stack("old", status="gone"), stack("acme")]))
    assert only(talk.say("delete the bucket", DELETE_BUCKET), Propose).stack_id == talk.world.stack_list[1].id


def test_ones_own_is_meant_before_what_one_may_only_see():
    world = new_world(stack_list=[stack("theirs", owner=OTHER), stack("mine")])
    assert only(Talk(world).say("delete a bucket", DELETE_BUCKET), Propose).stack_id == world.stack_list[1].id


def test_deleting_anything_asks_what_when_there_are_several_kinds():
    talk = Talk(new_world(stack_list=[stack("acme"), stack("jobs", blueprint=QUEUE)]))
    said = talk.say("delete something", "base.destroy")
    assert proposes_nothing(said)
    assert "`acme`" in texts(said)
    assert "`jobs`" in texts(said)


def test_list_buckets_reads_where_the_talk_is():
    talk = Talk()
    assert only(talk.say("list buckets", LIST_BUCKETS), Propose).environment == "sandbox"
    talk.say("staging bucket acme", NEW_BUCKET, environment="staging", name="acme")
    proposed = only(talk.say("list buckets", LIST_BUCKETS), Propose)
    assert (proposed.kind, proposed.environment, proposed.stack_id) == (JobKind.ACTION, "staging", None)
    assert (
        only(talk.say("list buckets in prod", LIST_BUCKETS, environment="production"), Propose).environment
        == "production"
    )


def test_resources_of_that_bucket():
    talk = Talk(new_world(stack_list=[stack("jobs", blueprint=QUEUE)]))
    made = talk.carry_out(
        only(talk.say("staging bucket acme", NEW_BUCKET, environment="staging", name="acme"), Propose)
    )
    assert made.stack is not None
    proposed = only(talk.say("show resources of that bucket", RESOURCES), Propose)
    assert (proposed.subject, proposed.stack_id) == ("show-stack-resources", made.stack.id)
    assert only(talk.say("show resources of jobs", RESOURCES, name="jobs"), Propose).stack_id != made.stack.id


def test_outputs():
    outputs = {"bucket_arn": "arn:aws:s3:::acme", "password": {"sensitive": True}}
    world = new_world(stack_list=[stack("acme", outputs=outputs), stack("jobs", blueprint=QUEUE)])
    talk = Talk(world)
    assert "Of which one" in texts(talk.say("show the outputs"))
    assert "`arn:aws:s3:::acme`" in texts(talk.say("what are the outputs of acme", "base.outputs", name="acme"))
    assert "arn:aws:s3:::acme" in only(talk.say("show the outputs"), Say).text
    assert "`password`: secret, shown on the stack's page" in only(talk.say("show the outputs"), Say).text
    assert "no outputs yet" in texts(talk.say("outputs of jobs", "base.outputs", name="jobs"))


def test_what_do_i_have():
    world = new_world(stack_list=[stack("acme", resource_count=4), stack("theirs", owner=OTHER, environment="sandbox")])
    said = texts(Talk(world).say("what do I have"))
    assert "bucket **acme** in staging: live, 4 resources" in said
    assert "(of olga)" in said
    assert "acme" not in texts(Talk(world).say("what do I have in sandbox", "base.stacks", environment="sandbox"))
