"""What was added is learned by the bots that answer, without anybody asking for it; and understood then."""

from typing import Any

import pytest
from pymongo.database import Database

from chatbot_project.mongo.connections import collection
from conversations.training import blueprints_teach, training_source
from conversations.training_data import training_data_build
from nlu import storage
from nlu.pipeline import Pipeline
from orchestrator import selectors
from orchestrator.catalog.adding.drafting import manifest_draft
from orchestrator.catalog.configuration import configuration_read
from orchestrator.catalog.loader import LoadedBlueprint, blueprint_compose
from orchestrator.catalog.sync import blueprint_store
from tests.servers.trained import Trained
from tests.unit.catalog.large_module import large_module
from tests.unit.conversations.dialogue import catalogue

from .orchestrating import seed


def platform(extra: str = "") -> LoadedBlueprint:
    files = large_module()
    text = manifest_draft("platform", files, configuration_read(files))
    return blueprint_compose(text + extra, files, name="platform")


def runs() -> list[dict[str, Any]]:
    return list(collection("nlu_trainingrun").find({}, {"bot_id": 1, "state": 1, "asked_by": 1}))


def test_the_bots_that_answer_learn_what_was_added(mongo_db: Database[Any]) -> None:
    seed()
    for bot in ("default", "silent", "narrow"):
        storage.bot_ensure(bot)
    bots = collection("nlu_bot")
    bots.update_many({"_id": {"$in": ["default", "narrow"]}}, {"$set": {"active_model_id": "m"}})
    bots.update_one({"_id": "narrow"}, {"$set": {"all_parts": False, "parts": ["blueprint.vault"]}})
    assert blueprints_teach() == 0

    blueprint_store(platform(), text="x", added_by="root")
    assert blueprints_teach() == 1
    assert blueprints_teach() == 0
    assert [(each["bot_id"], each["state"]) for each in runs()] == [("default", "queued")]
    data = training_source("default").data
    assert "blueprint.platform.apply" in {each.name for each in data.intents}

    # A newer version while that is being learned waits for its turn.
    blueprint_store(platform("# newer\n"), text="x", added_by="root")
    assert blueprints_teach() == 0
    assert list(selectors.blueprints_untaught()) == ["platform"]
    collection("nlu_trainingrun").delete_many({})
    assert blueprints_teach() == 1
    assert selectors.blueprints_untaught() == {}


@pytest.mark.full
def test_a_large_module_s_draft_is_understood_beside_the_built_in(trained: Trained) -> None:
    views = [*catalogue.blueprints(), platform().view]
    data = training_data_build(views, catalogue.actions(), catalogue.environments())
    pipeline = Pipeline(trained(data, None))
    for text, intent in {
        "create a platform called acme-core in staging": "blueprint.platform.apply",
        "set up a platform for acme-core": "blueprint.platform.apply",
        "delete the platform acme-core": "blueprint.platform.destroy",
        "create a bucket called acme-logs": "blueprint.object-storage.apply",
        "i need a network in sandbox": "blueprint.network.apply",
    }.items():
        heard = pipeline.understand(text)
        assert heard.intent == intent, text
    heard = pipeline.understand("create a platform called acme-core in staging")
    assert {each.slot: each.value for each in heard.entities} == {"name": "acme-core", "environment": "staging"}
