"""Training: phrases to a Model. The only module that needs scikit-learn, and only while it runs."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from .classifier import OUT_OF_SCOPE, SIGNALS, Confidence, ExampleIndex, LinearClassifier, guess
from .entities import EntityExtractor
from .evaluation import Prediction, choose_threshold, figures
from .expansion import expand
from .features import Features, Floats, SparseVector
from .model import Model
from .negation import is_negated
from .text import normalise, phrase_key
from .types import TrainingData, TrainingError
from .validation import validate

Progress = Callable[[str, float], None]
"""Called with a sentence and the share done, 0..1."""


@dataclass(frozen=True)
class Options:
    rejection_rate: float = 0.05
    """The share of right answers that may be lost for the sake of rejecting what is out of scope."""
    folds: int = 5
    regularisation: float = 30.0
    """scikit-learn's C."""
    outside_weight: float = 3.0
    """How much all phrases out of scope weigh together, in intents."""
    seed: int = 7


@dataclass(frozen=True)
class _Sample:
    phrase: str
    """As written in the training data."""
    text: str
    """With values filled in, masked and normalised."""
    label: str
    weight: float
    fold: int


def train(data: TrainingData, *, options: Options = Options(), progress: Progress | None = None) -> Model:
    """Train and evaluate. Raises TrainingError naming what is wrong with the data. Deterministic, but for times."""
    started = time.perf_counter()
    report = progress or (lambda sentence, share: None)
    report("Checking the phrases.", 0.0)
    validate(data)
    if not 0 < options.rejection_rate < 0.5:
        raise TrainingError(f"The rejection rate is {options.rejection_rate}; it must lie between 0 and 0.5.")
    samples = _samples(data, options)
    predictions: list[Prediction] = []
    for fold in range(options.folds):
        report(f"Trying fold {fold + 1} of {options.folds}.", 0.1 + 0.7 * fold / options.folds)
        predictions += _cross_validate(samples, fold, options)
    report("Training on everything.", 0.8)
    confidence = _fit_confidence(predictions)
    scored = [replace(each, confidence=confidence.of(each.signals)) for each in predictions]
    threshold = round(choose_threshold(scored, options.rejection_rate), 4)
    features, head, examples = _fit(samples, options)
    report("Done.", 1.0)
    return Model(
        data=data,
        features=features,
        head=head,
        examples=examples,
        confidence=confidence,
        threshold=threshold,
        trained_at=datetime.now(UTC).isoformat(),
        metrics=_metrics(data, scored, threshold, time.perf_counter() - started),
        negated_intents=_negated_intents(data),
    )


def _samples(data: TrainingData, options: Options) -> list[_Sample]:
    extractor = EntityExtractor(data)
    entities = {entity.name: entity for entity in data.entities}
    groups = [(intent.name, _unique(intent.examples)) for intent in data.intents]
    outside = _unique(data.out_of_scope)
    samples: list[_Sample] = []
    for label, phrases in [*groups, (OUT_OF_SCOPE, outside)]:
        folds = _folds(len(phrases), options, label)
        scale = options.outside_weight if label == OUT_OF_SCOPE else 1.0
        mean = sum(len(each) for _, each in groups) / len(groups)
        for phrase, fold in zip(phrases, folds, strict=True):
            texts = [phrase] if label == OUT_OF_SCOPE else expand(phrase, entities)
            weight = scale * mean / len(phrases) / len(texts)
            samples += [_Sample(phrase, _prepare(text, extractor), label, weight, fold) for text in texts]
    return samples


def _prepare(text: str, extractor: EntityExtractor) -> str:
    return normalise(extractor.mask(text, extractor.resolve(extractor.candidates(text))))


def _unique(phrases: Sequence[str]) -> list[str]:
    return list({phrase_key(phrase): phrase for phrase in reversed(phrases)}.values())[::-1]


def _folds(count: int, options: Options, label: str) -> list[int]:
    chance = np.random.default_rng([options.seed, *label.encode()])
    return [int(at) % options.folds for at in chance.permutation(count)]


def _fit(samples: Sequence[_Sample], options: Options) -> tuple[Features, LinearClassifier, ExampleIndex]:
    features = Features.fit([s.text for s in samples], [s.text for s in samples if s.label != OUT_OF_SCOPE])
    vectors = [features.vector(sample.text) for sample in samples]
    labels = [sample.label for sample in samples]
    head = _fit_head(vectors, labels, [sample.weight for sample in samples], features.size, options)
    return features, head, ExampleIndex.build(labels, [sample.phrase for sample in samples], vectors)


def _fit_head(
    vectors: Sequence[SparseVector], labels: Sequence[str], weights: Sequence[float], size: int, options: Options
) -> LinearClassifier:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    starts = np.cumsum([0, *(len(vector.indices) for vector in vectors)])
    columns = np.concatenate([vector.indices for vector in vectors])
    matrix = csr_matrix((np.concatenate([vector.values for vector in vectors]), columns, starts), (len(vectors), size))
    regression = LogisticRegression(C=options.regularisation, tol=1e-3, max_iter=200)
    with threadpool_limits(limits=1):  # threads cost more than they bring at this size, and much more on a busy machine
        regression.fit(matrix, list(labels), sample_weight=list(weights))
    weights_by_class, bias, classes = (
        regression.coef_,
        regression.intercept_,
        [str(each) for each in regression.classes_],
    )
    if len(classes) == 2:  # scikit-learn keeps one row for two classes
        weights_by_class, bias = np.vstack([-weights_by_class, weights_by_class]) / 2, np.array([-bias[0], bias[0]]) / 2
    return LinearClassifier(tuple(classes), np.ascontiguousarray(weights_by_class.T, dtype=np.float32), bias)


def _cross_validate(samples: Sequence[_Sample], fold: int, options: Options) -> list[Prediction]:
    """Predictions for the phrases of one fold (one variant each) by a model of all the others."""
    features, head, examples = _fit([sample for sample in samples if sample.fold != fold], options)
    held_out = {(sample.label, sample.phrase): sample for sample in samples if sample.fold == fold}
    predictions = []
    for sample in held_out.values():
        result = guess(sample.text, features.vector(sample.text), features, head, examples)
        predictions.append(Prediction(sample.phrase, sample.label, head.classes[result.order[0]], result.signals))
    return predictions


def _fit_confidence(predictions: Sequence[Prediction]) -> Confidence:
    """Learn from unseen phrases when the best intent is right; with nothing wrong to learn from, its probability."""
    from sklearn.linear_model import LogisticRegression

    signals = np.array([each.signals for each in predictions])
    right = np.array([each.in_scope and each.correct for each in predictions])
    if min(right.sum(), (~right).sum()) < 10:
        return Confidence(np.array([1.0, 2.0, 1.0, -2.0]), 0.5)
    regression = LogisticRegression(C=10.0, max_iter=1000).fit(signals, right)
    coefficients: Floats = np.asarray(regression.coef_[0], dtype=np.float64)
    return Confidence(coefficients, float(regression.intercept_[0]))


def _negated_intents(data: TrainingData) -> frozenset[str]:
    return frozenset(
        intent.name for intent in data.intents if sum(is_negated(phrase) for phrase in intent.examples) >= 2
    )


def _metrics(data: TrainingData, scored: Sequence[Prediction], threshold: float, seconds: float) -> dict[str, Any]:
    return {
        **figures(scored, threshold),
        "method": "cross-validation by phrase",
        "intents": len(data.intents),
        "phrases": sum(len(intent.examples) for intent in data.intents),
        "out_of_scope_phrases": len(data.out_of_scope),
        "signals": list(SIGNALS),
        "train_seconds": round(seconds, 2),
    }
