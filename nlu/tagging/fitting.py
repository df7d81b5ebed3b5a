"""Learning a tagger from marked phrases. Needs python-crfsuite and scipy, so it runs only where training does."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..annotations import Marked
from ..codebook import Codebook
from ..encoder import Encoder
from ..encoder.runtime import Vectors
from ..logistic import fit_logistic
from .tagger import OUTSIDE, Tagger, TokenHead, forbid_impossible
from .words import Span, describe, describe_within, split, word_vectors

FIELD = {"c1": 0.05, "c2": 0.02, "max_iterations": 50, "feature.possible_transitions": True}
HEAD_REGULARISATION = 0.1
HEAD_WEIGHT = 0.3
_BATCH = 512
_WITHOUT_INTENT = 3
_OFTEN = 10
_HARDLY_EVER = 0.1
"""What makes a word a carrier: so often there, and in values no larger share of it."""


@dataclass(frozen=True)
class MarkedText:
    text: str
    intent: str
    marked: tuple[Marked, ...]


@dataclass(frozen=True)
class Corpus:
    """Marked texts, each read once for all taggers that are fitted to them."""

    texts: Sequence[MarkedText]
    spans: Sequence[Sequence[Span]]
    labels: Sequence[list[str]]
    """Of each word of each text."""
    vectors: Sequence[Vectors] | None
    """The encoder's states of each word, as 16-bit numbers; None without an encoder."""
    codes: Sequence[Sequence[int]]
    """The group of each word; empty without a codebook."""
    codebook: Codebook | None

    def only(self, rows: Sequence[int]) -> "Corpus":
        vectors = self.vectors and [self.vectors[at] for at in rows]
        texts, spans = [self.texts[at] for at in rows], [self.spans[at] for at in rows]
        labels, codes = [self.labels[at] for at in rows], [self.codes[at] for at in rows]
        return Corpus(texts, spans, labels, vectors, codes, self.codebook)


def read_corpus(texts: Sequence[MarkedText], encoder: Encoder | None, codebook: Codebook | None) -> Corpus:
    """Without an encoder there is no codebook."""
    spans = [split(each.text) for each in texts]
    labels = [labelled(each, found) for each, found in zip(texts, spans, strict=True)]
    codes: list[Sequence[int]] = [()] * len(texts)
    if encoder is None:
        return Corpus(texts, spans, labels, None, codes, None)
    vectors: list[Vectors] = []
    for start in range(0, len(texts), _BATCH):  # so that not all tokens of all texts are there at once
        sentences = encoder.sentences_of([each.text for each in texts[start : start + _BATCH]])
        found = [word_vectors(each, spans[start + at]) for at, each in enumerate(sentences)]
        if codebook:
            codes[start : start + len(found)] = [codebook.codes(each) for each in found]
        vectors += [each.astype(np.float16) for each in found]
    return Corpus(texts, spans, labels, vectors, codes, codebook)


def fit_tagger(corpus: Corpus, *, alone: bool = False) -> Tagger:
    """`alone` for one that shall also know what to make of words while no intent is known, see `agreement`."""
    field = fit_field(corpus, alone=alone)
    if corpus.vectors is None:
        return field
    return replace(field, head=_fit_head(corpus.vectors, corpus.labels, field.labels))


def labelled(text: MarkedText, spans: Sequence[Span]) -> list[str]:
    """The label of each word."""
    found = [OUTSIDE] * len(spans)
    for each in text.marked:
        inside = [at for at, (start, end) in enumerate(spans) if start < each.end and each.start < end]
        for at in inside:
            found[at] = f"{'B' if at == inside[0] else 'I'}-{each.slot}"
    return found


def fit_field(corpus: Corpus, *, alone: bool = False) -> Tagger:
    """The tagger without the encoder's opinion. `alone`: it learns every third text without its intent, so that what is
    said of words alone does not lean on what is said of the intent."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(FIELD)
    carriers = _carriers_in(corpus)
    for at, (each, spans, codes) in enumerate(zip(corpus.texts, corpus.spans, corpus.codes, strict=True)):
        if not spans:
            continue
        described = describe(each.text, spans, codes)
        if not (alone and at % _WITHOUT_INTENT == 0):
            more = describe_within(each.text, spans, each.intent, codes, carriers)
            described = [one + other for one, other in zip(described, more, strict=True)]
        trainer.append(pycrfsuite.ItemSequence(described), corpus.labels[at])
    with tempfile.TemporaryDirectory() as directory:
        path = str(Path(directory, "field"))
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        tagger.close()
    return replace(_as_tagger(info.labels, info.state_features, info.transitions, corpus.codebook), carriers=carriers)


def _carriers_in(corpus: Corpus) -> frozenset[str]:
    """The words that are there often, and hardly ever in a value."""
    there: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for each, spans, labels in zip(corpus.texts, corpus.spans, corpus.labels, strict=True):
        words = [each.text[start:end].casefold() for start, end in spans]
        there.update(words)
        inside.update(word for word, label in zip(words, labels, strict=True) if label != OUTSIDE)
    often = [word for word, count in there.items() if count >= _OFTEN]
    return frozenset(word for word in often if inside[word] <= _HARDLY_EVER * there[word])


def _as_tagger(
    known: dict[str, str],
    states: dict[tuple[str, str], float],
    transitions: dict[tuple[str, str], float],
    codebook: Codebook | None,
) -> Tagger:
    """crfsuite's model as arrays, so that nothing but numpy is needed to use it."""
    labels = tuple(sorted(known))
    numbers = {label: at for at, label in enumerate(labels)}
    entries = sorted((attribute, numbers[label], value) for (attribute, label), value in states.items() if value)
    attributes: dict[str, int] = {}
    starts: list[int] = []
    for at, (attribute, _, _) in enumerate(entries):
        if attribute not in attributes:
            attributes[attribute] = len(attributes)
            starts.append(at)
    table = np.zeros((len(labels), len(labels)), dtype=np.float32)
    for (before, after), value in transitions.items():
        table[numbers[before], numbers[after]] = value
    return Tagger(
        labels=labels,
        attributes=attributes,
        starts=np.array([*starts, len(entries)], dtype=np.int32),
        owners=np.array([owner for _, owner, _ in entries], dtype=np.int16),
        values=np.array([value for _, _, value in entries], dtype=np.float32),
        transitions=forbid_impossible(labels, table),
        codebook=codebook,
    )


def _fit_head(vectors: Sequence[Vectors], labels: Sequence[list[str]], known: Sequence[str]) -> TokenHead:
    numbers = {label: at for at, label in enumerate(known)}
    owners = np.array([numbers[label] for each in labels for label in each])
    weights = np.ones(len(owners), dtype=np.float32)
    matrix = np.concatenate(vectors).astype(np.float32)
    fitted = fit_logistic(matrix, owners, weights, count=len(known), regularisation=HEAD_REGULARISATION)
    return TokenHead(fitted.weights, fitted.bias, HEAD_WEIGHT)
