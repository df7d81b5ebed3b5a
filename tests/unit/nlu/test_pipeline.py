from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu.pipeline import Pipeline
from nlu.training import train
from nlu.types import IntentDefinition, TrainingData

BUCKET, QUEUE, NETWORK = "blueprint.object-storage", "blueprint.message-queue", "blueprint.network"


@pytest.mark.parametrize(
    ("text", "intent", "values"),
    [
        ("create a staging bucket with versioning", f"{BUCKET}.apply", {"environment": "staging", "versioning": True}),
        ("I need a staging bucket with versioning", f"{BUCKET}.apply", {"environment": "staging", "versioning": True}),
        (
            "spin up a bucket named foo-bar in production",
            f"{BUCKET}.apply",
            {"name": "foo-bar", "environment": "production"},
        ),
        (
            "spin up a queue orders in staging until tomorrow at 6 pm",
            f"{QUEUE}.apply",
            {"name": "orders", "environment": "staging"},
        ),
        (
            "create a bucket reports in production until friday",
            f"{BUCKET}.apply",
            {"name": "reports", "environment": "production"},
        ),
        (
            "set up a new bucket logs in staging for two hours",
            f"{BUCKET}.apply",
            {"name": "logs", "environment": "staging"},
        ),
        (
            "create a bucket versioned in staging until friday",
            f"{BUCKET}.apply",
            {"versioning": True, "environment": "staging"},
        ),
        ("please delete that bucket", f"{BUCKET}.destroy", {}),
        ("delete the bucket acme-logs", f"{BUCKET}.destroy", {"name": "acme-logs"}),
        ("create a vpc with 10.1.0.0/16 over 3 zones", f"{NETWORK}.apply", {"cidr": "10.1.0.0/16", "zones": 3}),
        (
            "i need a fifo queue that keeps messages for a week",
            f"{QUEUE}.apply",
            {"fifo": True, "retention_days": 7},
        ),
        ("what's running?", "base.status", {}),
        ("what do I have in staging", "base.stacks", {"environment": "staging"}),
        ("list buckets", "action.list-buckets", {}),
        ("yes", "base.affirm", {}),
        ("no", "base.deny", {}),
        ("approve", "base.approve", {}),
        ("reject it", "base.reject", {}),
        ("cancel it", "base.cancel", {}),
        ("help", "base.help", {}),
        ("hi", "base.greet", {}),
        ("thank you", "base.thanks", {}),
        ("why?", "base.why", {}),
    ],
)
def test_requests_are_understood(pipeline: Pipeline, text: str, intent: str, values: dict[str, Any]) -> None:
    understanding = pipeline.understand(text)
    assert understanding.intent == intent
    assert {each.slot: each.value for each in understanding.entities} == values
    assert not understanding.negated


@pytest.mark.parametrize(
    "text",
    [
        "order me a pizza",
        "what is the weather",
        "asdkjh qwlekj zxcmn",
        "quiero una cerveza por favor",
        "今日はいい天気ですね",
        "delete my facebook account",
        "approve my mortgage",
        "",
        "   ",
        "?!",
        "😀😀",
        "x" * 4000,
    ],
)
def test_what_is_not_ours_stays_below_the_threshold(pipeline: Pipeline, text: str) -> None:
    understanding = pipeline.understand(text)
    assert understanding.intent is None
    assert understanding.confidence < understanding.threshold


@pytest.mark.parametrize(
    "text", ["don't delete the bucket", "do not create a bucket called x1", "never delete that bucket"]
)
def test_a_negated_request_says_so(pipeline: Pipeline, text: str) -> None:
    assert pipeline.understand(text).negated


@pytest.mark.parametrize(
    "text", ["create a bucket without versioning", "i do not approve", "create a bucket, don't enable versioning"]
)
def test_a_negation_that_is_the_meaning_turns_nothing_round(pipeline: Pipeline, text: str) -> None:
    understanding = pipeline.understand(text)
    assert understanding.intent in ("blueprint.object-storage.apply", "base.reject")
    assert not understanding.negated


def test_reasons_and_alternatives(pipeline: Pipeline) -> None:
    understanding = pipeline.understand("make me a bucket called acme-1 in staging")
    assert {each.kind for each in understanding.reasons} == {"example", "term"}
    assert any("bucket" in each.text for each in understanding.reasons if each.kind == "term")
    confidences = [understanding.confidence, *(each.confidence for each in understanding.alternatives)]
    assert confidences == sorted(confidences, reverse=True)
    assert understanding.intent not in {each.name for each in understanding.alternatives}


def test_below_the_threshold_the_best_guess_is_an_alternative(pipeline: Pipeline) -> None:
    understanding = pipeline.understand("what is the weather")
    assert understanding.alternatives[0].confidence == understanding.confidence
    assert "out_of_scope" not in {each.name for each in understanding.alternatives}


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_answered(pipeline: Pipeline, text: str) -> None:
    understanding = pipeline.understand(text)
    assert 0 <= understanding.confidence <= 1
    for entity in understanding.entities:
        assert text[entity.start : entity.end] == entity.text


def test_only_guarded_intents_need_the_verb_and_the_manner_of_the_sentence() -> None:
    """`how would i delete a bucket` deletes none; where intents only talk, it is what it is like."""
    intents = (
        IntentDefinition(
            "drop", ("delete a bucket", "delete the bucket", "delete my bucket", "delete that bucket", "delete it")
        ),
        IntentDefinition("sing", ("sing a song", "sing a tune", "sing the song", "sing that song", "sing it")),
    )
    guarded = Pipeline(train(TrainingData(intents, ())))
    free = Pipeline(train(TrainingData(tuple(replace(each, guarded=False) for each in intents), ())))
    question = "how would i delete a bucket"
    assert guarded.understand(question).intent is None
    assert not [each for each in guarded.understand(question).alternatives if each.name == "drop"]
    likeliest = free.understand(question)
    assert "drop" in (likeliest.intent, *[each.name for each in likeliest.alternatives[:1]])


@pytest.mark.parametrize("text", ["book me a table until friday", "remind me to call until tomorrow at 6 pm"])
def test_an_end_makes_nothing_ours(pipeline: Pipeline, text: str) -> None:
    assert pipeline.understand(text).intent is None
