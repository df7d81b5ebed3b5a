"""Train on a set's training part, choose on its validation part, report on its test part."""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import artefacts
from ..encoder import Encoder
from ..evaluation import auroc
from ..model import Model
from ..pipeline import Pipeline
from ..training import train
from ..types import TrainingData, Understanding
from .datasets import Dataset, LeftOut, Utterance, trainable, training_data
from .probe import Cost, cost_of

_SEED = 20
_TIMED = 1_000

Say = Callable[[str], None]
Judged = tuple[float, bool | None]
"""The confidence of an answer, and whether it is right; None for what is out of scope."""


@dataclass(frozen=True)
class Outside:
    """With phrases out of scope: shares of what is right within scope, and of what is rejected beyond it."""

    inside_at_rule: float
    recall_at_rule: float
    """With the threshold that gets most of the validation set right, out of scope being one more intent."""
    inside_at_steadied_rule: float
    recall_at_steadied_rule: float
    """With the mean of such thresholds over samples of the validation set: its few phrases out of scope leave many
    thresholds within a message or two of the best."""
    inside_at_threshold: float
    recall_at_threshold: float
    """With the model's own threshold."""
    auroc: float


@dataclass(frozen=True)
class Figures:
    dataset: str
    intents: int
    examples: int
    left_out: LeftOut
    accuracy: float
    """Of what is in scope, with nothing rejected."""
    outside: Outside | None
    slot_f1: float | None
    shots: dict[int, float]
    """Accuracy with so many examples of each intent."""
    train_seconds: float
    train_busy_seconds: float
    threshold: float
    cost: Cost


def benchmark(
    dataset: Dataset,
    *,
    data: TrainingData | None = None,
    encoder: Encoder | None,
    directory: Path,
    shots: Sequence[int],
    say: Say,
) -> Figures:
    """Train on `data`, or else on the set's training part. `directory` is the encoder's. Takes minutes."""
    kept, left_out = trainable(dataset.train)
    if data is None:
        data = training_data(kept)
    say(f"Training on {sum(len(each.examples) for each in data.intents)} phrases.")
    wall, busy = time.perf_counter(), time.process_time()
    model = train(data, encoder=encoder)
    seconds, busy_seconds = time.perf_counter() - wall, time.process_time() - busy
    pipeline = Pipeline(model, encoder)
    say(f"Understanding {len(dataset.test) + len(dataset.test_outside)} test utterances.")
    understood = [pipeline.understand(each.text) for each in dataset.test]
    right = [best(answer) == each.intent for answer, each in zip(understood, dataset.test, strict=True)]
    say("Measuring time and memory in a process of its own.")
    cost = _cost(model, encoder, directory, [each.text for each in dataset.test])
    return Figures(
        dataset=dataset.name,
        intents=len(data.intents),
        examples=sum(len(each.examples) for each in data.intents),
        left_out=left_out,
        accuracy=sum(right) / len(right),
        outside=_outside(dataset, pipeline, understood, right) if dataset.test_outside else None,
        slot_f1=slot_f1(dataset.test, understood) if dataset.has_slots else None,
        shots={count: _few(kept, dataset.test, count, encoder, say) for count in shots},
        train_seconds=seconds,
        train_busy_seconds=busy_seconds,
        threshold=model.threshold,
        cost=cost,
    )


def best(answer: Understanding) -> str | None:
    """The most likely intent, whatever the threshold."""
    return answer.intent or (answer.alternatives[0].name if answer.alternatives else None)


def slot_f1(expected: Sequence[Utterance], answers: Sequence[Understanding]) -> float:
    """Of values with their exact span and slot; only slots that are marked in the set count."""
    known = {marked.slot for each in expected for marked in each.marked}
    hits = wanted = found = 0
    for each, answer in zip(expected, answers, strict=True):
        gold = {(marked.slot, marked.start, marked.end) for marked in each.marked}
        ours = {(value.slot, value.start, value.end) for value in answer.entities if value.slot in known}
        hits, wanted, found = hits + len(gold & ours), wanted + len(gold), found + len(ours)
    return 2 * hits / (wanted + found) if wanted + found else 0.0


def _outside(
    dataset: Dataset, pipeline: Pipeline, understood: Sequence[Understanding], right: Sequence[bool]
) -> Outside:
    inside = [each.confidence for each in understood]
    beyond = [pipeline.understand(text).confidence for text in dataset.test_outside]
    threshold = pipeline.model.threshold
    rows = _validated(dataset, pipeline) if dataset.validation_outside else []
    rule, steadied = (threshold_of_rule(rows), steadied_threshold_of_rule(rows)) if rows else (threshold, threshold)

    def shares(at: float) -> tuple[float, float]:
        kept = sum(ok and confidence >= at for ok, confidence in zip(right, inside, strict=True))
        return kept / len(inside), sum(confidence < at for confidence in beyond) / len(beyond)

    return Outside(*shares(rule), *shares(steadied), *shares(threshold), auroc=auroc(inside, beyond) or 0.0)


def _validated(dataset: Dataset, pipeline: Pipeline) -> list[Judged]:
    rows: list[Judged] = []
    for each in dataset.validation:
        answer = pipeline.understand(each.text)
        rows.append((answer.confidence, best(answer) == each.intent))
    return rows + [(pipeline.understand(text).confidence, None) for text in dataset.validation_outside]


def threshold_of_rule(rows: Sequence[Judged]) -> float:
    """The paper's rule: the threshold that gets most right, where what is out of scope is right below it.

    Where several get the same number right, none is known to be better: the one in the middle is taken.
    """
    ordered = sorted(rows, key=lambda row: row[0])
    score = top = sum(ok is True for _, ok in ordered)
    thresholds = [0.0]
    for at, (confidence, ok) in enumerate(ordered):
        score += (ok is None) - (ok is True)
        following = ordered[at + 1][0] if at + 1 < len(ordered) else 1.0
        if score >= top and following > confidence:
            thresholds = [*(thresholds if score == top else ()), (confidence + following) / 2]
            top = score
    return thresholds[len(thresholds) // 2]


def steadied_threshold_of_rule(rows: Sequence[Judged], samples: int = 200) -> float:
    """The mean of what the rule gives for samples of the rows, drawn with replacement."""
    ordered = sorted(rows, key=lambda row: row[0])
    # What rejecting each row changes in the number of right answers.
    changes = np.array([(ok is None) - (ok is True) for _, ok in ordered])
    chance = np.random.default_rng(_SEED)
    found = []
    for _ in range(samples):
        drawn = np.bincount(chance.integers(0, len(ordered), len(ordered)), minlength=len(ordered))
        scores = np.cumsum(changes * drawn)
        found.append(ordered[int(scores.argmax())][0] if scores.max() > 0 else 0.0)
    return float(np.mean(found))


def _few(known: Sequence[Utterance], test: Sequence[Utterance], count: int, encoder: Encoder | None, say: Say) -> float:
    say(f"Training on {count} utterances of each intent.")
    chance = random.Random(_SEED)  # noqa: S311 (not a secret)
    groups: dict[str, list[Utterance]] = {}
    for each in known:
        groups.setdefault(each.intent, []).append(Utterance(each.text, each.intent))
    chosen = [each for group in groups.values() for each in chance.sample(group, min(count, len(group)))]
    pipeline = Pipeline(train(training_data(chosen), encoder=encoder), encoder)
    return sum(best(pipeline.understand(each.text)) == each.intent for each in test) / len(test)


def _cost(model: Model, encoder: Encoder | None, directory: Path, texts: Sequence[str]) -> Cost:
    with tempfile.TemporaryDirectory() as place:
        artefact = Path(place, "model")
        artefact.write_bytes(artefacts.dump(model))
        return cost_of(artefact, directory if encoder else None, texts[:_TIMED])
