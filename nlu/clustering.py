"""Encoding training phrases, and finding groups among their tokens. Needs scikit-learn, so it runs only in training."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .codebook import Codebook, codebook_of
from .encoder import Encoder, Sentence
from .encoder.files import HIDDEN
from .encoder.runtime import SIZE, Vectors

GROUPS = 256
FEWEST_TOKENS = 100 * GROUPS
"""With fewer tokens groups are no better than their words."""
_ENOUGH_TOKENS = 50_000
"""Groups are found among so many: more would only take longer."""
_BATCH = 512


@dataclass(frozen=True)
class Encoded:
    pooled: Vectors
    """(texts, SIZE)"""
    codes: list[str]
    """Of each text, as `Codebook.written` has them; empty without a codebook."""
    codebook: Codebook | None
    """None where there are too few tokens."""


def encoded(encoder: Encoder, texts: Sequence[str], seed: int) -> Encoded:
    """Encode each text once. The states of all tokens are never there at once: after the first ones, drawn by chance,
    have given the groups, only groups are kept."""
    order: list[int] = np.random.default_rng(seed).permutation(len(texts)).tolist()
    pooled = np.zeros((len(texts), SIZE), dtype=np.float32)
    codes = [""] * len(texts)
    codebook: Codebook | None = None
    waiting: dict[int, Vectors] = {}
    count = 0
    for number, (at, sentence) in enumerate(_sentences(encoder, texts, order), start=1):
        pooled[at] = sentence.pooled
        if codebook is not None:
            codes[at] = codebook.written(sentence.tokens)
            continue
        waiting[at] = sentence.tokens[:, :HIDDEN].copy()
        count += len(sentence.tokens)
        if count >= _ENOUGH_TOKENS or (number == len(texts) and count >= FEWEST_TOKENS):
            codebook = _groups(np.concatenate(list(waiting.values())), seed)
            for each, tokens in waiting.items():
                codes[each] = codebook.written(tokens)
            waiting.clear()
    return Encoded(pooled, codes, codebook)


def _sentences(encoder: Encoder, texts: Sequence[str], order: Sequence[int]) -> Iterator[tuple[int, Sentence]]:
    for start in range(0, len(order), _BATCH):
        rows = order[start : start + _BATCH]
        yield from zip(rows, encoder.sentences_of([texts[at] for at in rows]), strict=True)


def _groups(tokens: Vectors, seed: int) -> Codebook:
    from sklearn.cluster import MiniBatchKMeans

    search = MiniBatchKMeans(GROUPS, random_state=seed, batch_size=4_096, max_iter=10, n_init=1)
    return codebook_of(search.fit(tokens).cluster_centers_)
