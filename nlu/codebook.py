"""Kinds of words: which of a few hundred groups each token belongs to, by its state in the encoder.

Words and letters know only what stands in a training phrase. A group has words in it that nobody trained on, and the
same word in other company belongs to another group. `clustering` finds the groups.
"""

from dataclasses import dataclass

import numpy as np

from .encoder.files import HIDDEN
from .encoder.runtime import Vectors


@dataclass(frozen=True)
class Codebook:
    centres: Vectors
    """(hidden, groups)"""
    offsets: Vectors
    """(groups,): half of each centre's squared length."""

    def codes(self, tokens: Vectors) -> list[int]:
        """The group of each row of a sentence's `tokens`: that of the nearest centre, by the first layer of them."""
        found: list[int] = (tokens[:, :HIDDEN] @ self.centres - self.offsets).argmax(axis=1).tolist()
        return found

    def written(self, tokens: Vectors) -> str:
        """The same as a text whose words are the codes, between marks for its beginning and its end."""
        return " ".join(["begin", *map(str, self.codes(tokens)), "end"])


def codebook_of(centres: Vectors) -> Codebook:
    """`centres` is (groups, hidden)."""
    turned = np.ascontiguousarray(centres.T, dtype=np.float32)
    return Codebook(turned, np.asarray((turned**2).sum(axis=0) / 2, dtype=np.float32))
