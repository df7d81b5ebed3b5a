"""Our own YAML reads back exactly, and says the line of every mistake."""

import random

import pytest

from nlu.errors import ImportRefused
from nlu.exchange import Content, EntityItem, FilePlace, IntentItem, Phrase, read, write_yaml
from nlu.types import EntityDefinition
from tests.unit.nlu.exchange.samples import OWN

NOWHERE = FilePlace("", 0)


def without_places(content: Content) -> tuple[object, ...]:
    intents = [(each.name, each.title, each.slots, [p.text for p in each.phrases]) for each in content.intents]
    return intents, [each.definition for each in content.entities], [each.text for each in content.out_of_scope]


def test_everything_is_read() -> None:
    content = read({"pizza.yml": OWN})
    order, cancel = content.intents
    assert (order.name, order.title, order.slots) == ("pizza.order", "Order a pizza", ("size", "topping"))
    assert [each.text for each in order.phrases][2:] == ["yes", "no: 5"]
    assert order.phrases[0].place == FilePlace("pizza.yml", 8)
    assert [each.text for each in cancel.phrases] == ["forget the pizza", "no pizza after all"]
    assert [each.definition for each in content.entities] == [
        EntityDefinition("size", "list", {"large": ("big", "huge"), "small": ()}),
        EntityDefinition("topping", "learned"),
        EntityDefinition("ticket", "pattern", {}, r"\bOPS-(?P<value>\d+)\b"),
        EntityDefinition("hot", "boolean", {"true": ("hot", "warm"), "false": ("cold",)}),
        EntityDefinition("pieces", "number", {"pieces": ("slices",)}),
    ]
    assert [each.text for each in content.out_of_scope] == ["tell me a joke"]
    assert content.notes == ()


def test_what_is_written_reads_back_as_the_same() -> None:
    content = read({"pizza.yml": OWN})
    text = write_yaml(content)
    assert without_places(read({"again.yml": text})) == without_places(content)
    assert write_yaml(read({"again.yml": text})) == text


ODD = ["yes", "null", "~", "5", "0x1F", "2026-11-21", "- a", "# no", "a: b", "'", '"', "[x](size)", "it's {size}"]
ODD += ["!tag", "&anchor", "*alias", "%", "@x", "`", "<<", "=", "🍕 größe", "  spaces", "trailing ", "\u2028x", "\x85x"]


def test_any_text_survives() -> None:
    """Whatever phrases, names and synonyms people think of: written and read they are the same."""
    chance = random.Random(4)
    for _ in range(60):
        words = chance.sample(ODD, len(ODD))
        phrases = tuple(Phrase(f"{word} {at}", NOWHERE) for at, word in enumerate(words))
        values = {f"{at} {word}": (f"{word} {at}",) for at, word in enumerate(chance.sample(ODD, 5))}
        intents = [
            IntentItem(word.strip() + "!", word, ("size",), phrases[at::3], NOWHERE) for at, word in enumerate(ODD[:3])
        ]
        entity = EntityItem(EntityDefinition("size", "list", values), NOWHERE)
        content = Content(tuple(intents), (entity,), (Phrase("outside", NOWHERE),))
        assert without_places(read({"x.yml": write_yaml(content)})) == without_places(content)


def test_nothing_at_all_is_a_file_too() -> None:
    assert without_places(read({"x.yml": write_yaml(Content())})) == ([], [], [])


HEAD = "format: infrachat-nlu\nversion: 1\n"
MISTAKES = {
    "unknown part": (HEAD + "intent: {}\n", 3, "the file has no 'intent'; it may have format, version, intents"),
    "unknown part of an intent": (HEAD + "intents:\n  a:\n    phrases: [x]\n", 5, "has no 'phrases'; it may have"),
    "no version": ("format: infrachat-nlu\nintents: {}\n", 1, "must say `version: 1`"),
    "later version": ("format: infrachat-nlu\nversion: 2\nintents: {}\n", 2, "version 1 can be read"),
    "other format": ("format: x\nversion: 1\nintents: {}\n", 1, "must say `format: infrachat-nlu`"),
    "nothing": (HEAD, 1, "there is nothing to import"),
    "doubled name": (HEAD + "intents:\n  a: {examples: [x]}\n  a: {examples: [y]}\n", 5, "is on line 4 already"),
    "doubled phrase": (HEAD + "intents:\n  a: {examples: [x]}\n  b:\n    examples:\n    - X!\n", 7, "stands under a"),
    "empty phrase": (HEAD + "intents:\n  a:\n    examples:\n    - x\n    - '?!'\n", 7, "is empty"),
    "long phrase": (HEAD + f"intents:\n  a:\n    examples:\n    - {'x' * 1001}\n", 6, "longer than 1,000 characters"),
    "phrase that is a list": (HEAD + "intents:\n  a:\n    examples:\n    - [x]\n", 6, "must be text, not a list"),
    "two lines": (HEAD + 'intents:\n  a:\n    examples:\n    - "x\\ny"\n', 6, "must stand on one line"),
    "lonely brace": (HEAD + "intents:\n  a:\n    examples:\n    - x {y\n", 6, "lonely brace"),
    "half of a pair": (HEAD + 'intents:\n  a:\n    examples:\n    - "\\ud800"\n', 6, ""),
    "control character": (HEAD + 'intents:\n  a:\n    examples:\n    - "x\\0"\n', 6, "control character"),
    "unknown kind": (HEAD + "entities:\n  a: {kind: color}\n", 4, "one of list, pattern"),
    "list without values": (HEAD + "entities:\n  a: {kind: list}\n", 4, "has no values"),
    "no regular expression": (HEAD + "entities:\n  a: {kind: pattern, pattern: '('}\n", 4, "no regular expression"),
    "pattern that grows": (
        HEAD + "entities:\n  a: {kind: pattern, pattern: '(((a{9999}){9999}){9999})'}\n",
        4,
        "repeats too much",
    ),
    "pattern with comments": (
        HEAD + "entities:\n  a: {kind: pattern, pattern: '(?x) a'}\n",
        4,
        "comment or the flag x",
    ),
    "long pattern": (HEAD + f"entities:\n  a: {{kind: pattern, pattern: {'x' * 501}}}\n", 4, "longer than 500"),
    "word of two values": (HEAD + "entities:\n  a: {kind: list, values: {x: [z], y: [Z]}}\n", 4, "stands for 'x' and"),
    "entity name": (HEAD + "entities:\n  a-b: {kind: learned}\n", 4, "letters, digits and underscores"),
    "no mapping": (HEAD + "intents: [a]\n", 3, "must have named parts"),
    "broken": (HEAD + "intents:\n  a: 'x\n", 5, "this is no YAML"),
    "alias": (HEAD + "intents:\n  a: &x {examples: [b]}\n  c: *x\n", 5, "the alias *x is not read"),
    "tag": (HEAD + "intents: !!python/object/apply:os.system ['true']\n", 3, "the tag"),
    "second document": (HEAD + "---\na: b\n", 3, "a second document"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_line(name: str) -> None:
    text, line, sentence = MISTAKES[name]
    with pytest.raises(ImportRefused) as caught:
        read({"pizza.yml": text})
    assert caught.value.detail.startswith(f"pizza.yml, line {line}: "), caught.value.detail
    assert sentence in caught.value.detail
