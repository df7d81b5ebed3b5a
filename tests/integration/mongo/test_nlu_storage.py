"""Trained versions in GridFS: stored, activated, rolled back, checked; own rows join the next training."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from nlu import active, selectors, services, storage
from nlu.errors import ArtefactDamaged, ModelNotFound, NoModel, TrainingError
from nlu.models import Bot, EntityType, Example, Intent, NluModel
from nlu.types import EntityDefinition, IntentDefinition, TrainingData

DATA = TrainingData(
    intents=(
        IntentDefinition(
            "make", ("create a bucket", "make a bucket", "new bucket", "i need a bucket", "bucket {name}")
        ),
        IntentDefinition("drop", ("delete it", "remove it", "get rid of it", "throw it away", "destroy it")),
    ),
    entities=(EntityDefinition("name", "name"), EntityDefinition("size", "list", {"small": ("tiny",), "large": ()})),
    out_of_scope=("order me a pizza", "what is the weather", "tell me a joke"),
)
MORE = replace(
    DATA,
    intents=(
        *DATA.intents,
        IntentDefinition("sing", ("sing", "sing a song", "hum a tune", "la la la", "start singing")),
    ),
)


@pytest.fixture(autouse=True)
def _fresh(mongo_db: Database[dict[str, object]]) -> Iterator[None]:
    active.active_models.forget()
    yield
    active.active_models.forget()


def test_without_a_model_understanding_says_so() -> None:
    with pytest.raises(NoModel, match="default has no trained model"):
        services.understand("hello")


def test_a_trained_model_answers() -> None:
    told: list[float] = []
    view = services.train(bot="default", data=DATA, activate=True, progress=lambda sentence, share: told.append(share))
    assert (view.number, view.active, told[-1]) == (1, True, 1.0)
    assert services.understand("please create a bucket").intent == "make"
    assert selectors.models_list() == [view]
    assert selectors.bots_list()[0].active_model_id == view.id


def test_an_inactive_version_waits() -> None:
    first = services.train(data=DATA)
    second = services.train(data=MORE, activate=False)
    assert (second.number, second.active) == (2, False)
    assert [each.active for each in selectors.models_list()] == [False, True]
    assert services.model_activate(model_id=second.id).active
    assert services.model_activate(model_id=first.id).active


@pytest.mark.parametrize("same_length", [True, False])
def test_a_damaged_artefact_is_never_activated(mongo_db: Database[dict[str, Any]], same_length: bool) -> None:
    first = services.train(data=DATA)
    second = services.train(data=MORE, activate=False)
    file_id = mongo_db["nlu_model"].find_one({"_id": second.id})["file_id"]  # type: ignore[index]
    chunks = mongo_db["nlu_artefact.chunks"]
    stored = chunks.find_one({"files_id": file_id})["data"]  # type: ignore[index]
    damaged = stored[:-1] + bytes([stored[-1] ^ 1]) if same_length else b"something else"
    chunks.update_one({"files_id": file_id}, {"$set": {"data": damaged}})
    with pytest.raises(ArtefactDamaged, match=r"not what was stored|is damaged"):
        services.model_activate(model_id=second.id)
    assert storage.active_model_id("default") == first.id


def test_a_missing_file_and_an_unknown_version_are_told(mongo_db: Database[dict[str, Any]]) -> None:
    view = services.train(data=DATA)
    mongo_db["nlu_artefact.files"].delete_many({})
    with pytest.raises(ArtefactDamaged, match="gone"):
        services.model_activate(model_id=view.id)
    with pytest.raises(ModelNotFound):
        services.model_activate(model_id="none")


def test_bad_data_stores_nothing() -> None:
    bad = replace(DATA, out_of_scope=("Delete it!",))
    with pytest.raises(TrainingError, match="'Delete it!'"):
        services.train(data=bad)
    assert selectors.models_list() == []
    assert selectors.intents_list() == []


def test_rows_mirror_the_last_training() -> None:
    services.train(data=MORE)
    services.train(data=DATA)
    intents = {each.name: each for each in selectors.intents_list()}
    assert set(intents) == {"make", "drop"}
    assert set(intents["make"].examples) == set(DATA.intents[0].examples)
    assert selectors.entities_list() == [DATA.entities[0], DATA.entities[1]]
    outside = Example.objects.filter(bot_id="default", intent__isnull=True)
    assert {each.text for each in outside} == set(DATA.out_of_scope)


def test_own_rows_join_the_training_and_survive_it() -> None:
    services.train(data=DATA)
    bot = Bot.objects.get(name="default")
    own = Intent.objects.create(bot=bot, name="own.dance")
    for text in ("dance", "dance a waltz", "do the twist", "shake a leg", "boogie"):
        Example.objects.create(bot=bot, intent=own, text=text)
    Example.objects.create(bot=bot, intent_id="default:drop", text="vaporise it")
    Example.objects.create(bot=bot, intent=None, text="paint the fence")
    EntityType.objects.create(bot=bot, name="colour", kind="list", values={"red": ["crimson"]})
    assert not services.trained_on(data=DATA)

    services.train(data=DATA)
    active.active_models.forget()
    assert services.understand("vaporise it").intent == "drop"
    assert services.understand("dance a waltz").intent == "own.dance"
    assert services.understand("make a crimson bucket").first("colour").value == "red"  # type: ignore[union-attr]
    assert {each.source for each in selectors.intents_list() if each.name == "own.dance"} == {"own"}
    assert services.trained_on(data=DATA)
    assert not services.trained_on(data=MORE)


def test_each_bot_has_its_own_model() -> None:
    services.train(bot="default", data=DATA)
    services.train(bot="singer", data=MORE)
    assert services.understand("sing a song", bot="singer").intent == "sing"
    assert services.understand("sing a song").intent != "sing"
    assert [each.name for each in selectors.bots_list()] == ["default", "singer"]


def test_versions_count_per_bot_and_are_unique() -> None:
    services.train(data=DATA)
    services.train(data=DATA)
    assert sorted(NluModel.objects.values_list("number", flat=True)) == [1, 2]
    digests = {each.data_digest for each in selectors.models_list()}
    assert len(digests) == 1
