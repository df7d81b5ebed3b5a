"""The model of the catalogue as it is trained, once per run: whichever test process comes first, the others read it."""

import fcntl
import os
from collections.abc import Callable

import pytest

from conversations.training_data import training_data_build
from nlu import artefacts
from nlu.encoder import Encoder
from nlu.pipeline import Pipeline
from nlu.training import train
from tests.unit.conversations.dialogue import catalogue

Trained = Callable[[str, Encoder | None], Pipeline]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    own = tmp_path_factory.getbasetemp()
    place = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def get(name: str, encoder: Encoder | None) -> Pipeline:
        shared = place / f"dialogue-model-{name}"
        with shared.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not shared.exists():
                data = training_data_build(catalogue.blueprints(), catalogue.actions(), catalogue.environments())
                shared.write_bytes(artefacts.dump(train(data, encoder=encoder)))
        return Pipeline(artefacts.load(shared.read_bytes()), encoder)

    return get


@pytest.fixture(scope="session")
def letters(trained: Trained) -> Pipeline:
    """As it is where no encoder can be had."""
    return trained("letters", None)


@pytest.fixture(scope="session")
def encoded(trained: Trained, encoder: Encoder) -> Pipeline:
    """As `make run` trains it."""
    return trained("encoder", encoder)
