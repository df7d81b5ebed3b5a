"""Random conversations: whatever was said before, some messages never lead to an execution."""

import random

import pytest

from conversations.dialogue.decisions import Act, Correct, Propose
from nlu.pipeline import Pipeline
from orchestrator.states import JobKind, JobState
from tests.unit.conversations.dialogue.scenes import Talk, new_world, stack
from tests.unit.conversations.dialogue.test_conversations import carry_out, moves_on

# fmt: off
ASKING = (
    "create a bucket", "create a staging bucket called acme-one", "create a queue called jobs-two in sandbox",
    "create a bucket called acme-one and a queue called jobs-two in staging", "delete acme-logs", "delete that bucket",
    "delete both buckets", "delete the last one", "delete a bucket", "create a bucket in staging or production",
    "create a network", "i want a bucket or a queue", "delete acme-logs and then create a bucket called acme-two",
)
ANSWERING = (
    "acme-three", "staging", "in production", "yes", "no", "next", "skip it", "the first one", "the other one", "both",
    "2", "yep, go for it", "nah", "cancel", "never mind", "approve", "reject because it is too big", "👍", "default",
    "no, call it acme-four instead", "make it production", "without versioning", "forget the rest", "go on",
)
LOOKING = ("what is running?", "what do I have", "help", "hello", "thanks", "why?", "show the outputs")
NEGATED = (
    "don't create a bucket", "do not delete acme-logs", "never delete that bucket", "please don't make a queue",
    "don't delete it and don't create anything", "don't create a bucket in production",
    "do not put it in staging", "you must not touch the bucket acme-logs", "do not apply anything",
)
QUESTIONS = (
    "what does it cost?", "how would I delete a bucket?", "should I create a queue in production?",
    "what happens when I delete acme-logs?", "is it safe to delete that bucket?", "why would anybody create a network?",
    "how much would a bucket and a queue cost?", "who may delete acme-logs?", "when is a bucket deleted?",
)
NONSENSE = (
    "my cat sat on a warm windowsill", "what a lovely day for a picnic", "order a pizza with extra cheese",
    "the meeting was moved to thursday afternoon", "tell me a joke about elephants",
)
# fmt: on


@pytest.mark.parametrize("seed", range(30))
def test_what_is_negated_asked_about_or_not_understood_executes_nothing(encoded: Pipeline, seed: int):
    chance = random.Random(seed)
    talk = Talk(new_world(stack_list=[stack("acme-logs"), stack("acme-raw")]), understand=encoded.understand)
    for _ in range(14):
        kind = chance.choice((ASKING, ANSWERING, ANSWERING, LOOKING, NEGATED, QUESTIONS, NONSENSE))
        text = chance.choice(kind)
        asked = talk.state.form is not None
        decision = talk.say(text)
        proposed = [each for each in decision.steps if isinstance(each, Propose)]
        approved = [each for each in decision.steps if isinstance(each, Act) and each.action == "approve"]
        corrected = [each for each in decision.steps if isinstance(each, Correct)]
        said = f"{text!r} (a question was open: {asked}) -> {decision.steps}"
        assert len(approved) <= 1, said
        assert sum(each.kind is not JobKind.ACTION for each in proposed) <= 1, said
        if kind in (NEGATED, QUESTIONS, NONSENSE, LOOKING):
            assert not proposed, said
            assert not approved, said
            assert not corrected, said
        if approved:
            assert kind in (ASKING, ANSWERING), said
        carry_out(decision, talk)
        if chance.random() < 0.2:
            moves_on(talk, JobState.SUCCEEDED)
