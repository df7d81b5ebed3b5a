""" "Why?": message, intent, values with the words they came from, plan lines."""

from typing import Any

import pytest

from conversations.dialogue.decisions import Decision, Propose, Say
from conversations.dialogue.explaining import explained
from conversations.dialogue.sources import Heard, Source
from conversations.dialogue.words import asks_why
from conversations.dialogue.world import LastTurn, Proposal
from nlu.types import Entity, Reason, ScoredIntent, Understanding
from orchestrator.states import JobState
from orchestrator.types import JobView, Origin, PlanCounts, PlannedChange, PlanSummary
from tests.unit.conversations.dialogue.scenes import (
    BUCKET,
    NEW_BUCKET,
    NEW_QUEUE,
    OTHER,
    Talk,
    job,
    new_world,
    only,
    proposes_nothing,
    texts,
    understood,
)

SAID = "create a staging bucket called acme"
PLAN = PlanSummary(
    PlanCounts(create=2),
    (
        PlannedChange("aws_s3_bucket.this", "aws_s3_bucket", "create", variables=("name", "tags")),
        PlannedChange("aws_s3_bucket_versioning.this", "aws_s3_bucket_versioning", "create", variables=("versioning",)),
    ),
    "hash-1",
    "2 things would be created.",
)


def understand(text: str) -> Understanding:
    if text != SAID:
        return understood(text)
    spans = {"environment": "staging", "name": "acme"}
    entities = tuple(
        Entity(name, said, said, SAID.index(said), SAID.index(said) + len(said), "list") for name, said in spans.items()
    )
    alternatives = (ScoredIntent(NEW_QUEUE, 0.03), ScoredIntent("base.help", 0.01))
    reasons = (Reason("example", "create a bucket called {name}", 0.9), Reason("term", "bucket", 0.4))
    return Understanding(text, NEW_BUCKET, 0.96, 0.5, alternatives, entities, reasons)


def proposed(talk: Talk, **more: Any) -> JobView:
    """The bucket was proposed, and its plan is there."""
    found = only(talk.say(SAID), Propose)
    made = job("create staging bucket acme", id=found.job_id, values=dict(found.values), plan=PLAN, **more)
    why = {"heard": Heard.from_json(found.why["heard"])}
    sources = {name: Source.from_json(each) for name, each in found.why["sources"].items()}
    talk.world.proposals[made.id] = Proposal(job=made, seq=1, sources=sources, **why)
    talk.world.job_list.insert(0, made)
    talk.world.last = LastTurn(SAID, None, made.id)
    return made


def said(decision: Decision) -> Say:
    assert proposes_nothing(decision)
    return only(decision, Say)


def test_the_whole_way_from_the_message_to_the_plan():
    talk = Talk(understand=understand)
    made = proposed(talk)
    answer = said(talk.say("why?"))
    for part in (
        f"**create staging bucket acme** comes from your message “{SAID}”.",
        "I understood “create a bucket”: 96% sure, and I need 50%.",
        "Next came “create a queue” 3%.",
        "create a bucket called {name}",
        "- Environment: `staging` (your words “staging”, a word I know)",
        "- Name: `acme` (your words “acme”, a word I know)",
        "versioning",
        "- create `aws_s3_bucket.this`: because of name",
        "- create `aws_s3_bucket_versioning.this`: as preselected by versioning",
        "Not what you meant?",
    ):
        assert part in answer.text, answer.text
    assert answer.why is not None
    assert answer.why["job_id"] == made.id
    assert answer.why["message"] == {"seq": 1, "text": SAID}


def test_one_value_is_asked_about():
    talk = Talk(understand=understand)
    proposed(talk)
    answer = said(talk.say("why staging?"))
    assert "- Environment: `staging` (your words “staging”, a word I know) → all of the plan" in answer.text
    assert "Name" not in answer.text
    versioning = said(talk.say("why the versioning?"))
    assert "→ `aws_s3_bucket_versioning.this`" in versioning.text


def test_the_thing_itself_is_asked_about():
    talk = Talk(understand=understand)
    proposed(talk)
    answer = said(talk.say("why a bucket?"))
    assert "I understood “create a bucket”: 96% sure" in answer.text
    assert "Environment" not in answer.text


def test_structured_for_clients_that_draw_it():
    talk = Talk(understand=understand)
    made = proposed(talk)
    found = explained(talk.world.proposals[made.id], talk.world)
    values = {each["name"]: each for each in found["values"]}
    assert values["name"]["lines"] == ["aws_s3_bucket.this"]
    assert (values["name"]["source"]["start"], values["name"]["source"]["end"]) == (31, 35)
    assert values["environment"]["everything"]
    assert values["environment"]["choices"] == ["sandbox", "staging", "production"]
    assert values["versioning"]["source"]["kind"] == "default"
    assert found["intent"]["by"] == "model"
    assert [each["intent"] for each in found["intent"]["alternatives"]] == [NEW_QUEUE]
    assert found["options"][0]["intent"] == NEW_QUEUE
    assert NEW_BUCKET not in {each["intent"] for each in found["options"]}
    assert found["correctable"]


def test_only_the_requester_is_offered_to_correct_it():
    talk = Talk(understand=understand)
    made = proposed(talk, requester=OTHER)
    found = explained(talk.world.proposals[made.id], talk.world)
    assert (found["correctable"], found["options"]) == (False, [])
    assert "olga" in found["why_not"]


def test_a_job_of_a_program_has_values_and_plan_lines_and_no_words():
    world = new_world()
    made = job(values={"name": "acme"}, plan=PLAN, origin=Origin("api"))
    found = explained(Proposal(job=made, seq=0), world)
    assert (found["message"], found["intent"]["by"], found["correctable"]) == (None, "request", False)
    assert {each["name"]: each["source"]["kind"] for each in found["values"]}["name"] == "given"


def test_a_secret_is_not_told():
    talk = Talk()
    made = job(values={"name": "acme", "password": "(sensitive)"})
    bucket = next(each for each in talk.world.blueprint_list if each.name == BUCKET)
    talk.world.blueprint_list = [_secret(bucket)]
    found = explained(Proposal(job=made, seq=1), talk.world)
    (value,) = [each for each in found["values"] if each["name"] == "password"]
    assert (value["value"], value["sensitive"]) == (None, True)


def _secret(blueprint: Any) -> Any:
    from dataclasses import replace

    from orchestrator.types import Variable

    secret = Variable("password", "string", default="hunter2", required=False, sensitive=True)
    return replace(blueprint, variables=(*blueprint.variables, secret))


def test_an_open_question_is_explained_so_far_and_asked_again():
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    decision = talk.say("why?")
    assert "comes from your message “create a staging bucket”" in texts(decision)
    assert "What should the bucket be called?" in texts(decision)
    assert talk.state.form is not None


def test_why_after_a_yes_explains_what_was_approved():
    talk = Talk(understand=understand)
    made = proposed(talk)
    talk.world.last = LastTurn("yes", None, made.id)
    assert "create staging bucket acme" in said(talk.say("but why?")).text


def test_a_message_that_nothing_was_proposed_for():
    talk = Talk()
    payload = {"intent": None, "confidence": 0.2, "threshold": 0.5, "slots": [], "reasons": []}
    talk.world.last = LastTurn("make me a sandwich", payload)
    assert "I know nothing like “make me a sandwich”" in said(talk.say("why?")).text
    talk.world.last = LastTurn("yes", payload)
    assert "“yes” means one thing, whatever a model makes of it: a yes." in said(talk.say("why?")).text
    talk.world.last = None
    assert "no message before" in said(talk.say("why?")).text


def test_a_newer_message_is_explained_rather_than_an_older_job():
    talk = Talk(understand=understand)
    proposed(talk)
    payload = {"intent": "base.stacks", "confidence": 0.9, "threshold": 0.5, "slots": [], "reasons": []}
    talk.world.last = LastTurn("tell me what there is of mine", payload)
    assert "I understood “tell me what there is of mine”" in said(talk.say("why?")).text
    assert "Environment: `staging`" in said(talk.say("why staging?")).text


@pytest.mark.parametrize(
    "text",
    ["why?", "Why", "but why?", "why staging?", "why in staging", "why did you take staging", "hm, why that one?"],
)
def test_why_in_many_words(text: str):
    assert asks_why(text)


@pytest.mark.parametrize(
    "text", ["why not", "why don't you create a bucket", "why did the job of yesterday fail", "that is why", "whys"]
)
def test_what_is_no_question_about_the_bot(text: str):
    assert not asks_why(text)


def test_what_is_over_is_explained_too():
    talk = Talk(understand=understand)
    made = proposed(talk, state=JobState.SUCCEEDED)
    assert made.id == (said(talk.say("why?")).why or {})["job_id"]
