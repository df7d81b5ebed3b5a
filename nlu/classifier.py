"""The linear heads: intents' probabilities, nearest training examples, and how far to trust the best intent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from .encoder.files import HIDDEN, POOLINGS
from .encoder.runtime import Vectors
from .features import Features, Floats, Indices, SparseVector

OUT_OF_SCOPE = "out_of_scope"
"""The class of phrases that no intent should claim; never an answer."""

SIGNALS = ("score", "margin", "nearer", "strangeness", "support")
"""What is known of how far the best intent can be trusted; `score` and `support` need no phrases out of scope."""
CLOSENESS_WEIGHT = 6.0
"""`score` is the logarithm of the best intent's probability plus this x the largest cosine to an intent's centre."""
NEAREST_WEIGHT = 4.0
"""What `nearer` weighs beside `score` with an encoder, where too few phrases out of scope are known to learn it."""
SUPPORT_WEIGHT = 1.0
"""The same of `support`."""
EVIDENCE_WEIGHT = 0.5
"""What all intents' scores together weigh in `support`, beside what words and letters say of the best intent."""
_MEAN = POOLINGS.index("mean") * HIDDEN


@dataclass(frozen=True)
class LinearClassifier:
    """A linear model of words and letters. `weights` has a row per feature, so that a message touches few rows."""

    classes: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: Floats

    def scores(self, vector: SparseVector) -> Floats:
        return np.asarray(vector.values @ self.weights[vector.indices] + self.bias, dtype=np.float64)

    def contributions(self, vector: SparseVector, intent: int) -> Floats:
        """What each term of the vector adds to an intent's score, above the average intent's."""
        rows = self.weights[vector.indices]
        return np.asarray(vector.values * (rows[:, intent] - rows.mean(axis=1)), dtype=np.float64)


@dataclass(frozen=True)
class Heard:
    """One message as the classifier gets it."""

    text: str
    """Masked and normalised."""
    terms: SparseVector
    pooled: Vectors | None = None
    """The encoder's poolings; None where understanding goes by words and letters alone."""
    agreement: Floats | None = None
    """Of each class: how well the values in the text are those that it has, see `tagging.agreement`; None where that
    says nothing."""


@dataclass(frozen=True)
class EncodedHead:
    """Logistic regression on a sentence encoder's poolings, and how near a text is to each class."""

    encoder_id: str
    weights: NDArray[np.float32]
    """(poolings, classes)"""
    bias: NDArray[np.float32]
    centroids: NDArray[np.float32]
    """(hidden, classes): the mean of each class's examples, of length 1."""
    fusion: float
    """What the scores of words and letters weigh beside it; 0 where there are too few examples for them to help."""

    def scores(self, pooled: Vectors) -> Floats:
        return np.asarray(pooled @ self.weights + self.bias, dtype=np.float64)

    def closeness(self, pooled: Vectors) -> Floats:
        """Cosine to the centre of each class."""
        return np.asarray(mean_of(pooled) @ self.centroids, dtype=np.float64)


class Weights(NamedTuple):
    """What is said beside the encoder weighs so much."""

    words: float
    """Words and letters."""
    values: float = 0.0
    """How well the values in a text are those of an intent."""


class Scores(NamedTuple):
    """Of each class."""

    joint: Floats
    """What the probabilities come from."""
    words: Floats | None
    """What words and letters say beside an encoder; None where they say nothing beside it."""


@dataclass(frozen=True)
class Heads:
    """What gives each class its probability."""

    words: LinearClassifier
    encoded: EncodedHead | None = None
    values: float = 0.0
    """What `Heard.agreement` weighs beside the encoder."""

    @property
    def classes(self) -> tuple[str, ...]:
        return self.words.classes

    def scores(self, heard: Heard) -> Scores:
        if self.encoded is None or heard.pooled is None:
            return Scores(self.words.scores(heard.terms), None)
        encoded = self.encoded.scores(heard.pooled)
        if not self.encoded.fusion:
            return Scores(encoded, None)
        words = self.words.scores(heard.terms)
        joint = encoded + self.encoded.fusion * words
        if heard.agreement is not None:
            joint += self.values * heard.agreement
        return Scores(joint, words)

    def weighed(self, weights: Weights) -> "Heads":
        """The same with other weights, where words and letters are used beside an encoder."""
        if self.encoded is None or not self.encoded.fusion:
            return self
        return replace(self, encoded=replace(self.encoded, fusion=weights.words), values=weights.values)

    def support(self, scores: Scores, classes: Sequence[int]) -> float:
        """How much speaks for the first of the classes, and for any of them, beyond its share; 0 without an encoder.

        A probability says which intent fits best; here a text that fits none is told from one that fits two.
        """
        if self.encoded is None:
            return 0.0
        joint = scores.joint[list(classes)]
        evidence = float(joint.max() + np.log(np.exp(joint - joint.max()).sum()))
        return EVIDENCE_WEIGHT * evidence + (0.0 if scores.words is None else float(scores.words[classes[0]]))

    def closeness(self, heard: Heard, classes: Sequence[int]) -> float:
        """The largest cosine to the centre of one of the classes; 0 without an encoder."""
        if self.encoded is None or heard.pooled is None:
            return 0.0
        return float(self.encoded.closeness(heard.pooled)[list(classes)].max())


class Examples(Protocol):
    """Training examples, those of one intent side by side."""

    @property
    def phrases(self) -> tuple[str, ...]: ...

    @property
    def ranges(self) -> dict[str, tuple[int, int]]: ...

    def similarities(self, heard: Heard, intent: str) -> tuple[Floats, int]:
        """Cosine to each example of an intent, and the row of the first."""
        ...


@dataclass(frozen=True)
class TermExamples:
    """Examples by their words and letters, in compressed rows."""

    phrases: tuple[str, ...]
    ranges: dict[str, tuple[int, int]]
    """Rows of each intent: first, one past the last."""
    size: int
    """The number of features."""
    starts: Indices
    """Row r has the entries starts[r] to starts[r + 1]."""
    indices: Indices
    values: NDArray[np.float32]

    @classmethod
    def build(
        cls, labels: Sequence[str], phrases: Sequence[str], vectors: Sequence[SparseVector], size: int
    ) -> "TermExamples":
        order, ranges = side_by_side(labels)
        chosen = [vectors[at] for at in order]
        return cls(
            phrases=tuple(phrases[at] for at in order),
            ranges=ranges,
            size=size,
            starts=np.cumsum([0, *(len(vector.indices) for vector in chosen)], dtype=np.int64),
            indices=np.concatenate([vector.indices for vector in chosen]),
            values=np.concatenate([vector.values for vector in chosen]).astype(np.float32),
        )

    def similarities(self, heard: Heard, intent: str) -> tuple[Floats, int]:
        first, last = self.ranges[intent]
        start, end = int(self.starts[first]), int(self.starts[last])
        query = np.zeros(self.size, dtype=np.float64)
        query[heard.terms.indices] = heard.terms.values
        products = np.concatenate((query[self.indices[start:end]] * self.values[start:end], [0.0]))
        sums = np.add.reduceat(products, self.starts[first:last] - start)
        empty = self.starts[first:last] == self.starts[first + 1 : last + 1]
        return np.where(empty, 0.0, sums), first


@dataclass(frozen=True)
class EncodedExamples:
    """Examples by what they mean to the encoder: the mean over the last layer, of length 1."""

    phrases: tuple[str, ...]
    ranges: dict[str, tuple[int, int]]
    vectors: NDArray[np.float32]

    @classmethod
    def build(cls, labels: Sequence[str], phrases: Sequence[str], pooled: Vectors) -> "EncodedExamples":
        order, ranges = side_by_side(labels)
        return cls(tuple(phrases[at] for at in order), ranges, mean_of(pooled)[order])

    def similarities(self, heard: Heard, intent: str) -> tuple[Floats, int]:
        first, last = self.ranges[intent]
        if heard.pooled is None:
            return np.zeros(last - first), first
        query = mean_of(heard.pooled)
        return np.asarray(self.vectors[first:last] @ query, dtype=np.float64), first


def side_by_side(labels: Sequence[str]) -> tuple[list[int], dict[str, tuple[int, int]]]:
    """The order that brings the rows of each label together, and where each then begins and ends."""
    order = sorted(range(len(labels)), key=lambda at: (labels[at], at))
    ranges: dict[str, tuple[int, int]] = {}
    for row, at in enumerate(order):
        ranges[labels[at]] = (ranges.get(labels[at], (row, row))[0], row + 1)
    return order, ranges


def mean_of(pooled: Vectors) -> Vectors:
    """Of poolings, the mean over the last layer: what nearness is measured by."""
    return np.asarray(pooled[..., _MEAN : _MEAN + HIDDEN], dtype=np.float32)


@dataclass(frozen=True)
class Confidence:
    """Signals about the best intent turned into the probability that it is right and in scope.

    Fitted on predictions for phrases the classifier had not seen. See SIGNALS for the order of `coefficients`.
    """

    coefficients: Floats
    intercept: float

    def of(self, signals: Floats) -> float:
        return 1 / (1 + exp(-max(-30.0, min(30.0, float(signals @ self.coefficients) + self.intercept))))


@dataclass(frozen=True)
class Guess:
    """The classifier's view of one text, before a threshold."""

    order: tuple[int, ...]
    """Classes that are intents, the most probable first."""
    probabilities: Floats
    signals: Floats
    similarities: Floats
    first_example: int

    @property
    def rival(self) -> float:
        """The second best intent's share of the best one's probability; 0 without a second."""
        shares = self.probabilities[list(self.order[:2])]
        return float(shares[1] / shares[0]) if len(shares) > 1 and shares[0] > 0 else 0.0


def guess(
    heard: Heard, features: Features, heads: Heads, examples: Examples, *, without: Collection[str] = ()
) -> Guess:
    """Rank the intents for a text, those in `without` left out, and measure how well the best fits.

    A text that fits one of those best is no surer to mean another: their share of the probability is nobody's. One
    intent at least must be left.
    """
    classes = heads.classes
    scores = heads.scores(heard)
    probabilities = _softmax(scores.joint)
    shut = [at for at, name in enumerate(classes) if name in without] if without else []
    probabilities[shut] = 0.0
    ranked = np.argsort(-probabilities, kind="stable").tolist()
    order = tuple(at for at in ranked if classes[at] != OUT_OF_SCOPE and at not in shut)
    similarities, first = examples.similarities(heard, classes[order[0]])
    outside = 0.0
    if OUT_OF_SCOPE in examples.ranges:
        outside = float(examples.similarities(heard, OUT_OF_SCOPE)[0].max())
    best = float(probabilities[order[0]])
    second = float(probabilities[ranked[1] if ranked[0] == order[0] else ranked[0]])  # of out of scope, perhaps
    score = log(best + 1e-9) + CLOSENESS_WEIGHT * heads.closeness(heard, order)
    nearer, strangeness = float(similarities.max()) - outside, features.strangeness(heard.text)
    signals = np.array([score, best - second, nearer, strangeness, heads.support(scores, order)])
    return Guess(order, probabilities, signals, similarities, first)


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum(), dtype=np.float64)
