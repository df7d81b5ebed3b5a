"""Fitting the classifier to samples: features, heads and examples. Needs scikit-learn and scipy while it runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    Weights,
    mean_of,
)
from .encoder import Encoder
from .encoder.runtime import Vectors
from .features import Features, Floats, SparseVector
from .logistic import Basis, basis_of, fit_logistic
from .support_vectors import fit_machines


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
    fused_regularisation: float = 1.0
    """C of the support vector machine on words and letters beside the encoder."""
    fusion: float = 1.0
    """What words and letters weigh beside the encoder, until `best_weights` has tried it."""
    fusion_from: int = 20
    """Phrases per intent (the median) from which on they are used at all: below, they mislead more than they help."""
    balance: float = 0.5
    """How far the phrases of an intent that has few are weighed up: 0 not at all, 1 until all intents weigh the same.
    People say more often what many phrases were written or collected for, but not as much more often."""
    outside_weight: float = 3.5
    """How much all phrases out of scope weigh together, in intents."""
    steps: int = 35
    """Of the search for the regression on the encoder's poolings."""
    passes: int = 8
    """Of the search for the support vector machines through all phrases."""
    steps_again: int = 20
    """The same where they start from what was found for most of the phrases."""
    passes_again: int = 5
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
    codes: str = ""
    """Of its tokens, as `Codebook.written` has them; empty without a codebook."""
    frame: str = ""
    """As `tagging.words.framed` has it; empty where values are not told from what stands around them."""
    plain: str = ""
    """What the encoder sees."""
    pooled: Vectors | None = None


@dataclass(frozen=True)
class Start:
    """Where a later search among nearly the same samples may start."""

    classes: tuple[str, ...]
    duals: dict[int, Any]
    """Of the support vector machines, by sample: what `id` says of it."""
    regression: Floats


@dataclass(frozen=True)
class Fitting:
    features: Features
    heads: Heads
    examples: Examples
    start: Start | None = None

    def weighed(self, weights: Weights) -> "Fitting":
        """With other weights of what is said beside the encoder."""
        return replace(self, heads=self.heads.weighed(weights))


def common_basis(samples: Sequence[Sample], options: Options) -> Basis | None:
    """What `fit` can share among folds of these samples; None without an encoder."""
    if samples[0].pooled is None:
        return None
    weights = np.array([sample.weight for sample in samples], dtype=np.float32)
    count = len({sample.label for sample in samples})
    return basis_of(_pooled(samples), weights, count=count, regularisation=_regularisation(samples, options))


def fit(
    samples: Sequence[Sample],
    options: Options,
    encoder: Encoder | None = None,
    basis: Basis | None = None,
    start: Start | None = None,
) -> Fitting:
    """Fit everything to `samples`, which all have poolings when there is an encoder. What was found for nearly the same
    samples (`start`, in the same basis) saves most of the search; it must not have seen what these are tried on."""
    codes = [s.codes for s in samples] if samples[0].codes and _are_many(samples, options) else None
    frames = [s.frame for s in samples] if samples[0].frame and _are_many(samples, options) else None
    subjects = [s.text for s in samples if s.label != OUT_OF_SCOPE]
    features = Features.fit([s.text for s in samples], subjects, codes, frames)
    vectors = [features.vector(sample.text, sample.codes, sample.frame) for sample in samples]
    labels = [sample.label for sample in samples]
    phrases = [sample.phrase for sample in samples]
    weights = np.array([sample.weight for sample in samples], dtype=np.float32)
    if encoder is None:
        words = _fit_words(vectors, labels, weights, features.size, options)
        return Fitting(features, Heads(words), TermExamples.build(labels, phrases, vectors, features.size))
    pooled = _pooled(samples)
    classes = tuple(sorted(set(labels)))
    owners = np.searchsorted(np.array(classes), np.array(labels))
    start = start if start and start.classes == classes else None
    words, duals = _fit_machines(
        samples, vectors, owners, weights, size=features.size, classes=classes, options=options, start=start
    )
    fitted = fit_logistic(
        pooled,
        owners,
        weights,
        count=len(classes),
        regularisation=_regularisation(samples, options),
        steps=options.steps_again if start else options.steps,
        basis=basis,
        start=start.regression if start else None,
    )
    fusion = options.fusion if _are_many(samples, options) else 0.0
    encoded = EncodedHead(encoder.id, fitted.weights, fitted.bias, _centres(pooled, owners, len(classes)), fusion)
    found = Start(classes, duals, fitted.found)
    return Fitting(features, Heads(words, encoded), EncodedExamples.build(labels, phrases, pooled), found)


def _fit_machines(
    samples: Sequence[Sample],
    vectors: Sequence[SparseVector],
    owners: Any,
    weights: Any,
    *,
    size: int,
    classes: tuple[str, ...],
    options: Options,
    start: Start | None,
) -> tuple[LinearClassifier, dict[int, Any]]:
    """Words and letters beside the encoder: margins are wanted of them, found in a tenth of the time that
    probabilities take. With the duals by sample."""
    found = fit_machines(
        vectors,
        owners,
        weights,
        size=size,
        count=len(classes),
        regularisation=options.fused_regularisation,
        start=_duals_of(start, samples) if start else None,
        passes=options.passes_again if start else options.passes,
    )
    duals = {id(sample): row for sample, row in zip(samples, found.duals, strict=True)}
    return LinearClassifier(classes, found.weights, found.bias.astype(np.float64)), duals


def _duals_of(start: Start, samples: Sequence[Sample]) -> Any:
    """(rows, classes); zero for samples that were not there."""
    nothing = np.zeros(len(start.classes), dtype=np.float32)
    return np.stack([start.duals.get(id(sample), nothing) for sample in samples])


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
    vectors: Sequence[SparseVector], labels: Sequence[str], weights: Any, size: int, options: Options
) -> LinearClassifier:
    """Where there is no encoder: their probabilities are wanted."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    starts = np.cumsum([0, *(len(vector.indices) for vector in vectors)])
    columns = np.concatenate([vector.indices for vector in vectors])
    matrix = csr_matrix((np.concatenate([vector.values for vector in vectors]), columns, starts), (len(vectors), size))
    found = LogisticRegression(C=options.regularisation, tol=1e-3, max_iter=200)
    found.fit(matrix, list(labels), sample_weight=weights)
    by_class, bias = found.coef_, found.intercept_
    if len(found.classes_) == 2:  # scikit-learn keeps one row for two classes
        by_class, bias = np.vstack([-by_class, by_class]) / 2, np.array([-bias[0], bias[0]]) / 2
    classes = tuple(str(each) for each in found.classes_)
    return LinearClassifier(classes, np.ascontiguousarray(by_class.T, dtype=np.float32), bias)
