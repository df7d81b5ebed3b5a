"""Understanding with the sentence encoder: the same interface, better answers, nothing that depends on luck."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from nlu import artefacts
from nlu.classifier import EVIDENCE_WEIGHT, EncodedHead, Heads, LinearClassifier, Scores
from nlu.encoder import Encoder
from nlu.errors import ArtefactDamaged, EncoderMissing, NoModel
from nlu.logistic import fit_logistic
from nlu.model import Model, data_digest
from nlu.pipeline import Pipeline
from nlu.training import train
from nlu.types import TrainingData
from tests.servers.trained import Trained


@pytest.fixture(scope="module")
def fused(trained: Trained, catalogue_data: TrainingData, encoder: Encoder) -> Model:
    return trained(catalogue_data, encoder)


def test_held_out_messages_are_understood_and_the_rest_of_the_world_is_not(fused: Model, encoder: Encoder) -> None:
    held_out: Any = yaml.safe_load((Path(__file__).parent / "held_out.yaml").read_text(encoding="utf-8"))
    pipeline = Pipeline(fused, encoder)
    pairs = [(intent, text) for intent, texts in held_out["in_scope"].items() for text in texts]
    right = sum(pipeline.understand(text).intent == intent for intent, text in pairs)
    rejected = sum(pipeline.understand(str(text)).intent is None for text in held_out["out_of_scope"])
    assert right / len(pairs) >= 0.97
    assert rejected / len(held_out["out_of_scope"]) >= 0.97


def test_reasons_are_near_examples_and_weighty_terms(fused: Model, encoder: Encoder) -> None:
    understanding = Pipeline(fused, encoder).understand("we would like some place to keep our invoices in staging")
    assert understanding.intent == "blueprint.object-storage.apply"
    assert {each.kind for each in understanding.reasons} == {"example", "term"}
    nearest = next(each for each in understanding.reasons if each.kind == "example")
    assert nearest.text in fused.examples.phrases


def test_a_name_does_not_change_what_is_meant(fused: Model, encoder: Encoder) -> None:
    pipeline = Pipeline(fused, encoder)
    understood = [pipeline.understand(f"create a bucket called {name}") for name in ("acme-1", "pizza", "weather-2")]
    assert len({each.intent for each in understood}) == 1
    assert len({each.confidence for each in understood}) == 1


def test_a_model_survives_storage(small_data: TrainingData, encoder: Encoder) -> None:
    model = train(small_data, encoder=encoder)
    loaded = artefacts.load(artefacts.dump(model))
    before, after = Pipeline(model, encoder), Pipeline(loaded, encoder)
    for text in ("create a staging bucket called acme-1", "delete it", "order me a pizza", ""):
        assert after.understand(text).intent == before.understand(text).intent
        assert after.understand(text).confidence == pytest.approx(before.understand(text).confidence, abs=2e-3)
    assert data_digest(small_data, encoder.id) != data_digest(small_data, None)


def test_weights_must_fit_the_encoder(small_data: TrainingData, encoder: Encoder) -> None:
    model = train(small_data, encoder=encoder)
    assert model.heads.encoded is not None
    object.__setattr__(model.heads.encoded, "weights", model.heads.encoded.weights[:10])
    with pytest.raises(ArtefactDamaged, match="encoder"):
        artefacts.load(artefacts.dump(model))


def test_without_its_encoder_a_model_is_refused_with_advice(small_data: TrainingData, encoder: Encoder) -> None:
    model = train(small_data, encoder=encoder)
    with pytest.raises(EncoderMissing, match="nlu_encoder") as refused:
        Pipeline(model)
    assert isinstance(refused.value, NoModel)


def test_what_fits_two_intents_is_told_from_what_fits_none() -> None:
    nothing = np.zeros((1, 1), dtype=np.float32)
    words = LinearClassifier(("make", "out_of_scope", "show"), np.zeros((1, 3), dtype=np.float32), np.zeros(3))
    heads = Heads(words, EncodedHead("any", nothing, np.zeros(3, dtype=np.float32), nothing, 0.7))
    two = Scores(np.array([4.0, -8.0, 4.0]), np.array([0.5, -1.0, 0.5]))
    none = Scores(np.array([0.0, 0.0, 0.0]), np.array([-1.0, -1.0, -1.0]))
    foreign = Scores(np.array([0.0, 9.0, 0.0]), np.array([-1.0, -1.0, -1.0]))
    assert heads.support(two, (0, 2)) == pytest.approx(EVIDENCE_WEIGHT * (4 + np.log(2)) + 0.5)
    assert heads.support(two, (0, 2)) > heads.support(none, (0, 2)) + 3
    assert heads.support(foreign, (0, 2)) == heads.support(none, (0, 2)), "what speaks for out of scope is no support"
    without_words = Scores(two.joint, None)
    assert heads.support(without_words, (0, 2)) == pytest.approx(EVIDENCE_WEIGHT * (4 + np.log(2)))
    assert Heads(words).support(without_words, (0, 2)) == 0, "by words alone the score decides"


def test_the_regression_finds_what_scikit_learn_finds() -> None:
    from sklearn.linear_model import LogisticRegression

    chance = np.random.default_rng(1)
    vectors = chance.normal(size=(300, 12)).astype(np.float32)
    owners = (vectors[:, :3] + chance.normal(size=(300, 3))).argmax(axis=1)
    weights = chance.uniform(0.5, 2, size=300).astype(np.float32)
    fitted = fit_logistic(vectors, owners, weights, count=3, regularisation=2.0, steps=300)
    expected = LogisticRegression(C=2.0, tol=1e-8, max_iter=2000).fit(vectors, owners, sample_weight=weights)
    ours = vectors @ fitted.weights + fitted.bias
    np.testing.assert_allclose(
        ours - ours.mean(axis=1, keepdims=True), expected.decision_function(vectors), rtol=0, atol=0.02
    )
