"""The benchmark reads published formats in place and counts as the papers do."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from nlu.benchmark.datasets import (
    DatasetUnreadable,
    LeftOut,
    Utterance,
    clinc150,
    own,
    snips,
    trainable,
    training_data,
)
from nlu.benchmark.run import slot_f1, steadied_threshold_of_rule, threshold_of_rule
from nlu.text import phrase_key
from nlu.types import Entity, TrainingData, Understanding


def answer(*values: tuple[str, int, int]) -> Understanding:
    entities = tuple(Entity(slot, "v", "v", start, end, "learned") for slot, start, end in values)
    return Understanding("", None, 0.0, 0.5, (), entities, ())


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    rows = [("play red sky", "O B-track I-track", "Play"), ("hear blue {moon}", "O B-track I-track", "Hear")]
    for part in ("train", "dev", "test"):
        (tmp_path / part).mkdir()
        for at, name in enumerate(("seq.in", "seq.out", "label")):
            (tmp_path / part / name).write_text("".join(f"{row[at]}\n" for row in rows))
    return tmp_path


def test_labelled_words_become_marked_phrases(songs: Path) -> None:
    dataset = snips(songs)
    assert dataset.has_slots
    kept, left_out = trainable([replace(each, text=each.text + " now" * n) for each in dataset.train for n in range(5)])
    assert left_out == LeftOut((), 0)
    data = training_data(kept)
    assert [each.examples[0] for each in data.intents] == ["play [red sky](track)", "hear [blue (moon)](track)"]
    assert [each.kind for each in data.entities] == ["learned"]


def test_what_the_engine_refuses_is_left_out_of_training_and_said() -> None:
    texts = ["a", "b", "c", "d", "e"]
    common = [Utterance(f"play {text}", "Play") for text in texts]
    alike = [Utterance(text, "Hear") for text in ("hear a", "Hear A!", "play b", "hear c", "hear d", "hear e")]
    rest = [Utterance("?!", "Play"), Utterance("x " * 600, "Play"), Utterance("y " * 600, "Long")]
    kept, left_out = trainable([*common, *alike, *rest])
    assert kept == common
    assert left_out == LeftOut(("Hear", "Long"), 2)


@pytest.mark.parametrize("name", ["dev", "val", "valid", "validation", None])
def test_a_set_may_call_its_validation_part_as_it_likes_or_have_none(songs: Path, name: str | None) -> None:
    if name:
        (songs / "dev").rename(songs / name)
    else:
        shutil.rmtree(songs / "dev")
    assert len(snips(songs).validation) == (2 if name else 0)


def test_a_set_may_have_intents_alone(songs: Path) -> None:
    for part in ("train", "dev", "test"):
        (songs / part / "seq.out").unlink()
    dataset = snips(songs)
    assert not dataset.has_slots
    assert [each.text for each in dataset.test] == ["play red sky", "hear blue {moon}"]


def test_what_is_labelled_out_of_scope_is_no_intent(songs: Path) -> None:
    for part in ("train", "dev", "test"):
        (songs / part / "label").write_text("Play\noos\n")
    dataset = snips(songs)
    assert [each.intent for each in (*dataset.train, *dataset.test)] == ["Play", "Play"]
    assert dataset.test_outside == dataset.validation_outside == ("hear blue {moon}",)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("label", "Play\n", "2, 1 and 2 lines"),
        ("seq.out", "O O O\nO O\n", "Line 2 in .*test has 3 words in seq.in and 2 labels"),
        ("seq.in", "pl\udcffay\nhear\n", "is no text in UTF-8"),
        ("seq.in", None, r"no seq\.in in .*test"),
    ],
)
def test_a_set_that_does_not_fit_together_is_refused(
    songs: Path, name: str, content: str | None, sentence: str
) -> None:
    place = songs / "test" / name
    if content is None:
        place.unlink()
    else:
        place.write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(DatasetUnreadable, match=sentence):
        snips(songs)


def test_slots_count_with_their_exact_span(songs: Path) -> None:
    test = snips(songs).test
    assert slot_f1(test, [answer(("track", 5, 12)), answer(("track", 5, 16))]) == 1.0
    assert slot_f1(test, [answer(("track", 5, 12)), answer(("track", 5, 9))]) == 0.5
    assert slot_f1(test, [answer(("other", 0, 4)), answer()]) == 0.0


def test_the_papers_rule_gets_most_right_and_takes_the_middle_of_the_best() -> None:
    assert threshold_of_rule([(0.1, None), (0.2, None), (0.4, True), (0.9, True)]) == pytest.approx(0.3)
    # Rejecting up to 0.1, 0.3 or 0.5 gets four right each.
    rows = [(0.1, None), (0.2, True), (0.3, None), (0.4, True), (0.5, None), (0.9, True)]
    assert threshold_of_rule(rows) == pytest.approx(0.35)
    assert threshold_of_rule([(0.2, True), (0.4, True)]) == 0.0


def test_over_samples_the_rule_lies_where_it_does_on_the_whole() -> None:
    below: list[tuple[float, bool | None]] = [(at / 100, None) for at in range(30)]
    above: list[tuple[float, bool | None]] = [(at / 100, True) for at in range(30, 100)]
    assert steadied_threshold_of_rule(below + above) == pytest.approx(threshold_of_rule(below + above), abs=0.02)
    assert steadied_threshold_of_rule(above) == 0.0


def test_clinc_is_read(tmp_path: Path) -> None:
    parts = ("train", "val", "test", "oos_train", "oos_val", "oos_test")
    document = {part: [[f"{part} text", "oos" if "oos" in part else "x"]] for part in parts}
    (tmp_path / "data_full.json").write_text(json.dumps(document))
    dataset = clinc150(tmp_path)
    assert dataset.validation == (Utterance("val text", "x"),)
    assert dataset.test_outside == ("oos_test text",)


@pytest.mark.parametrize("is_named", [True, False])
def test_another_set_in_that_format_is_read(tmp_path: Path, is_named: bool) -> None:
    rows = [["where is my card", "where"], ["sing", "oos"]]
    place = tmp_path / "bank.json"
    place.write_text(json.dumps({"about": "cards", "train": rows, "valid": rows, "test": rows}))
    dataset = clinc150(place if is_named else tmp_path)
    assert dataset.train == dataset.validation == dataset.test == (Utterance("where is my card", "where"),)
    assert dataset.validation_outside == dataset.test_outside == ("sing",)


def test_a_part_without_rows_is_refused(songs: Path) -> None:
    for name in ("seq.in", "seq.out", "label"):
        (songs / "test" / name).write_text("")
    with pytest.raises(DatasetUnreadable, match="nothing to try"):
        snips(songs)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is no JSON"),
        ('{"train": [["sing", "oos"]], "test": [["sing", "x"]]}', "nothing to train on"),
        ("[]", "is no JSON object"),
        ('{"train": ["text"], "test": []}', r"row of train in .*data_full\.json is 'text'"),
        ('{"train": [["text", null]], "test": []}', "row of train"),
        ('{"train": [], "test": {"text": "x"}}', "test in .* is no list"),
        ('{"train": [["text", "x"]]}', "has no part test; it has: train"),
    ],
)
def test_a_file_of_another_format_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "data_full.json").write_text(content)
    with pytest.raises(DatasetUnreadable, match=sentence):
        clinc150(tmp_path)


def test_too_few_examples_for_a_training_are_refused() -> None:
    with pytest.raises(CommandError, match="no number from 5"):
        call_command("nlu_benchmark", "--dataset", "clinc150", "--shots", "1")


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"data_full\.json"):
        call_command("nlu_benchmark", dataset="clinc150", path=tmp_path)
    with pytest.raises(CommandError, match="--path"):
        call_command("nlu_benchmark", dataset="snips")


def test_our_own_set_has_four_hundred_utterances_that_nobody_trains_on(catalogue_data: TrainingData) -> None:
    parts = [own("dev"), own("test")]
    texts = [each.text for part in parts for each in part.test] + [text for part in parts for text in part.test_outside]
    assert len(set(texts)) == len(texts) >= 400
    trained = {phrase_key(phrase) for intent in catalogue_data.intents for phrase in intent.examples}
    assert not trained & {phrase_key(text) for text in texts}
    known = {intent.name for intent in catalogue_data.intents}
    assert {each.intent for part in parts for each in part.test} <= known


@pytest.mark.full
def test_the_whole_command_on_our_own_set(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("nlu_benchmark", dataset="own", part="dev", without_encoder=True, json=True)
    figures = json.loads(capsys.readouterr().out)
    assert figures["accuracy"] > 0.85
    assert figures["outside"]["auroc"] > 0.94
    assert figures["cost"]["memory_mb"] > 0
