from dataclasses import replace

import numpy as np
import pytest

from nlu.classifier import OUT_OF_SCOPE
from nlu.evaluation import Prediction, auroc, choose_closeness, choose_threshold, confusions, figures


def prediction(expected: str, predicted: str, confidence: float) -> Prediction:
    return Prediction(f"{expected} {confidence}", expected, predicted, np.zeros(1), confidence)


RIGHT = [prediction("a", "a", each / 100) for each in range(1, 101)]


def test_the_threshold_rejects_the_chosen_share_of_right_answers() -> None:
    for rate in (0.05, 0.2):
        threshold = choose_threshold(RIGHT, rate)
        assert sum(each.confidence < threshold for each in RIGHT) == pytest.approx(100 * rate, abs=1)


def test_the_threshold_moves_into_the_gap_above_what_is_out_of_scope() -> None:
    outside = [prediction(OUT_OF_SCOPE, "a", each) for each in (0.1, 0.2, 0.9)]
    threshold = choose_threshold([*RIGHT, *outside], 0.5)
    assert 0.2 < threshold < 0.5
    assert threshold == pytest.approx((0.505 + 0.2) / 2)


def test_closeness_asks_needlessly_at_the_chosen_rate_only() -> None:
    rivals = [replace(each, rival=at / 100) for at, each in enumerate(RIGHT, start=1)]
    closeness = choose_closeness(rivals, 0.0, 0.02)
    assert sum(each.rival >= closeness for each in rivals) == 2
    # What is rejected or wrong does not count.
    assert choose_closeness([replace(each, confidence=0.1, rival=1.0) for each in RIGHT], 0.5, 0.02) == 1.0


def test_without_a_right_answer_nothing_is_accepted() -> None:
    assert choose_threshold([prediction("a", "b", 0.9)], 0.05) == 1.0


def test_figures_and_confusions() -> None:
    predictions = [
        prediction("a", "a", 0.9),
        prediction("a", "b", 0.8),
        prediction("b", "b", 0.2),
        prediction(OUT_OF_SCOPE, "a", 0.1),
        prediction(OUT_OF_SCOPE, "a", 0.85),
    ]
    result = figures(predictions, 0.5)
    assert result["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert result["accepted_and_right"] == pytest.approx(1 / 3, abs=1e-4)
    assert result["accepted_but_wrong"] == pytest.approx(1 / 3, abs=1e-4)
    assert result["out_of_scope_recall"] == 0.5
    assert confusions(predictions[:3]) == [{"expected": "a", "predicted": "b", "count": 1, "phrases": ["a 0.8"]}]


def test_each_intent_has_its_own_figures() -> None:
    predictions = [
        prediction("a", "a", 0.9),
        prediction("a", "a", 0.4),
        prediction("a", "b", 0.8),
        prediction("b", "b", 0.7),
        prediction("c", "a", 0.1),
        prediction(OUT_OF_SCOPE, "b", 0.85),
    ]
    result = figures(predictions, 0.5)
    assert result["per_intent"] == [
        {"intent": "a", "count": 3, "recall": 0.3333, "precision": 1.0},
        {"intent": "b", "count": 1, "recall": 1.0, "precision": 0.3333},
        {"intent": "c", "count": 1, "recall": 0.0, "precision": None},
    ]
    assert result["outside_accepted"] == [{"predicted": "b", "count": 1, "phrases": [f"{OUT_OF_SCOPE} 0.85"]}]


def test_auroc() -> None:
    assert auroc([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert auroc([0.5], [0.5]) == 0.5
    assert auroc([0.5], []) is None
