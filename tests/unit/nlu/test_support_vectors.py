"""The support vector machines that are found together are those that are found one by one."""

from typing import Any

import numpy as np
import pytest

from nlu.features import SparseVector
from nlu.support_vectors import Machines, fit_machines

ROWS, SIZE, CLASSES = 200, 60, 4


@pytest.fixture(scope="module")
def problem() -> dict[str, Any]:
    chance = np.random.default_rng(7)
    owners = np.arange(ROWS) % CLASSES
    dense = np.abs(chance.normal(size=(ROWS, SIZE)) + chance.normal(size=(CLASSES, SIZE))[owners])
    dense[chance.uniform(size=dense.shape) < 0.7] = 0
    dense /= np.linalg.norm(dense, axis=1, keepdims=True)
    weights = chance.uniform(0.5, 2.0, ROWS).astype(np.float32)
    return {"dense": dense, "classes": owners, "weights": weights}


def fitted(problem: dict[str, Any], **more: Any) -> Machines:
    vectors = [SparseVector(np.flatnonzero(row), row[np.flatnonzero(row)]) for row in problem["dense"]]
    shape = {"size": SIZE, "count": CLASSES, "regularisation": 0.5, "tolerance": 1e-4}
    return fit_machines(vectors, problem["classes"], problem["weights"], **shape, **more)


def test_they_agree_with_scikit_learn(problem: dict[str, Any]) -> None:
    from sklearn.svm import LinearSVC

    found = fitted(problem, passes=300)
    expected = LinearSVC(C=0.5, tol=1e-6, max_iter=10_000)
    expected.fit(problem["dense"], problem["classes"], sample_weight=problem["weights"])
    np.testing.assert_allclose(found.weights.T, expected.coef_, atol=2e-3)
    np.testing.assert_allclose(found.bias, expected.intercept_, atol=2e-3)


def test_a_search_that_starts_near_the_end_is_there_sooner(problem: dict[str, Any]) -> None:
    end, early = fitted(problem, passes=300), fitted(problem, passes=3)
    start = end.duals.copy()
    start[::5] = 0  # phrases that were not there
    again = fitted(problem, passes=3, start=start)
    assert np.abs(again.weights - end.weights).max() < np.abs(early.weights - end.weights).max() / 2


def test_nothing_to_go_by_is_no_mistake() -> None:
    empty = SparseVector(np.array([], dtype=np.int64), np.array([]))
    found = fit_machines(
        [empty, empty], np.array([0, 1]), np.ones(2, dtype=np.float32), size=3, count=2, regularisation=0.5
    )
    assert not found.weights.any()
