from nlu.base_data import base_titles, base_training_data
from nlu.text import phrase_key
from nlu.types import EntityDefinition, TrainingData
from nlu.validation import validate

EXPECTED = {
    "greet",
    "thanks",
    "help",
    "status",
    "stacks",
    "approve",
    "reject",
    "cancel",
    "affirm",
    "deny",
    "outputs",
    "why",
}


def test_every_base_intent_has_many_phrases() -> None:
    data = base_training_data()
    names = {each.name.removeprefix("base.") for each in data.intents}
    assert names >= EXPECTED
    for intent in data.intents:
        assert len({phrase_key(each) for each in intent.examples}) >= 25, intent.name
    assert len({phrase_key(each) for each in data.out_of_scope}) >= 150
    assert set(base_titles()) == {each.name for each in data.intents}


def test_the_phrases_are_fit_for_training() -> None:
    data = base_training_data()
    entities = (EntityDefinition("environment", "list", {"staging": ()}), EntityDefinition("name", "name"))
    validate(TrainingData(data.intents, entities, data.out_of_scope))
