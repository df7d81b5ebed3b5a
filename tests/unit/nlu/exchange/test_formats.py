"""What other frameworks export, read from small hand-written files."""

import json
from typing import Any

import pytest

from nlu.errors import ImportRefused
from nlu.exchange import Content, FilePlace, read, write_rasa
from nlu.types import EntityDefinition
from tests.unit.nlu.exchange import samples

RASA_HEAD = 'version: "3.1"\nnlu:\n'


def phrases(content: Content) -> dict[str, list[str]]:
    return {each.name: [phrase.text for phrase in each.phrases] for each in content.intents}


def entities(content: Content) -> dict[str, EntityDefinition]:
    return {each.definition.name: each.definition for each in content.entities}


def notes(content: Content) -> str:
    return "\n".join(f"{each.place}: {each.text}" for each in content.notes)


def read_json(document: Any) -> Content:
    return read({"export.json": json.dumps(document, indent=1, ensure_ascii=False)})


def test_rasa() -> None:
    content = read({"nlu.yml": samples.RASA, "domain.yml": samples.RASA_DOMAIN})
    assert phrases(content) == {
        "pizza.order": ["order a [large](size) pizza", "a [huge](size) one from [Rome](city_from)", "to [NYC](city)"],
        "pizza.cancel": ["forget the pizza", "no pizza after all"],
    }
    assert content.intents[0].phrases[2].place == FilePlace("nlu.yml", 8)
    assert content.intents[0].slots == ("size", "city_from", "city")
    assert [each.text for each in content.out_of_scope] == ["tell me a joke"]
    assert entities(content) == {
        "size": EntityDefinition("size", "list", {"large": ("huge", "big"), "small": ()}),
        "city_from": EntityDefinition("city_from", "learned"),
        "city": EntityDefinition("city", "learned"),
    }
    for each in (
        "nlu.yml, line 6: the role from of city: it is the slot city_from here",
        "nlu.yml, line 6: the group 1 of city",
        "nlu.yml, line 8: the values that marks of city give (NYC as New York)",
        "nlu.yml, line 10: metadata of intent pizza.cancel",
        "nlu.yml, line 14: metadata of examples",
        "the synonyms of mozzarella",
        "the regex zip",
        "domain.yml, line 3: responses of Rasa",
    ):
        assert each in notes(content)


def test_an_entity_in_two_roles_is_two_slots_of_one_kind() -> None:
    marks = [f'[{city}]{{"entity": "city", "role": "{role}"}}' for city, role in (("Rome", "from"), ("Oslo", "to"))]
    text = f"- intent: fly\n  examples: |\n    - from {marks[0]} to {marks[1]}\n"
    content = read({"nlu.yml": RASA_HEAD + text + "- lookup: city\n  examples: |\n    - Bern\n"})
    assert phrases(content) == {"fly": ["from [Rome](city_from) to [Oslo](city_to)"]}
    cities = {"Bern": (), "Rome": (), "Oslo": ()}
    assert entities(content) == {slot: EntityDefinition(slot, "list", cities) for slot in ("city_from", "city_to")}


def test_rasa_json() -> None:
    content = read_json(samples.RASA_JSON)
    assert phrases(content) == {
        "pizza.order": ["order a [large](size) pizza"],
        "pizza.cancel": ["forget the pizza"],
    }
    assert entities(content) == {"size": EntityDefinition("size", "list", {"small": (), "large": ("big",)})}
    assert "the lookup table street, which is in another file: streets.txt" in notes(content)


def test_luis_counts_as_it_does_and_names_what_is_left() -> None:
    content = read_json(samples.LUIS)
    assert phrases(content) == {"pizza.order": ["🍕 to [rome](Place_to_go_from)"]}
    assert [each.text for each in content.out_of_scope] == ["tell me a joke"]
    assert entities(content) == {
        "Place_to_go_from": EntityDefinition("Place_to_go_from", "learned"),
        "size": EntityDefinition("size", "list", {"large": ("big",)}),
        "ticket": EntityDefinition("ticket", "pattern", {}, "OPS-[0-9]+"),
        "number": EntityDefinition("number", "number", {"number": ()}),
    }
    for each in ("the entity Place to go_from is called", "phraselists", "patterns", "datetimeV2"):
        assert each in notes(content)


def test_clu() -> None:
    content = read_json(samples.CLU)
    assert phrases(content) == {"pizza.order": ["order with 🍄 [olives](topping)"]}
    assert entities(content) == {
        "topping": EntityDefinition("topping", "learned"),
        "size": EntityDefinition("size", "list", {"large": ("big",)}),
    }
    for each in (
        "synonyms in de",
        "phrases in de",
        "test set",
        "the components of size",
        "DateTime",
        "the entity when",
    ):
        assert each in notes(content)


def test_snips() -> None:
    content = read_json(samples.SNIPS)
    assert phrases(content) == {
        "pizza.order": ["order a [large](size) pizza in [two hours](when) for [bob](guest)"],
    }
    assert entities(content) == {
        "size": EntityDefinition("size", "list", {"large": ("big",)}),
        "when": EntityDefinition("when", "duration"),
        "guest": EntityDefinition("guest", "learned"),
    }
    assert "the 1 values of person, which is open" in notes(content)


def test_dialogflow() -> None:
    content = read(samples.dialogflow_files())
    assert phrases(content) == {
        "pizza.order": ["order a [big](size) pizza for [friday](day_of_week)", "one {size} please"],
    }
    assert [each.text for each in content.out_of_scope] == ["tell me a joke"]
    assert entities(content) == {
        "size": EntityDefinition("size", "list", {"large": ("big",)}),
        "day_of_week": EntityDefinition("day_of_week", "learned"),
        "ticket": EntityDefinition("ticket", "pattern", {}, "(?:OPS-[0-9]+)"),
    }
    for each in ("the language de", "the fallback intent", "responses of intents", "automated expansion", "sys.date"):
        assert each in notes(content)
    assert "the entity day-of-week is called day_of_week here" in notes(content)


def test_what_we_write_for_rasa_is_read_as_rasa() -> None:
    content = read({"nlu.yml": write_rasa(read({"own.yml": samples.OWN}))})
    assert content.format == "rasa"
    order = phrases(content)["pizza.order"]
    assert order[0] == "order a [large](size) pizza with [green olives](topping)"
    assert order[1] in [f"a [{size}](size) one please" for size in ("large", "big", "huge", "small")]
    assert entities(content)["size"] == EntityDefinition("size", "list", {"large": ("big", "huge"), "small": ()})
    assert [each.text for each in content.out_of_scope] == ["tell me a joke"]


def test_formats_are_not_mixed_and_others_are_left_alone() -> None:
    with pytest.raises(ImportRefused, match="import one format at a time"):
        read({"a.yml": samples.OWN, "b.yml": samples.RASA})
    with pytest.raises(ImportRefused, match="no training data of a known format"):
        read({"a.yml": "services: {web: {image: x}}"})
    with pytest.raises(ImportRefused, match="no training data"):
        read({})
    content = read({"a.yml": samples.OWN, "compose.yml": "services: {web: {image: x}}"})
    assert notes(content) == "compose.yml, line 1: no training data; left alone"


def test_text_that_would_be_read_as_a_mark_is_left_out_and_named() -> None:
    document = json.loads(json.dumps(samples.RASA_JSON))
    document["rasa_nlu_data"]["common_examples"] += [
        {"text": "run ${HOME}/{x}", "intent": "pizza.order"},
        {"text": "see [this](size) link", "intent": "pizza.order"},
    ]
    content = read_json(document)
    assert phrases(content)["pizza.order"] == ["order a [large](size) pizza"]
    assert "would be read as marks; left out (2 times, first here)" in notes(content)


def test_a_phrase_in_two_intents_stays_in_the_first_and_it_is_said() -> None:
    text = "- intent: a\n  examples: |\n    - x y\n- intent: b\n  examples: |\n    - X y\n    - z\n"
    content = read({"nlu.yml": RASA_HEAD + text})
    assert phrases(content) == {"a": ["x y"], "b": ["z"]}
    assert "nlu.yml, line 8: the phrase 'X y' stands under a already, at nlu.yml, line 5; it is left out" in notes(
        content
    )


def test_files_beside_the_data_that_cannot_be_read_are_left_alone() -> None:
    content = read({"nlu.yml": samples.RASA, "helm.yaml": "{{ if .x }}\na: &b c"})
    assert "helm.yaml, line 1: cannot be read, and is left alone" in notes(content)
    with pytest.raises(ImportRefused, match=r"more\.yml, line 3"):
        read({"nlu.yml": samples.RASA, "more.yml": "nlu:\n- intent: a\n  examples: *x\n"})


def luis(**changes: Any) -> Any:
    return {**samples.LUIS, **changes}


def span(start: int, end: int) -> Any:
    marked = {"entity": "Place to go", "startPos": start, "endPos": end}
    return luis(utterances=[{"text": "to rome", "intent": "pizza.order", "entities": [marked]}])


WRONG: dict[str, tuple[Any, str]] = {
    "outside of the text": (span(3, 9), "outside of 'to rome'"),
    "backwards": (span(5, 2), "outside of 'to rome'"),
    "negative": (span(-3, 2), "outside of 'to rome'"),
    "no text": (luis(utterances=[{"intent": "a", "entities": []}]), '"text" is missing here'),
    "text that is a number": (luis(utterances=[{"text": [], "intent": "a"}]), "text must be text, not a list"),
    "no conversation": (
        {"projectFileVersion": "1", "metadata": {"projectKind": "CustomMultiLabelClassification"}, "assets": {}},
        "only Conversation has intents",
    ),
    "dialogflow without data": ([{"id": "1"}], ""),
    "rasa span": (
        {
            "rasa_nlu_data": {
                "common_examples": [{"text": "x", "intent": "a", "entities": [{"start": 0, "end": 5, "entity": "e"}]}]
            }
        },
        "outside of 'x'",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_with_file_and_line(name: str) -> None:
    document, sentence = WRONG[name]
    with pytest.raises(ImportRefused, match=r"^export\.json, line \d+: ") as caught:
        read_json(document)
    assert sentence in caught.value.detail


RASA_WRONG = {
    "no dash": ("- intent: a\n  examples: |\n    - x\n    y\n", 6, "must begin with `- `"),
    "no examples": ("- intent: a\n", 3, "has no examples"),
    "neither": ("- phrase: a\n", 3, "must be one of intent, synonym, regex or lookup"),
    "no entity": ('- intent: a\n  examples: |\n    - [x]{"value": "y"}\n', 5, "must say which entity"),
    "no json": ("- intent: a\n  examples: |\n    - [x]{entity: y}\n", 5, "this is no JSON"),
}


@pytest.mark.parametrize("name", RASA_WRONG)
def test_mistakes_in_rasa_files_are_named_with_their_line(name: str) -> None:
    text, line, sentence = RASA_WRONG[name]
    with pytest.raises(ImportRefused) as caught:
        read({"nlu.yml": RASA_HEAD + text})
    assert caught.value.detail.startswith(f"nlu.yml, line {line}: ")
    assert sentence in caught.value.detail
