"""How well a model does on phrases it has not seen: cross-validation, the threshold, the confusions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .classifier import OUT_OF_SCOPE
from .features import Floats


@dataclass(frozen=True)
class Prediction:
    """What a classifier said about a phrase it had not been trained on."""

    phrase: str
    expected: str
    predicted: str
    """The best intent, whatever its confidence."""
    signals: Floats
    confidence: float = 0.0
    rival: float = 0.0
    """The second best intent's share of the best one's probability."""

    @property
    def correct(self) -> bool:
        return self.predicted == self.expected

    @property
    def in_scope(self) -> bool:
        return self.expected != OUT_OF_SCOPE


def choose_threshold(predictions: Sequence[Prediction], rejection_rate: float) -> float:
    """The confidence below which nothing is accepted: at most `rejection_rate` of the right answers are lost.

    Where phrases that are out of scope are known, it is lowered into the middle of the gap below it that holds none
    of them: that costs nothing and loses fewer right answers.
    """
    right = np.array([each.confidence for each in predictions if each.in_scope and each.correct])
    if not len(right):
        return 1.0
    threshold = float(np.quantile(right, rejection_rate))
    outside = [each.confidence for each in predictions if not each.in_scope and each.confidence < threshold]
    return (threshold + max(outside)) / 2 if outside else threshold


def choose_closeness(predictions: Sequence[Prediction], threshold: float, asking_rate: float) -> float:
    """The share of the best intent's probability from which on another may be meant as well.

    Where two are so close it is asked which is meant: at most `asking_rate` of the right answers are asked needlessly.
    """
    right = [each.rival for each in predictions if each.in_scope and each.correct and each.confidence >= threshold]
    return float(np.quantile(right, 1 - asking_rate)) if right else 1.0


def figures(predictions: Sequence[Prediction], threshold: float) -> dict[str, Any]:
    """In-scope accuracy and acceptance, out-of-scope recall and AUROC, what is confused and each intent's own, at a
    threshold."""
    inside = [each for each in predictions if each.in_scope]
    outside = [each for each in predictions if not each.in_scope]
    accepted = [each for each in inside if each.confidence >= threshold]
    return {
        "in_scope": len(inside),
        "accuracy": _share(sum(each.correct for each in inside), len(inside)),
        "accepted_and_right": _share(sum(each.correct for each in accepted), len(inside)),
        "accepted_but_wrong": _share(sum(not each.correct for each in accepted), len(inside)),
        "out_of_scope": len(outside),
        "out_of_scope_recall": _share(sum(each.confidence < threshold for each in outside), len(outside)),
        "auroc": auroc([each.confidence for each in inside], [each.confidence for each in outside]),
        "confusions": confusions(inside),
        "per_intent": per_intent(predictions, threshold),
        "outside_accepted": outside_accepted(outside, threshold),
    }


def confusions(predictions: Sequence[Prediction], most: int = 30) -> list[dict[str, Any]]:
    """[{expected, predicted, count, phrases}], the most frequent first."""
    wrong = [each for each in predictions if not each.correct]
    pairs = Counter((each.expected, each.predicted) for each in wrong)
    return [
        {
            "expected": expected,
            "predicted": predicted,
            "count": count,
            "phrases": [each.phrase for each in wrong if (each.expected, each.predicted) == (expected, predicted)][:5],
        }
        for (expected, predicted), count in sorted(pairs.items(), key=lambda each: (-each[1], each[0]))[:most]
    ]


def per_intent(predictions: Sequence[Prediction], threshold: float) -> list[dict[str, Any]]:
    """[{intent, count, recall, precision}] by name, of what is accepted at the threshold: the share of an intent's
    phrases that is found, and the share of what is taken for it that means it (phrases out of scope count as well)."""
    accepted = [each for each in predictions if each.confidence >= threshold]
    counts = Counter(each.expected for each in predictions if each.in_scope)
    taken = Counter(each.predicted for each in accepted)
    right = Counter(each.expected for each in accepted if each.correct)
    return [
        {
            "intent": intent,
            "count": count,
            "recall": _share(right[intent], count),
            "precision": _share(right[intent], taken[intent]),
        }
        for intent, count in sorted(counts.items())
    ]


def outside_accepted(predictions: Sequence[Prediction], threshold: float, most: int = 30) -> list[dict[str, Any]]:
    """[{predicted, count, phrases}]: phrases that no intent should claim, and which one does all the same."""
    accepted = [each for each in predictions if each.confidence >= threshold]
    counts = Counter(each.predicted for each in accepted)
    return [
        {
            "predicted": predicted,
            "count": count,
            "phrases": [each.phrase for each in accepted if each.predicted == predicted][:5],
        }
        for predicted, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:most]
    ]


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Probability that an in-scope phrase scores above an out-of-scope one; None when one kind is missing."""
    if not inside or not outside:
        return None
    low, high = np.sort(np.array(outside)), np.array(inside)
    below, up_to = np.searchsorted(low, high, "left"), np.searchsorted(low, high, "right")
    return round(float((below + up_to).mean() / 2 / len(low)), 4)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
