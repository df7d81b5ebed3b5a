"""What an import would do, row by row, and why."""

from typing import Any

import pytest

from nlu.errors import ImportRefused
from nlu.exchange import read
from nlu.import_plan import ADD, CHANGE, REMOVE, SAME, SKIP, ImportPlan, Rows, import_plan, own_example_id
from tests.unit.nlu.exchange.samples import OWN

HEAD = "format: infrachat-nlu\nversion: 1\n"


def example(text: str, intent: str | None, source: str = "own") -> dict[str, Any]:
    return {"_id": text, "bot_id": "b", "intent_id": intent, "text": text, "source": source}


def rows(*examples: dict[str, Any]) -> Rows:
    """A bot with a built-in and an own intent, and an entity of each kind of source."""
    intents = [("i:make", "make", "built-in", ["name"]), ("i:sing", "sing", "own", [])]
    entities = [("name", "name", "built-in", {}), ("color", "list", "own", {"red": ["crimson"]})]
    return Rows(
        {
            key: {"_id": key, "bot_id": "b", "name": name, "title": "", "slots": slots, "source": source}
            for key, name, source, slots in intents
        },
        {each["_id"]: each for each in examples},
        {
            f"e:{name}": {
                "_id": f"e:{name}",
                "bot_id": "b",
                "name": name,
                "kind": kind,
                "values": values,
                "pattern": "",
                "source": source,
            }
            for name, kind, source, values in entities
        },
    )


def plan(text: str, before: Rows, **options: bool) -> ImportPlan:
    return import_plan("b", read({"x.yml": HEAD + text}), before, **options)


def after(before: Rows, done: ImportPlan) -> Rows:
    result = Rows(dict(before.intents), dict(before.examples), dict(before.entities))
    for table, key, document in done.writes:
        if document is None:
            del result.table(table)[key]
        else:
            result.table(table)[key] = document
    return result


def said(done: ImportPlan, action: str) -> list[tuple[str, str, str]]:
    return [(each.kind, each.name, each.why) for each in done.of(action)]


def test_everything_of_a_file_is_added_once_and_twice_is_nothing() -> None:
    content = read({"pizza.yml": OWN})
    first = import_plan("b", content, Rows())
    assert first.counts() == {ADD: 14, CHANGE: 0, REMOVE: 0, SKIP: 0, SAME: 0}
    assert all(document and document["source"] == "own" for _, _, document in first.writes)
    second = import_plan("b", content, after(Rows(), first))
    assert second.counts() == {ADD: 0, CHANGE: 0, REMOVE: 0, SKIP: 0, SAME: 14}
    assert second.writes == ()
    assert import_plan("b", content, after(Rows(), first), replace=True).writes == ()


def test_a_phrase_that_stands_elsewhere_is_skipped_and_it_is_said_where() -> None:
    before = rows(example("new bucket", "i:make", "built-in"), example("la la", "i:sing"), example("pizza", None))
    done = plan("intents:\n  sing: {examples: [New  bucket!, pizza, tra la]}\nout_of_scope: [la la]\n", before)
    assert said(done, ADD) == [("phrase", "tra la", "sing")]
    assert said(done, SKIP) == [
        ("phrase", "New  bucket!", "stands under make already, and belongs to one place only"),
        ("phrase", "pizza", "stands among the phrases that are out of scope already, and belongs to one place only"),
        ("phrase out of scope", "la la", "stands under sing already, and belongs to one place only"),
    ]


def test_own_phrases_join_a_built_in_intent_and_built_in_rows_stay() -> None:
    before = rows(example("new bucket", "i:make", "built-in"))
    text = "intents:\n  make: {title: Other, examples: [new bucket, NEW BUCKET please, 'make [x](name)']}\n"
    done = plan(text, before)
    assert said(done, ADD) == [("phrase", "NEW BUCKET please", "make"), ("phrase", "make [x](name)", "make")]
    assert [(each.kind, each.name) for each in done.of(SAME)] == [("phrase", "new bucket")]
    assert {table for table, _, _ in done.writes} == {"nlu_example"}
    assert all(document["intent_id"] == "i:make" for _, _, document in done.writes if document)


def test_other_marks_change_an_own_phrase_and_not_a_built_in_one() -> None:
    before = rows(example("sing red", "i:sing"), example("make x", "i:make", "built-in"))
    done = plan("intents:\n  sing: {examples: ['sing [red](color)']}\n  make: {examples: ['make [x](name)']}\n", before)
    assert said(done, CHANGE) == [("intent", "sing", "other slots"), ("phrase", "sing [red](color)", "was 'sing red'")]
    assert said(done, SKIP) == [("phrase", "make [x](name)", "is built in as 'make x', and built-in ones stay")]
    assert after(before, done).examples["sing red"]["text"] == "sing [red](color)"


def test_entities_are_joined_and_conflicts_are_skipped() -> None:
    text = "entities:\n  color: {kind: list, values: {red: [scarlet], blue: [crimson]}}\n  name: {kind: learned}\n"
    done = plan(text, rows())
    assert said(done, SKIP)[0][:2] == ("entity", "name")
    assert after(rows(), done).entities["e:color"]["values"] == {"red": ["crimson", "scarlet"], "blue": []}
    other = plan("entities:\n  color: {kind: pattern, pattern: x+}\n", rows())
    assert "replace" in said(other, SKIP)[0][2]
    replaced = plan("entities:\n  color: {kind: pattern, pattern: x+}\n", rows(), replace=True)
    assert said(replaced, CHANGE) == [("entity", "color", "other kind, values, pattern")]


def test_replacing_removes_what_the_files_do_not_have_and_frees_its_phrases() -> None:
    before = rows(example("la la", "i:sing"), example("hm", None), example("new", "i:make", "built-in"))
    done = plan("intents:\n  make: {examples: [la la]}\n", before, replace=True)
    assert said(done, ADD) == [("phrase", "la la", "make")]
    assert sorted(each[:2] for each in said(done, REMOVE)) == [
        ("entity", "color"),
        ("intent", "sing"),
        ("phrase", "la la"),
        ("phrase out of scope", "hm"),
    ]
    result = after(before, done)
    assert {each["text"] for each in result.examples.values()} == {"la la", "new"}
    assert set(result.intents) == {"i:make"}


def test_names_of_the_catalogue_are_not_taken() -> None:
    done = plan("intents:\n  blueprint.vm.apply: {examples: [make a vm, new vm]}\n", rows())
    assert done.writes == ()
    assert "the catalogue" in said(done, SKIP)[0][2]


def test_a_phrase_needs_its_entities() -> None:
    assert plan("intents:\n  sing: {examples: ['in [red](color) {name}']}\n", rows()).counts()[ADD] == 1
    with pytest.raises(ImportRefused, match=r"x\.yml, line 4: the phrase 'in \{tone\}' has a tone"):
        plan("intents:\n  sing: {examples: ['in {tone}']}\n", rows())


def test_what_training_would_refuse_is_said() -> None:
    done = plan("intents:\n  dance: {examples: [dance]}\n", rows(example("a", "i:make", "built-in")))
    assert any("The intent dance has 1 different phrases; it needs 5 at least" in each for each in done.warnings)


def test_plans_that_do_the_same_have_one_digest() -> None:
    text = "intents:\n  sing: {examples: [tra la]}\n"
    assert plan(text, rows()).digest == plan(text, rows()).digest
    assert plan(text, rows()).digest != plan(text, rows(example("tra la", "i:make"))).digest


def test_one_phrase_has_one_id_however_it_is_written() -> None:
    assert own_example_id("b", "Sing [red](color)!") == own_example_id("b", "sing  RED")
    assert own_example_id("b", "sing red") != own_example_id("c", "sing red")
