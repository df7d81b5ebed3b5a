"""Learning a tagger from marked phrases. Needs python-crfsuite and scipy, so it runs only where training does."""

import tempfile
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
from .words import Span, describe, split, word_vectors

FIELD = {"c1": 0.05, "c2": 0.02, "max_iterations": 50, "feature.possible_transitions": True}
HEAD_REGULARISATION = 0.1
HEAD_WEIGHT = 0.3
_BATCH = 512


@dataclass(frozen=True)
class MarkedText:
    text: str
    intent: str
    marked: tuple[Marked, ...]


def fit_tagger(texts: Sequence[MarkedText], encoder: Encoder | None, codebook: Codebook | None) -> Tagger:
    """Without an encoder there is no codebook."""
    spans = [split(each.text) for each in texts]
    labels = [labelled(each, found) for each, found in zip(texts, spans, strict=True)]
    nothing: list[Sequence[int]] = [()] * len(texts)
    if encoder is None:
        return _fit_field(texts, spans, labels, nothing)
    vectors = _vectors(texts, spans, encoder)
    field = _fit_field(texts, spans, labels, [codebook.codes(each) for each in vectors] if codebook else nothing)
    return replace(field, head=_fit_head(vectors, labels, field.labels), codebook=codebook)


def labelled(text: MarkedText, spans: Sequence[Span]) -> list[str]:
    """The label of each word."""
    found = [OUTSIDE] * len(spans)
    for each in text.marked:
        inside = [at for at, (start, end) in enumerate(spans) if start < each.end and each.start < end]
        for at in inside:
            found[at] = f"{'B' if at == inside[0] else 'I'}-{each.slot}"
    return found


def _fit_field(
    texts: Sequence[MarkedText],
    spans: Sequence[Sequence[Span]],
    labels: Sequence[list[str]],
    codes: Sequence[Sequence[int]],
) -> Tagger:
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(FIELD)
    for each, found, owners, groups in zip(texts, spans, labels, codes, strict=True):
        if found:
            trainer.append(pycrfsuite.ItemSequence(describe(each.text, found, each.intent, groups)), owners)
    with tempfile.TemporaryDirectory() as directory:
        path = str(Path(directory, "field"))
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        tagger.close()
    return _as_tagger(info.labels, info.state_features, info.transitions)


def _as_tagger(
    known: dict[str, str], states: dict[tuple[str, str], float], transitions: dict[tuple[str, str], float]
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
    )


def _vectors(texts: Sequence[MarkedText], spans: Sequence[Sequence[Span]], encoder: Encoder) -> list[Vectors]:
    """Of the words of each text."""
    vectors: list[Vectors] = []
    for start in range(0, len(texts), _BATCH):  # so that not all tokens of all texts are there at once
        sentences = encoder.sentences_of([each.text for each in texts[start : start + _BATCH]])
        vectors += [word_vectors(each, spans[start + at]) for at, each in enumerate(sentences)]
    return vectors


def _fit_head(vectors: Sequence[Vectors], labels: Sequence[list[str]], known: Sequence[str]) -> TokenHead:
    numbers = {label: at for at, label in enumerate(known)}
    owners = np.array([numbers[label] for each in labels for label in each])
    weights = np.ones(len(owners), dtype=np.float32)
    matrix = np.concatenate(vectors)
    fitted = fit_logistic(matrix, owners, weights, count=len(known), regularisation=HEAD_REGULARISATION)
    return TokenHead(fitted.weights, fitted.bias, HEAD_WEIGHT)
