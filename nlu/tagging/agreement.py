"""What the values in a text say of its intent: how well they are those that the intent has.

`book a table in [Rome]` and `play [Rome]` have the same name in them. Where a field that knows no intents sees the name
of a place, what has no places is hardly meant.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from ..features import Floats
from .tagger import MOST_WORDS, OUTSIDE, Tagger, Words

_WORST = -30.0
"""Nothing is ruled out by values alone."""
_FARTHEST = -500.0
_NOTHING = 1e-250


@dataclass(frozen=True)
class Agreement:
    """Of a tagger that learned some phrases without their intents."""

    tagger: Tagger
    allowed: Floats
    """(classes + 1, labels), ones and zeros; in the last row all labels."""
    transitions: Floats
    """(label before, label), none negative"""

    @classmethod
    def of(cls, tagger: Tagger, slots: Sequence[Collection[str] | None]) -> "Agreement":
        """`slots` of each class; None for a class that any value may stand in."""
        rows = [
            [each is None or label == OUTSIDE or label[2:] in each for label in tagger.labels]
            for each in (*slots, None)
        ]
        transitions = np.exp(np.maximum(tagger.transitions.astype(np.float64), _FARTHEST))
        return cls(tagger, np.array(rows, dtype=np.float64), transitions)

    def scores(self, words: Words) -> Floats:
        """Of each class: the logarithm of the probability that all labels are among those of its slots."""
        scores = words.scores[:MOST_WORDS].astype(np.float64)
        if not words.spans:
            return np.zeros(len(self.allowed) - 1)
        weights = np.exp(np.maximum(scores - scores.max(axis=1, keepdims=True), _FARTHEST))
        share, sums = self.allowed, np.empty((len(weights), len(self.allowed)))
        for at, weight in enumerate(weights):
            if at:
                share = share @ self.transitions
            share = share * (self.allowed * weight)
            # Kept small: only what was taken out is counted, and what is next to nothing is not divided by.
            sums[at] = share.sum(axis=1) + _NOTHING
            share /= sums[at][:, None]
        totals = np.log(sums).sum(axis=0)
        return np.asarray(np.maximum(totals[:-1] - totals[-1], _WORST))
