"""Training: phrases to a Model. The only module that needs scikit-learn, and only while it runs."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np

from .annotations import as_said, unique
from .classifier import NEAREST_WEIGHT, OUT_OF_SCOPE, SIGNALS, SUPPORT_WEIGHT, Confidence, Heard, Weights, guess
from .clustering import encoded
from .codebook import Codebook
from .encoder import Encoder
from .evaluation import Prediction, choose_closeness, choose_threshold, figures
from .expansion import expand
from .features import Floats
from .fitting import DEFAULTS, Fitting, Options, Sample, Start, common_basis, fit
from .fusion import FEWEST, best_weights
from .learned_values import Told, learned_values
from .model import Model
from .negation import is_negated
from .reading import Reader
from .tagging.fitting import fit_tagger
from .types import TrainingData, TrainingError
from .validation import validate

Progress = Callable[[str, float], None]
"""Called with a sentence and the share done, 0..1."""
Fit = Callable[..., Fitting]
"""Called with samples, and with `start` where the search may begin elsewhere than at nothing."""
Tell = Callable[[Sequence[Sample], Sequence[str]], Sequence[Told]]
"""What the values in held-out samples say of the classes."""
_KNOWN_OUTSIDE = 30


def train(
    data: TrainingData,
    *,
    options: Options = DEFAULTS,
    progress: Progress | None = None,
    encoder: Encoder | None = None,
) -> Model:
    """Train and evaluate. Raises TrainingError naming what is wrong with the data. Deterministic, but for times."""
    import sklearn.linear_model  # noqa: F401 (the limit is for the libraries that are there when it is set)
    from threadpoolctl import threadpool_limits

    # More threads than one cost more than they bring at this size, and several times as much where cores are shared.
    with threadpool_limits(limits=1):
        return _trained(data, options, progress or (lambda sentence, share: None), encoder)


def _trained(data: TrainingData, options: Options, report: Progress, encoder: Encoder | None) -> Model:
    started = time.perf_counter()
    report("Checking the phrases.", 0.0)
    validate(data)
    if not 0 < options.rejection_rate < 0.5:
        raise TrainingError(f"The rejection rate is {options.rejection_rate}; it must lie between 0 and 0.5.")
    report("Reading the phrases.", 0.05)
    samples, codebook = _samples(data, options, encoder)
    values = learned_values(data, encoder, codebook)
    tell: Tell | None = None
    if values and encoder and len(_held_out(samples, 0)) >= FEWEST:
        samples, tell = values.framed(samples), partial(values.told, encoder)
    fit_to = partial(fit, options=options, encoder=encoder, basis=common_basis(samples, options))
    scored, confidence, weights, start = _evaluated(samples, options, fit_to, tell, report)
    threshold = round(choose_threshold(scored, options.rejection_rate), 4)
    report("Training on everything.", 0.8)
    fitted = fit_to(samples, start=start).weighed(weights)
    if values:
        report("Learning to find values.", 0.9)
    tagger = fit_tagger(values.corpus, alone=tell is not None) if values else None
    report("Done.", 1.0)
    return Model(
        data=data,
        features=fitted.features,
        heads=fitted.heads,
        examples=fitted.examples,
        confidence=confidence,
        threshold=threshold,
        closeness=round(choose_closeness(scored, threshold, options.asking_rate), 4),
        trained_at=datetime.now(UTC).isoformat(),
        tagger=tagger,
        codebook=codebook,
        metrics=_metrics(data, scored, threshold, time.perf_counter() - started),
        negated_intents=_negated_intents(data),
    )


def _samples(data: TrainingData, options: Options, encoder: Encoder | None) -> tuple[list[Sample], Codebook | None]:
    entities = {entity.name: entity for entity in data.entities}
    groups = [(intent.name, unique(intent.examples)) for intent in data.intents]
    mean = sum(len(each) for _, each in groups) / len(groups)
    rows: list[tuple[str, str, str, float, int]] = []
    for label, phrases in [*groups, (OUT_OF_SCOPE, unique(data.out_of_scope))]:
        is_outside = label == OUT_OF_SCOPE
        for phrase, fold in zip(phrases, _folds(len(phrases), options, label), strict=True):
            texts = [phrase] if is_outside else expand(as_said(phrase), entities)
            share = mean / len(phrases)
            weight = (options.outside_weight * share if is_outside else share**options.balance) / len(texts)
            rows += [(phrase, text, label, weight, fold) for text in texts]
    reader = Reader(data, encoder)
    read = [reader.read(text) for _, text, _, _, _ in rows]
    plain = list(dict.fromkeys(each.plain for each in read))
    found = encoded(encoder, plain, options.seed) if encoder else None
    places = {text: at for at, text in enumerate(plain)}
    samples = []
    for (phrase, _, label, weight, fold), each in zip(rows, read, strict=True):
        at = places[each.plain]
        codes, pooled = (found.codes[at], found.pooled[at]) if found else ("", None)
        samples.append(Sample(phrase, each.masked, label, weight, fold, codes, plain=each.plain, pooled=pooled))
    return samples, found.codebook if found else None


def _folds(count: int, options: Options, label: str) -> list[int]:
    chance = np.random.default_rng([options.seed, *label.encode()])
    return [int(at) % options.folds for at in chance.permutation(count)]


def _evaluated(
    samples: Sequence[Sample], options: Options, fit_to: Fit, tell: Tell | None, report: Progress
) -> tuple[list[Prediction], Confidence, Weights, Start | None]:
    """Predictions for phrases that the classifier had not seen, with the confidence and the weights beside the encoder
    learned from them, and where the search for a classifier of all phrases may start."""
    predictions: list[Prediction] = []
    start, weights = None, Weights(options.fusion)
    for fold in range(options.folds):
        if len(predictions) >= options.enough_predictions:
            break
        report(f"Trying fold {fold + 1} of {options.folds}.", 0.1 + 0.7 * fold / options.folds)
        fitted = fit_to([sample for sample in samples if sample.fold != fold])
        held_out = _held_out(samples, fold)
        told: Sequence[Told | None] = [None] * len(held_out)
        if tell:
            report("Trying what values say of intents.", 0.15 + 0.7 * fold / options.folds)
            told = tell(held_out, fitted.heads.classes)
        heard = [_heard(fitted, *each) for each in zip(held_out, told, strict=True)]
        if fold == 0:
            weights = best_weights(fitted.heads, heard, [each.label for each in held_out], weights)
        weighed = fitted.weighed(weights)
        predictions += [_predicted(weighed, *each) for each in zip(held_out, heard, strict=True)]
        # Going on from a fold's search goes further than the folds did, and is surer than they were. Where phrases are
        # so many that one fold is enough this is nothing; small bots are quick enough without.
        start = fitted.start if fold == 0 and len(predictions) >= options.enough_predictions else None
    confidence = _fit_confidence(predictions, encoded=samples[0].pooled is not None)
    return [replace(each, confidence=confidence.of(each.signals)) for each in predictions], confidence, weights, start


def _held_out(samples: Sequence[Sample], fold: int) -> list[Sample]:
    """The phrases of one fold, one variant each."""
    return list({(each.label, each.phrase): each for each in samples if each.fold == fold}.values())


def _heard(fitted: Fitting, sample: Sample, told: Told | None) -> Heard:
    if told is None:
        return Heard(sample.text, fitted.features.vector(sample.text, sample.codes), sample.pooled)
    terms = fitted.features.vector(sample.text, sample.codes, told.frame)
    return Heard(sample.text, terms, sample.pooled, told.agreement)


def _predicted(fitted: Fitting, sample: Sample, heard: Heard) -> Prediction:
    result = guess(heard, fitted.features, fitted.heads, fitted.examples)
    best = fitted.heads.classes[result.order[0]]
    return Prediction(sample.phrase, sample.label, best, result.signals, rival=result.rival)


def _fit_confidence(predictions: Sequence[Prediction], *, encoded: bool) -> Confidence:
    """Learn from unseen phrases when the best intent is right.

    Only where enough phrases out of scope are known are all signals weighed: phrases of other intents teach what is
    ambiguous, not what is foreign. Otherwise the score decides (with an encoder, together with the nearest phrase), on
    a scale that makes it a probability.
    """
    from sklearn.linear_model import LogisticRegression

    signals = np.array([each.signals for each in predictions])
    right = np.array([each.in_scope and each.correct for each in predictions])
    fixed: Floats = np.array([1.0, 0.0, *((NEAREST_WEIGHT, 0.0, SUPPORT_WEIGHT) if encoded else (0.0, 0.0, 0.0))])
    score = signals @ fixed
    if min(right.sum(), (~right).sum()) < 10:
        # Nothing to learn from: the middle of the scale where one in twenty of the right answers lies below.
        return Confidence(fixed, -float(np.quantile(score, 0.05)))
    if sum(not each.in_scope for each in predictions) >= _KNOWN_OUTSIDE:
        regression = LogisticRegression(C=10.0, max_iter=1000).fit(signals, right)
        return Confidence(regression.coef_[0], float(regression.intercept_[0]))
    regression = LogisticRegression(C=10.0, max_iter=1000).fit(score[:, None], right)
    return Confidence(fixed * regression.coef_[0, 0], float(regression.intercept_[0]))


def _negated_intents(data: TrainingData) -> frozenset[str]:
    return frozenset(
        intent.name for intent in data.intents if sum(is_negated(as_said(phrase)) for phrase in intent.examples) >= 2
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
