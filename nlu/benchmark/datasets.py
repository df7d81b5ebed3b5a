"""Evaluation sets as they are published, read in place: nothing of them is kept in the project."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from ..annotations import Marked, mark, read_marked
from ..entities.extractor import LEARNED
from ..text import phrase_key
from ..types import EntityDefinition, IntentDefinition, TrainingData

OWN = Path(__file__).parents[1] / "data" / "evaluation.yaml"


class DatasetMissing(Exception):
    """The set is not where it was said to be; the message names what was looked for."""


@dataclass(frozen=True)
class Utterance:
    text: str
    intent: str
    marked: tuple[Marked, ...] = ()


@dataclass(frozen=True)
class Dataset:
    name: str
    train: tuple[Utterance, ...]
    validation: tuple[Utterance, ...]
    test: tuple[Utterance, ...]
    validation_outside: tuple[str, ...] = ()
    test_outside: tuple[str, ...] = ()

    @property
    def has_slots(self) -> bool:
        return any(each.marked for each in self.test)


def clinc150(directory: Path) -> Dataset:
    """clinc/oos-eval: `data_full.json` with lists of [text, intent]."""
    document = json.loads(_existing(directory, "data_full.json").read_text(encoding="utf-8"))

    def utterances(part: str) -> tuple[Utterance, ...]:
        return tuple(Utterance(text, intent) for text, intent in document[part])

    def texts(part: str) -> tuple[str, ...]:
        return tuple(text for text, _ in document[part])

    return Dataset(
        "CLINC150", utterances("train"), utterances("val"), utterances("test"), texts("oos_val"), texts("oos_test")
    )


def snips(directory: Path) -> Dataset:
    """Folders train, dev and test, each with seq.in (words), seq.out (labels of words) and label (intents)."""
    root = directory / "joint" if (directory / "joint").is_dir() else directory
    return Dataset(
        "SNIPS", _labelled_words(root / "train"), _labelled_words(root / "dev"), _labelled_words(root / "test")
    )


def own(part: str) -> Dataset:
    """Our own utterances for the built-in catalogue; they are trained on nowhere, so there is a test set only."""
    document = yaml.safe_load(OWN.read_text(encoding="utf-8"))[part]
    test = tuple(
        Utterance(text, intent, marked)
        for intent, phrases in document["in_scope"].items()
        for text, marked in (read_marked(phrase) for phrase in phrases)
    )
    return Dataset("own", (), (), test, (), tuple(str(each) for each in document["out_of_scope"]))


def training_data(utterances: Iterable[Utterance]) -> TrainingData:
    """As our own format has it; an utterance that says the same as an earlier one is left out."""
    seen: set[str] = set()
    phrases: dict[str, list[str]] = {}
    slots: dict[str, dict[str, None]] = {}
    for each in (_without_braces(utterance) for utterance in utterances):
        key = phrase_key(each.text)
        if key and key not in seen:
            seen.add(key)
            phrases.setdefault(each.intent, []).append(mark(each.text, each.marked))
            slots.setdefault(each.intent, {}).update(dict.fromkeys(found.slot for found in each.marked))
    intents = tuple(
        IntentDefinition(name, tuple(texts), tuple(slots[name]), guarded=False) for name, texts in phrases.items()
    )
    names = dict.fromkeys(slot for each in slots.values() for slot in each)
    return TrainingData(intents, tuple(EntityDefinition(name, LEARNED) for name in names))


def _without_braces(utterance: Utterance) -> Utterance:
    """Braces and brackets have a meaning in our format."""
    return replace(utterance, text=utterance.text.translate(str.maketrans("{}[]", "()()")))


def _labelled_words(directory: Path) -> tuple[Utterance, ...]:
    columns = [
        _existing(directory, name).read_text(encoding="utf-8").splitlines() for name in ("seq.in", "seq.out", "label")
    ]
    rows = zip(*columns, strict=True)
    return tuple(_utterance(words.split(), labels.split(), intent.strip()) for words, labels, intent in rows)


def _utterance(words: Sequence[str], labels: Sequence[str], intent: str) -> Utterance:
    found: list[Marked] = []
    at = 0
    for word, label in zip(words, labels, strict=True):
        slot = re.sub(r"\W", "_", label[2:])
        if label.startswith("I-") and found and found[-1].slot == slot and found[-1].end == at - 1:
            found[-1] = replace(found[-1], end=at + len(word))
        elif label != "O":
            found.append(Marked(slot, at, at + len(word)))
        at += len(word) + 1
    return Utterance(" ".join(words), intent, tuple(found))


def _existing(directory: Path, name: str) -> Path:
    path = directory / name
    if not path.is_file():
        raise DatasetMissing(f"There is no {name} in {directory}. --path names the directory of the evaluation set.")
    return path
