"""Multinomial logistic regression on dense vectors, fast enough on one core to train while somebody waits.

The columns are first turned and scaled so that they matter alike (the regression's answer stays the same): L-BFGS then
needs tens of steps where it would need hundreds. Needs scipy, so it runs only where training does.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Floats = NDArray[np.float64]


class Fitted(NamedTuple):
    weights: Matrix
    """(columns, classes)"""
    bias: Matrix
    """(classes,)"""
    found: Floats
    """Both as the search found them: where a later search in the same basis may start."""


class Basis(NamedTuple):
    """Where the search takes place; the answer does not depend on it, so that one serves all folds."""

    mean: Matrix
    turn: Matrix
    """(columns, new columns)"""
    penalty: Matrix
    """What the squares of the weights are in it."""


def basis_of(vectors: Matrix, weights: NDArray[np.float32], *, count: int, regularisation: float) -> Basis:
    """The basis in which the loss is about equally curved in every direction."""
    from scipy.linalg import cholesky, solve_triangular

    mean = vectors.mean(axis=0)
    centred = vectors - mean
    # The answer is a sum of the rows: where they are few, the search need not leave the space they span.
    span = np.linalg.qr(centred.T)[0] if 2 * len(vectors) < vectors.shape[1] else None
    if span is not None:
        centred = centred @ span
    # Where the answer lies, most classes are all but excluded, and the loss is flatter than at the start.
    costs = (regularisation / (5 * count) * weights).astype(np.float32)
    curvature = (centred * costs[:, None]).T @ centred
    curvature[np.diag_indices(len(curvature))] += 1
    lower = cholesky(curvature, lower=True, overwrite_a=True, check_finite=False)
    identity = np.eye(len(curvature), dtype=np.float32)
    inverse = solve_triangular(lower, identity, lower=True, overwrite_b=True, check_finite=False)
    turn = inverse.T if span is None else span @ inverse.T
    return Basis(mean, np.ascontiguousarray(turn, dtype=np.float32), (inverse @ inverse.T).astype(np.float32))


def fit_logistic(
    vectors: Matrix,
    classes: NDArray[np.int64],
    weights: NDArray[np.float32],
    *,
    count: int,
    regularisation: float,
    steps: int = 35,
    basis: Basis | None = None,
    start: Floats | None = None,
) -> Fitted:
    """Minimise regularisation x weighted log loss + half the squared weights; `regularisation` is scikit-learn's C.

    `vectors` (rows, columns), `classes` in 0..count-1 and `weights` per row. `start` is what was found in the same
    basis for nearly the same rows.
    """
    from scipy.optimize import fmin_l_bfgs_b

    mean, turn, penalty = basis or basis_of(vectors, weights, count=count, regularisation=regularisation)
    costs = (regularisation * weights).astype(np.float32)
    turned_vectors = np.asarray((vectors - mean) @ turn, dtype=np.float32)
    problem = _Problem(turned_vectors, classes, costs, penalty, count)
    first = np.zeros((turn.shape[1] + 1) * count) if start is None else start
    found, _, _ = fmin_l_bfgs_b(problem, first, maxiter=steps, m=8, factr=1e5)
    table = found.reshape(-1, count).astype(np.float32)
    turned = turn @ table[:-1]
    return Fitted(turned, table[-1] - mean @ turned, found)


class _Problem:
    """Loss and gradient of the turned problem, whose last row is the bias."""

    def __init__(self, vectors: Matrix, classes: NDArray[np.int64], costs: Matrix, penalty: Matrix, count: int) -> None:
        self._vectors, self._classes, self._costs, self._count = vectors, classes, costs, count
        self._penalty = penalty
        self._rows = np.arange(len(classes))

    def __call__(self, flat: Any) -> tuple[float, Any]:
        table = flat.reshape(-1, self._count).astype(np.float32)
        scores = self._vectors @ table[:-1] + table[-1]
        scores -= scores.max(axis=1, keepdims=True)
        right = scores[self._rows, self._classes]
        powers = np.exp(scores, out=scores)
        totals = powers.sum(axis=1)
        loss = float((self._costs * (np.log(totals) - right)).sum(dtype=np.float64))
        powers /= totals[:, None]
        powers[self._rows, self._classes] -= 1
        powers *= self._costs[:, None]
        gradient = np.empty_like(table)
        np.matmul(self._vectors.T, powers, out=gradient[:-1])
        gradient[-1] = powers.sum(axis=0)
        penalised = self._penalty @ table[:-1]
        loss += 0.5 * float((table[:-1] * penalised).sum(dtype=np.float64))
        gradient[:-1] += penalised
        return loss, gradient.ravel().astype(np.float64)
