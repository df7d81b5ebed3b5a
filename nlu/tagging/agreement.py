"""What the values in a text say of its intent: how well they are those that the intent has.

`book a table in [Rome]` and `play [Rome]` have the same name in them. Where a field that knows no intents sees the name
of a place, what has no places is hardly meant.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..features import Floats
from .tagger import OUTSIDE, Tagger, Words

_WORST = -30.0
"""Nothing is ruled out by values alone."""
_FARTHEST = -500.0


@dataclass(frozen=True)
class Agreement:
    """Of a tagger that learned some phrases without their intents."""

    tagger: Tagger
    allowed: NDArray[np.bool_]
    """(classes, labels)"""
    transitions: Floats
    """(label before, label), none negative"""

    @classmethod
    def of(cls, tagger: Tagger, slots: Sequence[Collection[str] | None]) -> "Agreement":
        """`slots` of each class; None for a class that any value may stand in."""
        allowed = [[each is None or label == OUTSIDE or label[2:] in each for label in tagger.labels] for each in slots]
        transitions = np.exp(np.maximum(tagger.transitions.astype(np.float64), _FARTHEST))
        return cls(tagger, np.array(allowed, dtype=np.bool_), transitions)

    def scores(self, words: Words) -> Floats:
        """Of each class: the logarithm of the probability that all labels are among those of its slots."""
        classes = len(self.allowed)
        if not words.spans:
            return np.zeros(classes)
        rows = np.vstack([self.allowed, np.ones(self.allowed.shape[1], dtype=np.bool_)]).astype(np.float64)
        scores = words.scores.astype(np.float64)
        weights = np.exp(np.maximum(scores - scores.max(axis=1, keepdims=True), _FARTHEST))
        totals = np.zeros(classes + 1)
        share = rows
        for at, weight in enumerate(weights):
            share = (share @ self.transitions if at else share) * (rows * weight)
            sums = np.maximum(share.sum(axis=1), np.exp(_FARTHEST))
            totals += np.log(sums)
            share = share / sums[:, None]
        return np.asarray(np.maximum(totals[:-1] - totals[-1], _WORST))
