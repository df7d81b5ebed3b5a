from pathlib import Path

import pytest

from nlu.pipeline import Pipeline
from nlu.text import normalise
from nlu.training import train
from nlu.types import IntentDefinition, TrainingData
from nlu.verbs import CREATE, DELETE, LOOK, first_verb
from orchestrator import catalog

READS = {
    f"action.{each.stem}"
    for each in (Path(catalog.__file__).parent / "actions").glob("*.yaml")
    if "risk: read" in each.read_text()
}
BUCKET, QUEUE, NETWORK = "blueprint.object-storage", "blueprint.message-queue", "blueprint.network"


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("create two buckets", CREATE),
        ("Could you please spin a few queues up", CREATE),
        ("i want three buckets in production", CREATE),
        ("we'd like a couple of networks", CREATE),
        ("delete all buckets", DELETE),
        ("please don't tear the old vpcs down", DELETE),
        ("the build bucket is old, remove it", DELETE),
        ("list buckets", LOOK),
        ("show me how to create a bucket", LOOK),
        ("what did you create for acme", LOOK),
        ("make a list of all buckets", LOOK),
        ("give me a list of the buckets", LOOK),
        ("are there any buckets to delete", LOOK),
        ("buckets in staging", None),
        ("make it production", None),
        ("make the bucket acme empty", None),
        ("make my bucket private", None),
        ("make a bucket", CREATE),
        ("the bucket you created yesterday", None),
        ("a bucket for build artefacts", None),
    ],
)
def test_what_is_asked_to_be_done(text: str, verb: str | None) -> None:
    assert first_verb(normalise(text)) == verb


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("create two buckets", f"{BUCKET}.apply"),
        ("i want three buckets in production", f"{BUCKET}.apply"),
        ("make me a couple of networks", f"{NETWORK}.apply"),
        ("please set up several queues", f"{QUEUE}.apply"),
        ("create 10 buckets called logs", f"{BUCKET}.apply"),
        ("delete all buckets", f"{BUCKET}.destroy"),
        ("remove the two staging networks", f"{NETWORK}.destroy"),
    ],
)
def test_several_are_asked_for_like_one(pipeline: Pipeline, text: str, intent: str) -> None:
    assert pipeline.understand(text).intent == intent


@pytest.mark.parametrize("verb", ["create", "provision", "delete", "wipe", "nuke", "purge", "get rid of"])
@pytest.mark.parametrize("rest", ["all my buckets", "the buckets in staging", "every s3 bucket", "resources of acme-1"])
def test_a_change_is_never_taken_as_a_look(pipeline: Pipeline, verb: str, rest: str) -> None:
    understanding = pipeline.understand(f"{verb} {rest}")
    offered = [understanding.intent or "", *(each.name for each in understanding.alternatives)]
    looks = {*READS, "base.status", "base.stacks", "base.outputs"}
    assert looks.isdisjoint(offered)


def test_creating_is_never_taken_as_deleting(pipeline: Pipeline) -> None:
    assert pipeline.understand("delete the new bucket please").intent == f"{BUCKET}.destroy"
    assert pipeline.understand("create a bucket and then delete it").intent in (None, f"{BUCKET}.apply")


@pytest.mark.parametrize("text", ["bucket acme-42", "bucket acme-42 in prod", "network core in production"])
def test_a_deletion_is_asked_for_in_so_many_words(pipeline: Pipeline, text: str) -> None:
    assert not (pipeline.understand(text).intent or "").endswith(".destroy")


def test_a_verb_that_no_intent_knows_is_not_understood(small_data: TrainingData) -> None:
    looks = tuple(f"{verb} the buckets" for verb in ("list", "show", "print", "display", "see"))
    tells = tuple(f"{verb} the queues" for verb in ("list", "show", "print", "display", "see"))
    data = TrainingData((IntentDefinition("a", looks), IntentDefinition("b", tells)), small_data.entities)
    pipeline = Pipeline(train(data))
    assert pipeline.understand("show the buckets").alternatives
    understanding = pipeline.understand("delete the buckets")
    assert (understanding.intent, understanding.alternatives, understanding.verb) == (None, (), DELETE)


@pytest.mark.parametrize("text", ["create all my buckets", "create all buckets", "set up every bucket"])
def test_what_only_changes_is_not_offered_to_who_creates(pipeline: Pipeline, text: str) -> None:
    """Phrases such as `make the bucket empty` create nothing."""
    found = pipeline.understand(text)
    offered = {found.intent, *(each.name for each in found.alternatives)}
    assert f"{BUCKET}.apply" in offered
    assert "action.empty-bucket" not in offered
    assert "action.deactivate-access-key" not in offered
