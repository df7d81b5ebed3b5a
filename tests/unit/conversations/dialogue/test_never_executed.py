"""Two hundred messages that must not lead to anything, through the trained engine and the whole dialogue."""

from functools import cache, partial
from pathlib import Path

import pytest
import yaml

from conversations.dialogue.decisions import Act, Ask, Propose
from nlu.pipeline import Pipeline
from nlu.types import Understanding
from orchestrator.states import JobKind
from tests.unit.conversations.dialogue.scenes import Talk, job, new_world, stack

MESSAGES = [
    (kind, str(text))
    for kind, texts in yaml.safe_load((Path(__file__).parent / "never_executed.yaml").read_text()).items()
    for text in texts
]


@pytest.fixture(params=["encoded", "letters"])
def pipeline(request: pytest.FixtureRequest) -> Pipeline:
    found: Pipeline = request.getfixturevalue(request.param)
    return found


@cache
def _understood(pipeline: Pipeline, text: str) -> Understanding:
    return pipeline.understand(text)


def test_the_set_is_complete():
    assert len({text for _, text in MESSAGES}) == 200


@pytest.mark.parametrize("scene", ["empty", "a stack", "in production", "stacks everywhere", "a plan that waits"])
def test_none_of_them_leads_to_an_execution(pipeline: Pipeline, scene: str):
    """Each is the first message of a conversation: with nothing there, with a stack, with a plan shown to approve.

    A rejection in so many words (`do not approve the plan`) executes nothing. By letters alone, a read may be taken
    out of a question; a change or an approval may not.
    """
    done = []
    for kind, text in MESSAGES:
        talk = Talk(_world(scene), understand=partial(_understood, pipeline))
        steps = talk.say(text).steps
        if any(_executes(each, reads=pipeline.model.encoder_id is not None) for each in steps):
            done.append((kind, text, [type(each).__name__ for each in steps], pipeline.understand(text).intent))
    assert done == []


def test_hardly_any_of_them_begins_a_request(pipeline: Pipeline):
    """A question for a name executes nothing, but is a misunderstanding as well."""
    asked = []
    for _, text in MESSAGES:
        steps = Talk(_world("a stack"), understand=partial(_understood, pipeline)).say(text).steps
        if any(isinstance(each, Ask) for each in steps):
            asked.append(text)
    assert len(asked) <= 10, asked


def _executes(step: object, *, reads: bool) -> bool:
    if isinstance(step, Propose):
        return reads or step.kind is not JobKind.ACTION
    return isinstance(step, Act) and step.action == "approve"


def _world(scene: str):
    one = stack("acme-reports")
    if scene == "stacks everywhere":
        names = {"sandbox": "orion", "staging": "acme-reports", "production": "billing"}
        return new_world(stack_list=[stack(name, environment=where) for where, name in names.items()])
    if scene == "in production":
        return new_world(stack_list=[stack("billing", environment="production")])
    if scene == "a plan that waits":
        waiting = job(of=one)
        return new_world(stack_list=[one], job_list=[waiting], shown={waiting.id: "hash-1"})
    return new_world(stack_list=[one] if scene == "a stack" else [])
