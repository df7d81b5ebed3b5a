"""Small training data, and bots that learn it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from chatbot_project.mongo.transactions import Transaction
from nlu import outside, storage
from nlu.model import Model, data_digest
from nlu.outside import TrainingSource
from nlu.training import train
from nlu.types import EntityDefinition, IntentDefinition, NluModelView, Person, TrainingData
from nlu.versions import version_store

ADA = Person("1", "ada")
DATA = TrainingData(
    intents=(
        IntentDefinition(
            "make", ("create a bucket", "make a bucket", "new bucket", "i need a bucket", "bucket {name}")
        ),
        IntentDefinition("drop", ("delete it", "remove it", "get rid of it", "throw it away", "destroy it")),
    ),
    entities=(EntityDefinition("name", "name"),),
    out_of_scope=("order me a pizza", "what is the weather", "tell me a joke"),
)


@dataclass
class Outside:
    """In place of the catalogue and the queue: what bots learn, and which tasks were promised."""

    data: TrainingData = DATA
    promised: list[tuple[str, str]] = field(default_factory=list)
    error: Exception | None = None

    def training_source(self, bot: str) -> TrainingSource:
        if self.error:
            raise self.error
        return TrainingSource(self.data, {})

    def task_promise(self, *, tx: Transaction, task: str, argument: str) -> None:
        tx.after_commit(lambda: self.promised.append((task, argument)))


@contextmanager
def connected() -> Iterator[Outside]:
    before: Any = dict(outside._connected)
    found = Outside()
    outside.connect(training_source=found.training_source, task_promise=found.task_promise)
    yield found
    outside._connected.update(before)


_models: dict[str, Model] = {}


def trained(*, data: TrainingData = DATA, activate: bool = True) -> NluModelView:
    """A version of the default bot, trained on this data alone, as `services.train` makes it; what is trained is
    trained once per test process."""
    key = data_digest(data, None)
    if key not in _models:
        _models[key] = train(data)
    storage.bot_ensure("default")
    model_id = version_store(bot="default", model=_models[key], data=data, titles={}, activate=activate, by=ADA)
    return storage.model_view(model_id)
