"""What words and letters weigh beside the encoder is what suits phrases that neither had seen."""

from dataclasses import replace

import numpy as np
import pytest

from nlu.classifier import EncodedHead, Heads, Heard, LinearClassifier, Weights
from nlu.encoder.files import HIDDEN
from nlu.encoder.runtime import SIZE
from nlu.features import SparseVector
from nlu.fusion import VALUES, WORDS, best_weights

COUNT = 1_200
LABELS = ["ask", "tell"] * (COUNT // 2)


def heads(fusion: float) -> Heads:
    """Both see one number: the encoder the first of its poolings, words and letters their only term."""
    weights = np.zeros((SIZE, 2), dtype=np.float32)
    weights[0] = (1, -1)
    head = EncodedHead("some", weights, np.zeros(2, dtype=np.float32), np.zeros((HIDDEN, 2), dtype=np.float32), fusion)
    words = LinearClassifier(("ask", "tell"), np.array([[1, -1]], dtype=np.float32), np.zeros(2))
    return Heads(words, head)


def heard(of_words: float, of_encoder: float) -> list[Heard]:
    """`of_words` and `of_encoder` are how often each is right."""
    chance = np.random.default_rng(3)
    found = []
    for label in LABELS:
        sign = 1 if label == "ask" else -1
        pooled = np.zeros(SIZE, dtype=np.float32)
        pooled[0] = sign if chance.random() < of_encoder else -sign
        term = sign if chance.random() < of_words else -sign
        found.append(Heard("x", SparseVector(np.array([0]), np.array([float(term)])), pooled))
    return found


def test_what_is_right_more_often_weighs_more() -> None:
    assert best_weights(heads(1.0), heard(0.99, 0.7), LABELS, Weights(1.0)) == Weights(max(WORDS))
    assert best_weights(heads(1.0), heard(0.7, 0.99), LABELS, Weights(1.0)) == Weights(min(WORDS))


@pytest.mark.parametrize(("of_values", "weighs"), [(0.95, True), (0.5, False)])
def test_values_weigh_where_they_are_right(of_values: float, weighs: bool) -> None:
    chance = np.random.default_rng(4)
    found = []
    for each, label in zip(heard(0.8, 0.8), LABELS, strict=True):
        right = (label == "ask") == (chance.random() < of_values)
        found.append(replace(each, agreement=np.array([0.0, -2.0] if right else [-2.0, 0.0])))
    weight = best_weights(heads(1.0), found, LABELS, Weights(1.0)).values
    assert weight == (max(VALUES) if weighs else 0.0)


@pytest.mark.parametrize("size", [0.02, 50.0])
def test_how_large_scores_are_does_not_matter(size: float) -> None:
    """A regression's scores are as large as its phrases are many: only what they say counts."""
    small = heads(1.0)
    assert small.encoded is not None
    words = replace(small.words, weights=small.words.weights * np.float32(size))
    large = replace(
        small, words=words, encoded=replace(small.encoded, weights=small.encoded.weights * np.float32(size))
    )
    assert best_weights(large, heard(0.97, 0.8), LABELS, Weights(1.0)) == best_weights(
        small, heard(0.97, 0.8), LABELS, Weights(1.0)
    )


@pytest.mark.parametrize(("fusion", "count"), [(0.0, COUNT), (1.0, 900)])
def test_where_words_are_not_used_or_phrases_are_few_nothing_changes(fusion: float, count: int) -> None:
    default = Weights(fusion)
    assert best_weights(heads(fusion), heard(0.99, 0.7)[:count], LABELS[:count], default) == default


def test_other_weights_are_for_those_who_use_words() -> None:
    unused, used = heads(0.0).weighed(Weights(4.0, 0.5)), heads(1.0).weighed(Weights(4.0, 0.5))
    assert unused.encoded is not None and used.encoded is not None
    assert (unused.encoded.fusion, used.encoded.fusion) == (0.0, 4.0)
    assert (unused.values, used.values) == (0.0, 0.5)
