import io
import json
import pickle
from typing import Any

import numpy as np
import pytest

from nlu import artefacts, proving
from nlu.errors import ArtefactDamaged
from nlu.model import Model, data_as_json, data_digest
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


@pytest.mark.parametrize(
    "changes",
    [
        {"classes": ["drop"]},
        {"threshold": "high"},
        {"threshold": None},
        {"data": []},
        {"data": {"intents": [{"name": "make", "examples": 7, "slots": []}], "entities": [], "out_of_scope": []}},
        {"ranges": {"make": [0, 10**9]}},
        {"phrases": []},
        {"intercept": float("nan")},
        {"values": float("nan")},
        {"values": "much"},
        {"tagger": {"labels": [], "attributes": [], "head": None}},
    ],
    ids=str,
)
def test_what_was_made_up_is_refused_before_it_answers(small_model: Model, changes: dict[str, Any]) -> None:
    with pytest.raises(ArtefactDamaged, match="train again"):
        proving.prove(artefacts.load(rewritten(artefacts.dump(small_model), **changes)))


def test_a_pattern_that_is_none_is_refused(small_model: Model) -> None:
    entity = {"name": "ticket", "kind": "pattern", "values": {}, "pattern": "("}
    document = {**data_as_json(small_model.data), "entities": [entity]}
    with pytest.raises(ArtefactDamaged, match="train again"):
        proving.prove(artefacts.load(rewritten(artefacts.dump(small_model), data=document)))


def test_deep_nonsense_and_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def packed(document: bytes) -> bytes:
        target = io.BytesIO()
        np.savez_compressed(target, document=np.frombuffer(document, dtype=np.uint8))
        return target.getvalue()

    for document in (b"[" * 100_000, b"[]", b"{", b"\xff"):
        with pytest.raises(ArtefactDamaged):
            artefacts.load(packed(document))
    monkeypatch.setattr(artefacts, "_MOST_BYTES", 1_000_000)
    with pytest.raises(ArtefactDamaged, match="larger"):
        artefacts.load(packed(b" " * 2_000_000))


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
