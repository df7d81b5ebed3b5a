"""Floors on hand-written messages that nobody trained or tuned on."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu.evaluation import auroc
from nlu.pipeline import Pipeline


@pytest.fixture(scope="module")
def messages() -> Any:
    return yaml.safe_load((Path(__file__).parent / "held_out.yaml").read_text(encoding="utf-8"))


def test_our_own_domain_is_understood(pipeline: Pipeline, messages: Any) -> None:
    pairs = [(intent, text) for intent, texts in messages["in_scope"].items() for text in texts]
    answers = [(intent, pipeline.understand(text)) for intent, text in pairs]
    right = sum(answer.intent == intent for intent, answer in answers)
    wrong = sum(answer.intent not in (None, intent) for intent, answer in answers)
    assert right / len(pairs) >= 0.93
    assert wrong / len(pairs) <= 0.03


def test_the_rest_of_the_world_is_not(pipeline: Pipeline, messages: Any) -> None:
    outside = [pipeline.understand(str(text)) for text in messages["out_of_scope"]]
    inside = [pipeline.understand(text) for texts in messages["in_scope"].values() for text in texts]
    assert sum(answer.intent is None for answer in outside) / len(outside) >= 0.93
    area = auroc([each.confidence for each in inside], [each.confidence for each in outside])
    assert area is not None
    assert area >= 0.97


def test_an_execution_is_never_proposed_for_what_is_not_ours(pipeline: Pipeline, messages: Any) -> None:
    for text in messages["out_of_scope"]:
        intent = pipeline.understand(str(text)).intent or ""
        assert not intent.startswith(("blueprint.", "action.")), text
