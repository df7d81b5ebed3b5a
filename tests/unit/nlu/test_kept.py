"""The same phrases are learned once on a machine, and anew whenever anything about them is another."""

from dataclasses import replace
from pathlib import Path

import pytest

from nlu import artefacts, kept
from nlu.fitting import DEFAULTS, Options
from nlu.model import Model
from nlu.types import IntentDefinition, TrainingData

PHRASES = {
    "greet": ["hello there", "good morning", "hi bot", "hey you", "good day to you"],
    "leave": ["bye now", "see you later", "good night then", "until tomorrow", "farewell my friend"],
}
DATA = TrainingData(intents=tuple(IntentDefinition(name, tuple(said)) for name, said in PHRASES.items()), entities=())


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> list[TrainingData]:
    """What was really trained."""
    seen: list[TrainingData] = []
    train = kept.train

    def counted(data: TrainingData, **more: object) -> Model:
        seen.append(data)
        return train(data, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(kept, "train", counted)
    return seen


def trained(directory: Path | None, data: TrainingData = DATA, options: Options = DEFAULTS) -> Model:
    return kept.trained(data, options=options, progress=lambda *_: None, encoder=None, directory=directory)


def test_the_same_is_trained_once(tmp_path: Path, trainings: list[TrainingData]) -> None:
    first, second = (trained(tmp_path / "kept") for _ in range(2))
    assert len(trainings) == 1
    assert artefacts.dump(first) == artefacts.dump(second)


def test_other_phrases_options_or_another_engine_are_trained_anew(
    tmp_path: Path, trainings: list[TrainingData], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(tmp_path)
    more = IntentDefinition("greet", (*PHRASES["greet"], "welcome back"))
    trained(tmp_path, replace(DATA, intents=(more, DATA.intents[1])))
    trained(tmp_path, options=replace(DEFAULTS, rejection_rate=0.1))
    monkeypatch.setattr(kept, "_code", lambda: "another")
    trained(tmp_path)
    assert len(trainings) == 4


def test_without_a_directory_or_with_one_that_nobody_may_write_it_is_trained(
    tmp_path: Path, trainings: list[TrainingData]
) -> None:
    (tmp_path / "file").touch()
    for directory in (None, tmp_path / "file" / "below"):
        trained(directory)
    assert len(trainings) == 2


def test_what_is_damaged_is_trained_anew(tmp_path: Path, trainings: list[TrainingData]) -> None:
    trained(tmp_path)
    (found,) = tmp_path.glob("*.npz")
    found.write_bytes(found.read_bytes()[:500])
    trained(tmp_path)
    assert len(trainings) == 2
    assert len(list(tmp_path.glob("*.npz"))) == 1


def test_only_the_latest_are_kept(tmp_path: Path) -> None:
    for number in range(10):
        trained(tmp_path, options=replace(DEFAULTS, rejection_rate=0.01 * (number + 1)))
    assert len(list(tmp_path.glob("*.npz"))) == 8
