"""One linear support vector machine for each class, all found at once: a step sees one phrase and moves every class.

The same minimum as liblinear's `LinearSVC` (squared hinge loss, one class against the rest, dual coordinate descent of
Hsieh et al., 2008), which goes through the phrases anew for each class and takes some times as long.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .features import SparseVector

Table = NDArray[np.float32]


class Machines(NamedTuple):
    weights: Table
    """(features, classes)"""
    bias: Table
    """(classes,)"""
    duals: Table
    """(rows, classes), not negative: how much each phrase holds each class; a later search may start there."""


def fit_machines(
    vectors: Sequence[SparseVector],
    classes: NDArray[np.int64],
    weights: NDArray[np.float32],
    *,
    size: int,
    count: int,
    regularisation: float,
    start: Table | None = None,
    passes: int = 12,
    tolerance: float = 0.02,
    seed: int = 7,
) -> Machines:
    """`size` features, `classes` in 0..count-1 and `weights` per row; `regularisation` is scikit-learn's C.

    `start` are duals to begin with. Ends after so many passes, or when no class moved further than `tolerance`.
    """
    rows = [_Row(vector, size, weight * regularisation) for vector, weight in zip(vectors, weights, strict=True)]
    signs = np.full((len(rows), count), -1, dtype=np.float32)
    signs[np.arange(len(rows)), classes] = 1
    duals = np.zeros_like(signs) if start is None else start.copy()
    table = np.zeros((size + 1, count), dtype=np.float32)
    if start is not None:
        for row, held in zip(rows, signs * duals, strict=True):
            table[row.columns] += row.values[:, None] * held
    chance = np.random.default_rng(seed)
    for _ in range(passes):
        furthest = 0.0
        for at in chance.permutation(len(rows)):
            furthest = max(furthest, rows[at].step(table, signs[at], duals[at]))
        if furthest < tolerance:
            break
    return Machines(table[:-1], table[-1], duals)


class _Row:
    """A phrase; the last column is the bias, a feature that each phrase has."""

    def __init__(self, vector: SparseVector, size: int, cost: float) -> None:
        self.columns = np.append(vector.indices, size)
        self.values = np.append(vector.values, 1).astype(np.float32)
        self._softness = np.float32(1 / (2 * cost))
        self._length = float(self.values @ self.values) + self._softness

    def step(self, table: Table, signs: Table, duals: Table) -> float:
        """Bring this phrase's duals to where the rest wants them, the others left as they are; the furthest move."""
        touched = table[self.columns]
        slopes = signs * (self.values @ touched) - 1 + self._softness * duals
        moves = np.maximum(duals - slopes / self._length, 0) - duals
        duals += moves
        touched += self.values[:, None] * (moves * signs)
        table[self.columns] = touched
        return float(np.abs(moves).max() * self._length)
