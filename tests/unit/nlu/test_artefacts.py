import io
import json
import pickle
from typing import Any

import numpy as np
import pytest

from nlu import artefacts
from nlu.errors import ArtefactDamaged
from nlu.model import Model, data_digest
from nlu.pipeline import Pipeline
from nlu.training import train
from nlu.types import TrainingData


@pytest.fixture
def small_model(small_data: TrainingData) -> Model:
    return train(small_data)


def rewritten(content: bytes, **changes: Any) -> bytes:
    with np.load(io.BytesIO(content)) as archive:
        arrays = {name: archive[name] for name in archive.files}
    document = {**json.loads(arrays["document"].tobytes()), **changes}
    arrays["document"] = np.frombuffer(json.dumps(document).encode(), dtype=np.uint8)
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


def test_a_model_survives_storage(small_model: Model) -> None:
    loaded = artefacts.load(artefacts.dump(small_model))
    assert loaded.data == small_model.data
    assert data_digest(loaded.data, None) == data_digest(small_model.data, None)
    assert loaded.metrics == small_model.metrics
    before, after = Pipeline(small_model), Pipeline(loaded)
    for text in ("create a staging bucket called acme-1", "delete it", "order me a pizza", ""):
        assert after.understand(text) == before.understand(text)


def test_what_is_no_model_is_refused(small_model: Model) -> None:
    content = artefacts.dump(small_model)
    for damaged in (b"", b"nonsense", content[: len(content) // 2], pickle.dumps({"a": 1})):
        with pytest.raises(ArtefactDamaged):
            artefacts.load(damaged)


def test_nothing_is_unpickled() -> None:
    target = io.BytesIO()
    np.savez(target, document=np.array([{"format": "infrachat-nlu"}], dtype=object))
    with pytest.raises(ArtefactDamaged):
        artefacts.load(target.getvalue())


def test_another_engines_model_says_train_again(small_model: Model) -> None:
    with pytest.raises(ArtefactDamaged, match="train again"):
        artefacts.load(rewritten(artefacts.dump(small_model), engine=999))


def test_weights_must_fit_the_vocabulary(small_model: Model) -> None:
    with pytest.raises(ArtefactDamaged, match="vocabulary"):
        artefacts.load(rewritten(artefacts.dump(small_model), terms=[["one"], ["two"]]))
