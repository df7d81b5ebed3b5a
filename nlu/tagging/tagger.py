"""Finding learned values: the best sequence of labels under a conditional random field and the encoder's opinion."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..codebook import Codebook
from ..encoder import Sentence
from ..encoder.runtime import Vectors
from .words import Span, describe, describe_within, framed, split, word_vectors

OUTSIDE = "O"
MOST_WORDS = 128
"""So many, the first ones, say what is meant: nobody's request is longer, and time grows with it."""
_NEVER = -1e9


@dataclass(frozen=True)
class TokenHead:
    """Logistic regression on the encoder's states of a word."""

    weights: NDArray[np.float32]
    """(token size, labels)"""
    bias: NDArray[np.float32]
    weight: float
    """What its logarithm of a probability weighs beside the field's scores."""

    def scores(self, vectors: Vectors) -> NDArray[np.float32]:
        scores = vectors @ self.weights + self.bias
        scores -= scores.max(axis=1, keepdims=True)
        return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)), dtype=np.float32)


@dataclass(frozen=True)
class Words:
    """A text as the tagger sees it, whatever is meant by it."""

    text: str
    spans: tuple[Span, ...]
    codes: tuple[int, ...]
    """The group of each word; empty without a codebook."""
    scores: NDArray[np.float32]
    """(words, labels): the field's, as long as no intent is known."""
    opinion: NDArray[np.float32] | None = None
    """(words, labels): what the encoder adds; None without one."""

    @property
    def joint(self) -> NDArray[np.float32]:
        return self.scores if self.opinion is None else self.scores + self.opinion


@dataclass(frozen=True)
class Tagger:
    """Labels are O, B-slot (a value begins) and I-slot (it goes on)."""

    labels: tuple[str, ...]
    attributes: dict[str, int]
    """Row of each attribute."""
    starts: NDArray[np.int32]
    """Row r has the entries starts[r] to starts[r + 1]."""
    owners: NDArray[np.int16]
    """The label of each entry."""
    values: NDArray[np.float32]
    transitions: NDArray[np.float32]
    """(label before, label)"""
    carriers: frozenset[str] = frozenset()
    """Words that stand around values and hardly ever in them, in small letters."""
    head: TokenHead | None = None
    codebook: Codebook | None = None
    """Whose groups are among the attributes; only with an encoder."""

    def words(self, text: str, sentence: Sentence | None) -> Words:
        """`sentence` is what the encoder makes of the text."""
        spans = split(text)
        vectors = word_vectors(sentence, spans) if sentence is not None else None
        codes = self.codebook.codes(vectors) if self.codebook is not None and vectors is not None else []
        scores = self._scores(describe(text, spans, codes))
        if self.head is None or vectors is None:
            return Words(text, tuple(spans), tuple(codes), scores)
        return Words(text, tuple(spans), tuple(codes), scores, self.head.weight * self.head.scores(vectors))

    def frame(self, words: Words) -> str:
        """What stands around the values of a text, as long as no intent is known: see `framed`."""
        path = best_path(words.joint[:MOST_WORDS], self.transitions) if words.spans else []
        return framed(words.text, words.spans[:MOST_WORDS], [self.labels[at] == OUTSIDE for at in path])

    def find(self, words: Words, intent: str, slots: Collection[str]) -> list[tuple[str, int, int]]:
        """(slot, start, end) of each value of one of the `slots`, in the order of the text."""
        if not words.spans:
            return []
        scores = words.joint + self._scores(
            describe_within(words.text, words.spans, intent, words.codes, self.carriers)
        )
        allowed = np.flatnonzero([label == OUTSIDE or label[2:] in slots for label in self.labels])
        path = best_path(scores[:, allowed], self.transitions[np.ix_(allowed, allowed)])
        return _values([self.labels[allowed[at]] for at in path], words.spans)

    def _scores(self, described: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """(words, labels). The entries of all attributes of all words are summed up in one step."""
        known = self.attributes.get
        pairs = [
            (row, at)
            for row, attributes in enumerate(described)
            for attribute in attributes
            if (at := known(attribute)) is not None
        ]
        rows, found = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        begins, counts = self.starts[found].astype(np.int64), np.diff(self.starts)[found]
        shifts = begins - np.concatenate(([0], np.cumsum(counts)[:-1]))
        entries = np.repeat(shifts, counts) + np.arange(counts.sum())
        cells = np.repeat(rows, counts) * len(self.labels) + self.owners[entries]
        sums = np.bincount(cells, weights=self.values[entries], minlength=len(described) * len(self.labels))
        return sums.reshape(len(described), len(self.labels)).astype(np.float32)


def best_path(scores: NDArray[np.float32], transitions: NDArray[np.float32]) -> list[int]:
    """The labels with the largest sum of scores (words, labels) and transitions (Viterbi)."""
    best = scores[0]
    came: list[NDArray[np.int64]] = []
    for row in scores[1:]:
        sums = best[:, None] + transitions
        origin = sums.argmax(axis=0)
        came.append(origin)
        best = sums[origin, np.arange(len(row))] + row
    path = [int(best.argmax())]
    for origin in reversed(came):
        path.append(int(origin[path[-1]]))
    return path[::-1]


def forbid_impossible(labels: Sequence[str], transitions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Transitions in which no value goes on that has not begun."""
    found = transitions.copy()
    for at, label in enumerate(labels):
        if label.startswith("I-"):
            may = [before[2:] == label[2:] for before in labels]
            found[~np.array(may), at] = _NEVER
    return found


def _values(labels: Sequence[str], spans: Sequence[Span]) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for label, (start, end) in zip(labels, spans, strict=True):
        if label.startswith("B-") or (label.startswith("I-") and not found):
            found.append((label[2:], start, end))
        elif label.startswith("I-"):
            found[-1] = (found[-1][0], found[-1][1], end)
    return found
