"""Models that tests only read, trained once per run: whichever test process comes first, the others load its work."""

import fcntl
import os
from collections.abc import Callable

import pytest

from nlu import artefacts
from nlu.encoder import Encoder
from nlu.model import Model, data_digest
from nlu.training import train
from nlu.types import TrainingData

Trained = Callable[[TrainingData, Encoder | None], Model]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """trained(data, encoder) is a model of this data, as it comes out of storage."""
    own = tmp_path_factory.getbasetemp()
    place = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def get(data: TrainingData, encoder: Encoder | None) -> Model:
        shared = place / f"model-{data_digest(data, encoder.id if encoder else None)[:16]}"
        with shared.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not shared.exists():
                shared.write_bytes(artefacts.dump(train(data, encoder=encoder)))
        return artefacts.load(shared.read_bytes())

    return get
