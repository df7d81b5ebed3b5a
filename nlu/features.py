"""A message as numbers: TF-IDF over word 1-2-grams and over character 2-5-grams within words.

The same numbers as scikit-learn's TfidfVectorizer (sublinear_tf, smooth_idf, l2), with numpy and a dict, so that a
process that only understands never imports scikit-learn. With a codebook one more block counts the groups of tokens,
and where values are learned from many phrases one counts what stands around them.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_WORD = re.compile(r"\w+")
_MASK = re.compile(r"__\w+?__")
_LONGEST_KEPT = 24
"""Characters of a word whose pieces are kept: nobody shall fill the memory with words of thousands."""
_MOST_KEPT = 8_192


class SparseVector(NamedTuple):
    """`values` at ascending `indices`; everything else is zero."""

    indices: Indices
    values: Floats


class Block(NamedTuple):
    """One analyser's contribution to the joint vector."""

    analyser: str
    """word, char, code or frame"""
    low: int
    high: int
    minimum: int
    """Terms in fewer texts than this are left out."""
    weight: float


BLOCKS = (Block("word", 1, 2, 1, 0.75), Block("char", 2, 5, 2, 0.66))
CODES = Block("code", 1, 2, 2, 0.75)
"""Codes of a codebook in place of words, where there is one and words are of use."""
FRAMES = Block("frame", 1, 3, 2, 1.0)
"""Words with marks in place of values, where a tagger finds them."""


def word_ngrams(text: str, low: int, high: int) -> list[str]:
    """Word n-grams, `low` to `high` words long, joined by a space."""
    tokens = _WORD.findall(text)
    found = list(tokens) if low == 1 else []
    for size in range(max(low, 2), high + 1):
        found += [" ".join(tokens[at : at + size]) for at in range(len(tokens) - size + 1)]
    return found


def char_ngrams(text: str, low: int, high: int) -> list[str]:
    """Character n-grams inside words padded by a space (scikit-learn's `char_wb`); masked values do not take part."""
    return [piece for token in _tokens(text) for piece in _pieces(token, low, high)]


def _tokens(text: str) -> list[str]:
    return _MASK.sub(" ", text).split()


def _pieces(token: str, low: int, high: int) -> tuple[str, ...]:
    """The n-grams of one word."""
    word = f" {token} "
    found: list[str] = []
    for size in range(low, high + 1):
        found.append(word[:size])
        found += [word[at : at + size] for at in range(1, len(word) - size + 1)]
        if size >= len(word):  # a short word is counted once
            break
    return tuple(found)


_ANALYSERS: dict[str, Callable[[str, int, int], list[str]]] = {
    "word": word_ngrams,
    "code": word_ngrams,
    "frame": word_ngrams,
    "char": char_ngrams,
}


@dataclass(frozen=True)
class Tfidf:
    """One block: its vocabulary and how rare each term is. Build with `fit`."""

    block: Block
    vocabulary: dict[str, int]
    idf: Floats
    kept: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False, compare=False)
    """The columns of the pieces of words that came before: people use the same words again and again."""

    @classmethod
    def fit(cls, block: Block, texts: Sequence[str]) -> "Tfidf":
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(set(_analyse(block, text)))
        terms = sorted(term for term, count in counts.items() if count >= block.minimum)
        idf = [log((1 + len(texts)) / (1 + counts[term])) + 1 for term in terms]
        return cls(block, {term: at for at, term in enumerate(terms)}, np.array(idf, dtype=np.float64))

    def vector(self, text: str) -> SparseVector:
        """The l2-normalised weights of the terms known here; all zero when none is."""
        indices, often = np.unique(np.array(self._columns(text), dtype=np.int64), return_counts=True)
        values = (1 + np.log(often)) * self.idf[indices]
        norm = sqrt(float(values @ values))
        return SparseVector(indices, values / norm if norm else values)

    def _columns(self, text: str) -> list[int]:
        """The column of each term that is known, as often as it is there."""
        known, block = self.vocabulary.get, self.block
        if block.analyser != "char":
            return [at for term in _analyse(block, text) if (at := known(term)) is not None]
        found: list[int] = []
        for token in _tokens(text):
            columns = self.kept.get(token)
            if columns is None:
                pieces = _pieces(token, block.low, block.high)
                columns = tuple(at for piece in pieces if (at := known(piece)) is not None)
                if len(token) <= _LONGEST_KEPT and len(self.kept) < _MOST_KEPT:
                    self.kept[token] = columns
            found += columns
        return found


@dataclass(frozen=True)
class Features:
    """All blocks side by side, and what of them belongs to the bot's own subjects."""

    blocks: tuple[Tfidf, ...]
    subject_words: frozenset[str]
    """Words of the intents' examples (not of the phrases that are out of scope)."""
    subject_pieces: frozenset[str]
    """Their character pieces of 3 to 5."""

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        subject_texts: Iterable[str],
        codes: Sequence[str] | None = None,
        frames: Sequence[str] | None = None,
    ) -> "Features":
        """`texts` are all normalised training texts, `subject_texts` those of the intents, `codes` as
        `Codebook.written` has them, `frames` as `tagging.words.framed`."""
        words: set[str] = set()
        for text in subject_texts:
            words.update(_WORD.findall(text))
        pieces = {piece for word in words for piece in char_ngrams(word, 3, 5)}
        blocks = [Tfidf.fit(block, texts) for block in BLOCKS]
        if codes is not None:
            blocks.append(Tfidf.fit(CODES, codes))
        if frames is not None:
            blocks.append(Tfidf.fit(FRAMES, frames))
        return cls(tuple(blocks), frozenset(words), frozenset(pieces))

    @property
    def size(self) -> int:
        return sum(len(block.vocabulary) for block in self.blocks)

    @property
    def uses_codes(self) -> bool:
        return any(each.block.analyser == CODES.analyser for each in self.blocks)

    @property
    def uses_frames(self) -> bool:
        return any(each.block.analyser == FRAMES.analyser for each in self.blocks)

    def knows(self, vector: SparseVector) -> bool:
        """Whether a word, or a piece of one, is known: every text has codes and a frame."""
        of_words = sum(len(each.vocabulary) for each in self.blocks[: len(BLOCKS)])
        return bool((vector.indices < of_words).any())

    def vector(self, text: str, codes: str = "", frame: str = "") -> SparseVector:
        views = {CODES.analyser: codes, FRAMES.analyser: frame}
        offset = 0
        indices, values = [], []
        for tfidf in self.blocks:
            part = tfidf.vector(views.get(tfidf.block.analyser, text))
            indices.append(part.indices + offset)
            values.append(part.values * tfidf.block.weight)
            offset += len(tfidf.vocabulary)
        return SparseVector(np.concatenate(indices), np.concatenate(values))

    def terms(self) -> list[tuple[str, str]]:
        """(analyser, term) of every column."""
        return [(tfidf.block.analyser, term) for tfidf in self.blocks for term in tfidf.vocabulary]

    def strangeness(self, text: str) -> float:
        """How foreign the strangest word of a text is to the bot's own vocabulary: 0 (known) to 1 (nothing alike).

        Words of less than six letters count less, as they say little about the subject; misspelt ones are alike.
        """
        words = _WORD.findall(_MASK.sub(" ", text))
        return max(((1 - self._likeness(word)) * min(1.0, len(word) / 6) for word in words), default=0.0)

    def _likeness(self, word: str) -> float:
        if word in self.subject_words:
            return 1.0
        pieces = char_ngrams(word, 3, 5)
        return sum(piece in self.subject_pieces for piece in pieces) / len(pieces) if pieces else 0.0


def _analyse(block: Block, text: str) -> list[str]:
    return _ANALYSERS[block.analyser](text, block.low, block.high)
