"""The fast regression gives the answer of a slow one."""

import numpy as np
import pytest

from nlu.logistic import fit_logistic

CLASSES = 4


@pytest.mark.parametrize("rows", [24, 400], ids=["fewer rows than columns", "more"])
def test_it_agrees_with_scikit_learn(rows: int) -> None:
    from sklearn.linear_model import LogisticRegression

    chance = np.random.default_rng(7)
    owners = np.arange(rows) % CLASSES
    vectors = (chance.normal(size=(rows, 96)) + chance.normal(size=(CLASSES, 96))[owners]).astype(np.float32)
    weights = chance.uniform(0.5, 2.0, rows).astype(np.float32)
    found = fit_logistic(vectors, owners, weights, count=CLASSES, regularisation=0.3, steps=200)
    expected = LogisticRegression(C=0.3, max_iter=5000, tol=1e-8).fit(vectors, owners, sample_weight=weights)
    unseen = chance.normal(size=(50, 96)).astype(np.float32)
    scores = unseen @ found.weights + found.bias
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    assert np.allclose(powers / powers.sum(axis=1, keepdims=True), expected.predict_proba(unseen), atol=1e-2)
