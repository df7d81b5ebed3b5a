"""Fitting the classifier to samples: features, heads and examples. Needs scikit-learn and scipy while it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from .classifier import (
    OUT_OF_SCOPE,
    EncodedExamples,
    EncodedHead,
    Examples,
    Heads,
    LinearClassifier,
    TermExamples,
    mean_of,
)
from .encoder import Encoder
from .encoder.runtime import Vectors
from .features import Features, SparseVector
from .logistic import Basis, basis_of, fit_logistic


@dataclass(frozen=True)
class Options:
    rejection_rate: float = 0.05
    """The share of right answers that may be lost for the sake of rejecting what is out of scope."""
    asking_rate: float = 0.02
    """The share of right answers at which it may be asked needlessly which of two intents is meant."""
    folds: int = 5
    enough_predictions: int = 2_500
    """No more folds are tried once so many phrases have been: the threshold changes no more, and time is short."""
    regularisation: float = 30.0
    """C of the regression on words and letters where they are alone."""
    encoded_regularisation: float = 3.0
    """C of the regression on the encoder's poolings, where words and letters are fused."""
    encoded_regularisation_few: float = 10.0
    """The same where there are too few phrases for that."""
    fused_regularisation: float = 0.5
    """C of the support vector machine on words and letters beside the encoder."""
    fusion: float = 1.0
    """What words and letters weigh beside the encoder."""
    fusion_from: int = 20
    """Phrases per intent (the median) from which on they are used at all: below, they mislead more than they help."""
    outside_weight: float = 3.5
    """How much all phrases out of scope weigh together, in intents."""
    seed: int = 7


DEFAULTS = Options()


@dataclass(frozen=True)
class Sample:
    phrase: str
    """As written in the training data."""
    text: str
    """With values filled in, masked and normalised."""
    label: str
    weight: float
    fold: int
    pooled: Vectors | None = None


@dataclass(frozen=True)
class Fitting:
    features: Features
    heads: Heads
    examples: Examples


def common_basis(samples: Sequence[Sample], options: Options) -> Basis | None:
    """What `fit` can share among folds of these samples; None without an encoder."""
    if samples[0].pooled is None:
        return None
    weights = np.array([sample.weight for sample in samples], dtype=np.float32)
    count = len({sample.label for sample in samples})
    return basis_of(_pooled(samples), weights, count=count, regularisation=_regularisation(samples, options))


def fit(
    samples: Sequence[Sample], options: Options, encoder: Encoder | None = None, basis: Basis | None = None
) -> Fitting:
    """Fit everything to `samples`, which all have poolings when there is an encoder."""
    features = Features.fit([s.text for s in samples], [s.text for s in samples if s.label != OUT_OF_SCOPE])
    vectors = [features.vector(sample.text) for sample in samples]
    labels = [sample.label for sample in samples]
    phrases = [sample.phrase for sample in samples]
    weights = np.array([sample.weight for sample in samples])
    words = _fit_words(vectors, labels, weights, features.size, options, fused=encoder is not None)
    if encoder is None:
        return Fitting(features, Heads(words), TermExamples.build(labels, phrases, vectors, features.size))
    pooled = _pooled(samples)
    numbers = {name: at for at, name in enumerate(words.classes)}
    owners = np.array([numbers[label] for label in labels])
    fitted = fit_logistic(
        pooled,
        owners,
        weights.astype(np.float32),
        count=len(numbers),
        regularisation=_regularisation(samples, options),
        basis=basis,
    )
    fusion = options.fusion if _are_many(samples, options) else 0.0
    encoded = EncodedHead(encoder.id, fitted.weights, fitted.bias, _centres(pooled, owners, len(numbers)), fusion)
    return Fitting(features, Heads(words, encoded), EncodedExamples.build(labels, phrases, pooled))


def _pooled(samples: Sequence[Sample]) -> Vectors:
    return np.stack([sample.pooled for sample in samples if sample.pooled is not None])


def _regularisation(samples: Sequence[Sample], options: Options) -> float:
    return options.encoded_regularisation if _are_many(samples, options) else options.encoded_regularisation_few


def _centres(pooled: Vectors, owners: Any, count: int) -> Vectors:
    """(hidden, classes): the mean of each class, of length 1."""
    centres = np.stack([mean_of(pooled)[owners == at].mean(axis=0) for at in range(count)], axis=1)
    return np.asarray(centres / np.linalg.norm(centres, axis=0, keepdims=True), dtype=np.float32)


def _are_many(samples: Sequence[Sample], options: Options) -> bool:
    phrases: dict[str, set[str]] = {}
    for sample in samples:
        if sample.label != OUT_OF_SCOPE:
            phrases.setdefault(sample.label, set()).add(sample.phrase)
    return median(len(each) for each in phrases.values()) >= options.fusion_from


def _fit_words(
    vectors: Sequence[SparseVector], labels: Sequence[str], weights: Any, size: int, options: Options, *, fused: bool
) -> LinearClassifier:
    """Alone, probabilities are wanted; beside the encoder, margins, which are found in a tenth of the time."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    starts = np.cumsum([0, *(len(vector.indices) for vector in vectors)])
    columns = np.concatenate([vector.indices for vector in vectors])
    matrix = csr_matrix((np.concatenate([vector.values for vector in vectors]), columns, starts), (len(vectors), size))
    found = (
        LinearSVC(C=options.fused_regularisation, tol=1e-2, max_iter=200, random_state=options.seed)
        if fused
        else LogisticRegression(C=options.regularisation, tol=1e-3, max_iter=200)
    )
    found.fit(matrix, list(labels), sample_weight=weights)
    by_class, bias = found.coef_, found.intercept_
    if len(found.classes_) == 2:  # scikit-learn keeps one row for two classes
        by_class, bias = np.vstack([-by_class, by_class]) / 2, np.array([-bias[0], bias[0]]) / 2
    classes = tuple(str(each) for each in found.classes_)
    return LinearClassifier(classes, np.ascontiguousarray(by_class.T, dtype=np.float32), bias)
