from dataclasses import replace

import pytest

from nlu.types import EntityDefinition, IntentDefinition, Mistake, Place, TrainingData, TrainingError
from nlu.validation import validate

GREET = IntentDefinition("greet", ("hi", "hello", "hey", "good day", "howdy"))
BYE = IntentDefinition("bye", ("bye", "see you", "farewell", "so long", "good night"))
GOOD = TrainingData((GREET, BYE), (EntityDefinition("name", "name"),), ("order a pizza",))


def with_example(phrase: str) -> TrainingData:
    return replace(GOOD, intents=(replace(GREET, examples=(*GREET.examples, phrase)), BYE))


def with_entity(entity: EntityDefinition) -> TrainingData:
    return replace(GOOD, entities=(*GOOD.entities, entity))


def test_good_data_passes() -> None:
    validate(GOOD)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (with_example("Bye!"), ["'bye'", "greet", "bye"]),
        (with_example("Order a PIZZA."), ["'order a pizza'", "greet", "out of scope"]),
        (with_example("  ?! "), ["empty", "greet"]),
        (with_example("hello {size}"), ["'hello {size}'", "{size}", "no entity"]),
        (with_example("hello {name"), ["lonely brace", "'hello {name'"]),
        (with_example("x " * 600), ["longer than 1,000"]),
        (
            replace(GOOD, intents=(replace(GREET, examples=("hi", "Hi", "hi!", "hello", "hey", "howdy")), BYE)),
            ["greet has 4"],
        ),
        (replace(GOOD, intents=(GREET,)), ["two intents"]),
        (replace(GOOD, intents=(GREET, GREET, BYE)), ["greet is defined twice"]),
        (replace(GOOD, intents=(replace(GREET, slots=("size",)), BYE)), ["greet has the slot size"]),
        (with_entity(EntityDefinition("name", "region")), ["name is defined twice"]),
        (with_entity(EntityDefinition("size", "colour")), ["'colour'", "list, pattern"]),
        (with_entity(EntityDefinition("size", "list")), ["size has no values"]),
        (with_entity(EntityDefinition("size", "list", {"a": ("x",), "b": ("X",)})), ["'X'", "'a'", "'b'"]),
        (with_entity(EntityDefinition("size", "pattern", pattern="(")), ["size is no regular expression"]),
        (with_entity(EntityDefinition("size", "pattern", pattern="x*")), ["fits an empty text"]),
        (with_entity(EntityDefinition("size", "boolean", {"yes": ("y",)})), ['"true" and "false"']),
        (with_entity(EntityDefinition("size", "boolean", {"true": ()})), ["no words"]),
        (with_entity(EntityDefinition("my size", "number")), ["'my size'"]),
    ],
)
def test_bad_data_is_refused_by_name(data: TrainingData, words: list[str]) -> None:
    with pytest.raises(TrainingError) as caught:
        validate(data)
    for word in words:
        assert word in caught.value.detail


def test_at_most_ten_mistakes_are_told() -> None:
    data = replace(GOOD, intents=(replace(GREET, examples=tuple(f"hi {{slot{n}}}" for n in range(15))), BYE))
    with pytest.raises(TrainingError) as caught:
        validate(data)
    assert caught.value.detail.count("\n") == 10
    assert caught.value.detail.endswith("And 5 more.")


def test_a_mistake_names_every_place_it_is_about() -> None:
    with pytest.raises(TrainingError) as caught:
        validate(replace(with_example("Bye!"), out_of_scope=("Howdy!",)))
    found = [each.places for each in caught.value.mistakes]
    assert found == [
        (Place("greet", "Bye!"), Place("bye", "bye")),
        (Place("greet", "howdy"), Place("", "Howdy!")),
    ]


def test_who_reads_files_can_name_the_line() -> None:
    error = TrainingError(mistakes=[Mistake("Line 7: no intent.", (Place(line=7),))])
    assert (error.detail, error.mistakes[0].places[0].line) == ("Line 7: no intent.", 7)
