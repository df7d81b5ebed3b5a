"""Where each value of a proposal came from, and how the request was understood."""

from dataclasses import replace

from conversations.dialogue.decisions import Ask, Propose
from conversations.dialogue.sources import Heard, Source
from conversations.dialogue.world import ValuesCheck
from nlu.types import Entity, Reason, ScoredIntent, Understanding
from orchestrator.types import Variable
from tests.unit.conversations.dialogue.scenes import (
    BUCKET,
    DELETE_BUCKET,
    NEW_BUCKET,
    NEW_NETWORK,
    Talk,
    only,
    stack,
    understood,
)


def sources(proposed: Propose) -> dict[str, Source]:
    return {name: Source.from_json(each) for name, each in proposed.why["sources"].items()}


def heard(proposed: Propose) -> Heard:
    return Heard.from_json(proposed.why["heard"])


def understand(text: str, intent: str | None = NEW_BUCKET, **words: str) -> Understanding:
    """As the engine would: `words` is what stands in the text for each slot."""
    entities = tuple(
        Entity(name, said, said, text.index(said), text.index(said) + len(said), "list") for name, said in words.items()
    )
    alternatives = (ScoredIntent("blueprint.message-queue.apply", 0.04),)
    return Understanding(text, intent, 0.93, 0.4, alternatives, entities, (Reason("example", "make a bucket", 0.8),))


def test_values_of_the_message_have_its_words_and_how_they_were_recognised():
    said = "create a staging bucket called acme"
    talk = Talk(understand=lambda text: understand(text, environment="staging", name="acme"))
    proposed = only(talk.say(said), Propose)
    assert sources(proposed) == {
        "environment": Source("message", 1, "staging", 9, 16, "list"),
        "name": Source("message", 1, "acme", 31, 35, "list"),
    }
    how = heard(proposed)
    assert (how.intent, how.by, how.seq, how.text) == (NEW_BUCKET, "model", 1, said)
    assert (how.confidence, how.threshold) == (0.93, 0.4)
    assert how.alternatives == ({"intent": "blueprint.message-queue.apply", "confidence": 0.04},)
    assert how.reasons[0]["text"] == "make a bucket"


def test_answers_defaults_forms_and_corrections_are_told_apart():
    talk = Talk()
    talk.say("create a bucket", NEW_BUCKET)
    talk.say("in staging please", environment="staging")
    talk.say("no, in production", environment="production")
    proposed = only(talk.say("acme-logs"), Propose)
    found = sources(proposed)
    assert (found["name"].kind, found["name"].words, found["name"].seq) == ("answer", "acme-logs", 4)
    assert (found["environment"].kind, found["environment"].words, found["environment"].seq) == (
        "correction",
        "production",
        3,
    )
    assert heard(proposed).seq == 1


def test_a_form_and_what_was_left_as_it_was_preselected():
    talk = Talk()
    talk.say("create a network", NEW_NETWORK)
    found = sources(only(talk.submit(name="net-a", environment="sandbox"), Propose))
    assert (found["name"], found["environment"]) == (Source("form", 2), Source("form", 2))
    assert {each.kind for name, each in found.items() if name not in ("name", "environment")} == {"default"}


def test_a_stack_that_was_pointed_at_and_one_that_was_named():
    talk = Talk()
    talk.world.stack_list.extend([stack("acme"), stack("acme-logs")])
    talk.state = talk.state.remember(talk.world.stack_list[1])
    pointed = sources(only(talk.say("delete that bucket", DELETE_BUCKET), Propose))
    assert (pointed["stack"].kind, pointed["environment"].kind) == ("memory", "stack")
    named = sources(only(talk.say("delete the bucket acme", DELETE_BUCKET, name="acme"), Propose))
    assert (named["stack"].kind, named["stack"].words) == ("message", "acme")


def test_a_secret_leaves_none_of_its_words():
    talk = Talk()
    bucket = talk.world.blueprint_list[0]
    secret = Variable("password", "string", required=False, sensitive=True)
    talk.world.blueprint_list = [replace(bucket, variables=(*bucket.variables, secret))]
    text = "create a bucket with password hunter2hunter2"
    meaning = understand(text, f"blueprint.{bucket.name}.apply", password="hunter2hunter2")
    talk.understand = lambda said: meaning if said == text else understood(said)
    assert only(talk.say(text), Ask)
    assert talk.state.form is not None
    assert talk.state.form.heard is not None
    assert talk.state.form.heard.text == "create a bucket with password •••"
    assert "hunter2" not in str(talk.state.to_json())


def test_a_secret_that_was_not_recognised_in_the_message_is_taken_out_when_it_is_known():
    talk = Talk()
    bucket = next(each for each in talk.world.blueprint_list if each.name == BUCKET)
    secret = Variable("password", "string", required=True, sensitive=True)
    talk.world.blueprint_list = [replace(bucket, variables=(*bucket.variables, secret))]
    talk.world.check = lambda kind, subject, values: ValuesCheck(values)
    said = "create a bucket called acme in staging, hunter2hunter2 is its password"
    talk.say(said, NEW_BUCKET, name="acme", environment="staging")
    proposed = only(talk.submit(password="hunter2hunter2"), Propose)
    assert "hunter2" not in str(proposed.why)
    assert heard(proposed).text == said.replace("hunter2hunter2", "•••")
