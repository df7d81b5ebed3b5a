"""Which model answers, with storage replaced by a dictionary."""

import threading
from dataclasses import dataclass, field

import pytest
from pymongo.errors import ServerSelectionTimeoutError

from nlu import active, storage
from nlu.active import CHECK_SECONDS, ActiveModels
from nlu.errors import ArtefactDamaged, NoModel
from nlu.model import Model
from nlu.training import train
from nlu.types import TrainingData


@dataclass
class Shelf:
    """Versions by id, the active one, and how MongoDB is."""

    models: dict[str, Model]
    active_id: str | None = None
    broken: Exception | None = None
    loads: list[str] = field(default_factory=list)
    now: float = 100.0

    def active_model_id(self, bot: str) -> str | None:
        if self.broken:
            raise self.broken
        return self.active_id

    def model_load(self, model_id: str) -> Model:
        self.loads.append(model_id)
        if model_id not in self.models:
            raise ArtefactDamaged("gone")
        return self.models[model_id]


@pytest.fixture
def shelf(small_data: TrainingData, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = Shelf({"one": train(small_data), "two": train(small_data)}, active_id="one")
    monkeypatch.setattr(storage, "active_model_id", shelf.active_model_id)
    monkeypatch.setattr(storage, "model_load", shelf.model_load)
    monkeypatch.setattr(active.time, "monotonic", lambda: shelf.now)
    return shelf


def test_a_newly_activated_version_is_noticed(shelf: Shelf) -> None:
    models = ActiveModels()
    assert models.pipeline("default").model is shelf.models["one"]
    shelf.active_id = "two"
    assert models.pipeline("default").model is shelf.models["one"]
    shelf.now += CHECK_SECONDS
    assert models.pipeline("default").model is shelf.models["two"]
    assert CHECK_SECONDS < 2
    assert shelf.loads == ["one", "two"]


def test_no_model_is_a_clear_error(shelf: Shelf) -> None:
    shelf.active_id = None
    with pytest.raises(NoModel, match="train_nlu"):
        ActiveModels().pipeline("default")


@pytest.mark.parametrize("broken", [ServerSelectionTimeoutError("away"), None])
def test_the_model_last_seen_goes_on_answering(shelf: Shelf, broken: Exception | None) -> None:
    models = ActiveModels()
    models.pipeline("default")
    shelf.now += CHECK_SECONDS
    shelf.broken, shelf.active_id = broken, "damaged"
    assert models.pipeline("default").model is shelf.models["one"]


def test_with_mongodb_away_from_the_start_the_error_is_mongodbs(shelf: Shelf) -> None:
    shelf.broken = ServerSelectionTimeoutError("away")
    with pytest.raises(ServerSelectionTimeoutError):
        ActiveModels().pipeline("default")


def test_many_threads_load_once(shelf: Shelf) -> None:
    models, barrier = ActiveModels(), threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        models.pipeline("default")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelf.loads == ["one"]


def test_whoever_waits_for_nothing_is_not_held_up_by_a_slow_look(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    models = ActiveModels()
    models.pipeline("default")
    shelf.now += CHECK_SECONDS
    looking, go_on = threading.Event(), threading.Event()

    def slow(bot: str) -> str:
        looking.set()
        assert go_on.wait(10)
        return "one"

    monkeypatch.setattr(storage, "active_model_id", slow)
    looker = threading.Thread(target=models.pipeline, args=("default",))
    looker.start()
    assert looking.wait(10)
    assert models.pipeline("default").model is shelf.models["one"]
    go_on.set()
    looker.join()
