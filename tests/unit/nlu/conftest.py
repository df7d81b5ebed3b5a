"""One model of the built-in catalogue and base intents, trained once per run."""

import pytest

from nlu.model import Model
from nlu.pipeline import Pipeline
from nlu.types import EntityDefinition, IntentDefinition, TrainingData
from tests.servers.trained import Trained
from tests.unit.conversations.dialogue import catalogue


@pytest.fixture(scope="session")
def catalogue_data() -> TrainingData:
    return catalogue.training_data()


@pytest.fixture(scope="session")
def model(trained: Trained, catalogue_data: TrainingData) -> Model:
    return trained(catalogue_data, None)


@pytest.fixture(scope="session")
def pipeline(model: Model) -> Pipeline:
    return Pipeline(model)


@pytest.fixture
def small_data() -> TrainingData:
    """Two intents and one of each kind of entity: trained in a moment."""
    return TrainingData(
        intents=(
            IntentDefinition(
                "make",
                (
                    "create a bucket called {name}",
                    "make a bucket",
                    "i need a bucket in {environment}",
                    "new bucket {name} with {versioning}",
                    "a bucket in {region} please",
                    "set up a queue that keeps messages for {retention_days} days",
                ),
                ("name", "environment", "versioning", "region", "retention_days"),
            ),
            IntentDefinition(
                "drop",
                ("delete {name}", "delete the {name} bucket", "remove the bucket", "get rid of it", "throw it away"),
                ("name",),
            ),
        ),
        entities=(
            EntityDefinition("environment", "list", {"staging": ("stage", "test system"), "production": ("prod",)}),
            EntityDefinition("name", "name"),
            EntityDefinition("versioning", "boolean", {"true": ("versioning", "versioned"), "false": ("unversioned",)}),
            EntityDefinition("encryption", "boolean", {"true": ("encryption", "encrypted")}),
            EntityDefinition("nat", "list", {"none": (), "single": (), "per_zone": ()}),
            EntityDefinition("ticket", "pattern", pattern=r"\bOPS-(?P<value>\d+)\b"),
            EntityDefinition("region", "region"),
            EntityDefinition("cidr", "cidr"),
            EntityDefinition("duration", "duration"),
            EntityDefinition("retention_days", "number", {"retention_days": ("retention",)}),
            EntityDefinition("zones", "number", {"zones": ("availability zones",)}),
        ),
        out_of_scope=("order me a pizza", "what is the weather", "tell me a joke", "sing a song", "good grief"),
    )
