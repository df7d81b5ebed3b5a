"""The linear head: intents' probabilities, nearest training examples, and how far to trust the best intent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from .features import Features, Floats, Indices, SparseVector

OUT_OF_SCOPE = "out_of_scope"
"""The class of phrases that no intent should claim; never an answer."""

SIGNALS = ("log_probability", "margin", "nearer", "strangeness")


@dataclass(frozen=True)
class LinearClassifier:
    """Multinomial logistic regression. `weights` has a row per feature, so that a message touches few rows."""

    classes: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: Floats

    def probabilities(self, vector: SparseVector) -> Floats:
        scores = vector.values @ self.weights[vector.indices] + self.bias
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum(), dtype=np.float64)

    def contributions(self, vector: SparseVector, intent: int) -> Floats:
        """What each term of the vector adds to an intent's score, above the average intent's."""
        rows = self.weights[vector.indices]
        return np.asarray(vector.values * (rows[:, intent] - rows.mean(axis=1)), dtype=np.float64)


@dataclass(frozen=True)
class ExampleIndex:
    """Training examples in compressed rows, those of one intent side by side."""

    phrases: tuple[str, ...]
    starts: Indices
    """Row r has the entries starts[r] to starts[r + 1]."""
    indices: Indices
    values: NDArray[np.float32]
    ranges: dict[str, tuple[int, int]]
    """Rows of each intent: first, one past the last."""

    @classmethod
    def build(cls, labels: Sequence[str], phrases: Sequence[str], vectors: Sequence[SparseVector]) -> "ExampleIndex":
        order = sorted(range(len(labels)), key=lambda at: (labels[at], at))
        ranges: dict[str, tuple[int, int]] = {}
        for row, at in enumerate(order):
            ranges[labels[at]] = (ranges.get(labels[at], (row, row))[0], row + 1)
        chosen = [vectors[at] for at in order]
        return cls(
            phrases=tuple(phrases[at] for at in order),
            starts=np.cumsum([0, *(len(vector.indices) for vector in chosen)], dtype=np.int64),
            indices=np.concatenate([vector.indices for vector in chosen]),
            values=np.concatenate([vector.values for vector in chosen]).astype(np.float32),
            ranges=ranges,
        )

    def similarities(self, vector: SparseVector, intent: str, size: int) -> tuple[Floats, int]:
        """Cosine to each example of an intent, and the row of the first; `size` is the number of features."""
        first, last = self.ranges[intent]
        start, end = int(self.starts[first]), int(self.starts[last])
        query = np.zeros(size, dtype=np.float64)
        query[vector.indices] = vector.values
        products = np.concatenate((query[self.indices[start:end]] * self.values[start:end], [0.0]))
        sums = np.add.reduceat(products, self.starts[first:last] - start)
        empty = self.starts[first:last] == self.starts[first + 1 : last + 1]
        return np.where(empty, 0.0, sums), first


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


def guess(
    text: str,
    vector: SparseVector,
    features: Features,
    head: LinearClassifier,
    examples: ExampleIndex,
    *,
    without: Collection[str] = (),
) -> Guess:
    """Rank the intents for a normalised text, those in `without` left out, and measure how well the best fits.

    A text that fits one of those best is no surer to mean another: their share of the probability is nobody's. One
    intent at least must be left.
    """
    probabilities = head.probabilities(vector)
    probabilities[[at for at, name in enumerate(head.classes) if name in without]] = 0.0
    left_out = {OUT_OF_SCOPE, *without}
    order = tuple(int(at) for at in np.argsort(-probabilities, kind="stable") if head.classes[at] not in left_out)
    similarities, first = examples.similarities(vector, head.classes[order[0]], features.size)
    outside = 0.0
    if OUT_OF_SCOPE in examples.ranges:
        outside = float(examples.similarities(vector, OUT_OF_SCOPE, features.size)[0].max())
    best = float(probabilities[order[0]])
    second = float(np.delete(probabilities, order[0]).max())  # of out of scope, perhaps
    signals = np.array(
        [log(best + 1e-9), best - second, float(similarities.max()) - outside, features.strangeness(text)]
    )
    return Guess(order, probabilities, signals, similarities, first)
