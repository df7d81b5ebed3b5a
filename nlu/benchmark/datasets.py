"""Evaluation sets as they are published, read in place: nothing of them is kept in the project."""

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from ..annotations import Marked, mark, read_marked
from ..entities.extractor import LEARNED
from ..text import phrase_key
from ..types import EntityDefinition, IntentDefinition, TrainingData
from ..validation import MAXIMUM_PHRASE, MINIMUM_EXAMPLES

OWN = Path(__file__).parents[1] / "data" / "evaluation.yaml"

VALIDATION = ("dev", "val", "valid", "validation")
"""What publishers call the part that is chosen by; a set may come without."""
OUTSIDE = frozenset({"oos", "ood", "out_of_scope"})
"""Labels of what is out of scope, where it stands among the rest. Nothing of it is trained on, as the paper of CLINC150
trains on none."""


class DatasetUnreadable(Exception):
    """The set is not where it was said to be, or not in its format; the message says what is wrong and where."""


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


def clinc150(path: Path) -> Dataset:
    """As clinc/oos-eval has it: a JSON file (`data_full.json`, or the only one there is) of lists of [text, intent],
    `train`, `val` and `test`, and perhaps `oos_val` and `oos_test`."""
    place = _json_file(path)
    try:
        document = json.loads(_read(place))
    except ValueError as error:
        raise DatasetUnreadable(f"{place} is no JSON: {error}.") from error
    if not isinstance(document, dict):
        raise DatasetUnreadable(f"{place} is no JSON object of parts with lists of [text, intent].")

    def rows(*names: str) -> list[Utterance]:
        part = _first_of(names, document)
        return _pairs(document[part], f"{part} in {place}") if part else []

    for part in ("train", "test"):
        if part not in document:
            raise DatasetUnreadable(f"{place} has no part {part}; it has: {', '.join(document) or 'none'}.")
    found = _dataset(path, rows("train"), rows(*VALIDATION), rows("test"))
    beyond = rows(*(f"oos_{part}" for part in VALIDATION))
    return replace(
        found,
        validation_outside=(*found.validation_outside, *(each.text for each in beyond)),
        test_outside=(*found.test_outside, *(each.text for each in rows("oos_test"))),
    )


def snips(path: Path) -> Dataset:
    """Folders train, dev and test, each with seq.in (words), label (intents) and perhaps seq.out (labels of words)."""
    root = path / "joint" if (path / "joint").is_dir() else path
    validation = _first_of(VALIDATION, [each.name for each in sorted(root.glob("*/")) if each.is_dir()])
    return _dataset(
        path,
        _labelled_words(root / "train"),
        _labelled_words(root / validation) if validation else [],
        _labelled_words(root / "test"),
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


@dataclass(frozen=True)
class LeftOut:
    """What the engine would refuse to train on. It counts in the test part all the same."""

    intents: tuple[str, ...]
    """With too few phrases."""
    too_long: int
    """Phrases."""


def trainable(utterances: Iterable[Utterance]) -> tuple[list[Utterance], LeftOut]:
    """What can be trained on; an utterance that says the same as an earlier one is left out without a word."""
    found: dict[str, Utterance] = {}
    for each in map(_without_braces, utterances):
        found.setdefault(phrase_key(each.text), each)
    found.pop("", None)
    short = [each for each in found.values() if len(mark(each.text, each.marked)) <= MAXIMUM_PHRASE]
    counts = Counter(each.intent for each in short)
    kept = [each for each in short if counts[each.intent] >= MINIMUM_EXAMPLES]
    rare = {each.intent: None for each in found.values() if counts[each.intent] < MINIMUM_EXAMPLES}
    return kept, LeftOut(tuple(rare), len(found) - len(short))


def training_data(utterances: Iterable[Utterance]) -> TrainingData:
    """As our own format has them; see `trainable`."""
    phrases: dict[str, list[str]] = {}
    slots: dict[str, dict[str, None]] = {}
    for each in utterances:
        phrases.setdefault(each.intent, []).append(mark(each.text, each.marked))
        slots.setdefault(each.intent, {}).update(dict.fromkeys(found.slot for found in each.marked))
    intents = tuple(
        IntentDefinition(name, tuple(texts), tuple(slots[name]), guarded=False) for name, texts in phrases.items()
    )
    names = dict.fromkeys(slot for each in slots.values() for slot in each)
    return TrainingData(intents, tuple(EntityDefinition(name, LEARNED) for name in names))


def _pairs(rows: object, where: str) -> list[Utterance]:
    if not isinstance(rows, list):
        raise DatasetUnreadable(f"{where} is no list; it must hold [text, intent].")
    for row in rows:
        if not (isinstance(row, list) and len(row) == 2 and all(isinstance(each, str) for each in row)):
            raise DatasetUnreadable(f"A row of {where} is {str(row)[:60]!r}; it must be [text, intent].")
    return [Utterance(text, intent) for text, intent in rows]


def _dataset(
    path: Path, train: Iterable[Utterance], validation: Iterable[Utterance], test: Iterable[Utterance]
) -> Dataset:
    def inside(part: Iterable[Utterance]) -> tuple[Utterance, ...]:
        return tuple(each for each in part if each.intent not in OUTSIDE)

    def outside(part: Iterable[Utterance]) -> tuple[str, ...]:
        return tuple(each.text for each in part if each.intent in OUTSIDE)

    found = Dataset(
        path.resolve().stem, inside(train), inside(validation), inside(test), outside(validation), outside(test)
    )
    if not (found.train and found.test):
        raise DatasetUnreadable(f"There is nothing to train on in {path}, or nothing to try: train and test need rows.")
    return found


def _without_braces(utterance: Utterance) -> Utterance:
    """Braces and brackets have a meaning in our format."""
    return replace(utterance, text=utterance.text.translate(str.maketrans("{}[]", "()()")))


def _labelled_words(directory: Path) -> list[Utterance]:
    texts, intents = _lines(directory, "seq.in"), _lines(directory, "label")
    labels = _lines(directory, "seq.out") if (directory / "seq.out").is_file() else [""] * len(texts)
    if not len(texts) == len(intents) == len(labels):
        lengths = f"{len(texts)}, {len(intents)} and {len(labels)}"
        raise DatasetUnreadable(
            f"seq.in, label and seq.out in {directory} have {lengths} lines; they must have as many."
        )
    found = []
    for at, (words, owners, intent) in enumerate(zip(texts, labels, intents, strict=True), 1):
        said, marked = words.split(), owners.split()
        if marked and len(said) != len(marked):
            counts = f"{len(said)} words in seq.in and {len(marked)} labels in seq.out"
            raise DatasetUnreadable(f"Line {at} in {directory} has {counts}; each word needs a label.")
        found.append(_utterance(said, marked or ["O"] * len(said), intent.strip()))
    return found


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


def _lines(directory: Path, name: str) -> list[str]:
    place = directory / name
    if not place.is_file():
        raise DatasetUnreadable(f"There is no {name} in {directory}. --path names the directory of the evaluation set.")
    # Only these end a line here: a text may have other breaks in it.
    content = _read(place)
    return content.removesuffix("\n").split("\n") if content else []


def _read(place: Path) -> str:
    try:
        return place.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DatasetUnreadable(f"{place} is no text in UTF-8: {error}.") from error


def _json_file(path: Path) -> Path:
    """`path` itself, or the file in it."""
    if path.is_file():
        return path
    places = [path / "data_full.json"] if (path / "data_full.json").is_file() else sorted(path.glob("*.json"))
    if len(places) != 1:
        raise DatasetUnreadable(
            f"There is no data_full.json in {path}. --path names the evaluation set: its directory, or its JSON file."
        )
    return places[0]


def _first_of(names: Iterable[str], known: Container[str]) -> str | None:
    return next((name for name in names if name in known), None)
