"""What was meant instead of what was proposed, in words."""

import pytest

from conversations.dialogue.decisions import Correct, Propose
from conversations.dialogue.world import LastTurn, Proposal
from orchestrator.states import JobState
from tests.unit.conversations.dialogue.scenes import Talk, job, only, stack


def proposed(talk: Talk, **more: object) -> str:
    made = job("create staging bucket acme", values={"name": "acme"}, **more)
    talk.world.job_list.insert(0, made)
    talk.world.proposals[made.id] = Proposal(job=made, seq=1)
    talk.world.last = LastTurn("create a staging bucket called acme", None, made.id)
    return made.id


@pytest.mark.parametrize(
    "text",
    [
        "that was not a bucket but a queue",
        "no, not a bucket, a queue",
        "not a bucket but a queue please",
        "It should not be a bucket, but rather a queue.",
        "I meant a queue, not a bucket",
        "no, I wanted a queue instead of a bucket",
        "bucket was wrong, I meant a queue",
    ],
)
def test_another_thing(text: str):
    talk = Talk()
    job_id = proposed(talk)
    decision = talk.say(text, negated=True)
    assert only(decision, Correct).job_id == job_id
    found = only(decision, Propose)
    assert (found.subject, found.environment, found.values) == ("message-queue", "staging", {"name": "acme"})


@pytest.mark.parametrize(
    "text",
    [
        "staging was wrong, production",
        "staging was a mistake, it should be production",
        "not staging but production",
        "not in staging, in production",
        "I meant production, not staging",
        "wait, staging is wrong: make it production",
    ],
)
def test_another_place(text: str):
    talk = Talk()
    proposed(talk)
    found = only(talk.say(text, negated=True), Propose)
    assert (found.subject, found.environment, found.values) == ("object-storage", "production", {"name": "acme"})


def test_another_name():
    talk = Talk()
    proposed(talk)
    assert only(talk.say("acme is wrong, it should be acme-logs"), Propose).values == {"name": "acme-logs"}


def test_what_is_done_stays_under_its_name():
    talk = Talk()
    made = stack("acme")
    talk.world.stack_list.append(made)
    proposed(talk, of=made, state=JobState.SUCCEEDED)
    decision = talk.say("acme was wrong, acme-logs")
    found = only(decision, Propose)
    assert (found.stack_id, found.stack_name) == (None, "acme-logs")


@pytest.mark.parametrize(
    "text",
    [
        "do not create a bucket",
        "not a bucket",
        "not a bucket but a castle",
        "not a queue but a bucket",
        "not sandbox but production",
        "that was wrong",
        "delete the bucket, not the queue",
        "was staging wrong?",
    ],
)
def test_what_says_nothing_of_the_kind_proposes_nothing(text: str):
    talk = Talk()
    proposed(talk)
    decision = talk.say(text, negated=True)
    assert not any(isinstance(each, Propose | Correct) for each in decision.steps)


def test_with_nothing_proposed_it_means_nothing():
    decision = Talk().say("that was not a bucket but a queue", negated=True)
    assert not any(isinstance(each, Propose | Correct) for each in decision.steps)
