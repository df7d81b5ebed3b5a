"""What training refuses, with the phrase, intent or entity named and what would be right."""

import re
from collections.abc import Iterator

import regex  # type: ignore[import-untyped]

from .annotations import as_said, read_marked
from .expansion import PLACEHOLDER
from .patterns import MAXIMUM_SIZE, has_comments, pattern_size
from .text import phrase_key
from .types import EntityDefinition, IntentDefinition, Mistake, Place, TrainingData, TrainingError

MINIMUM_EXAMPLES = 5
MAXIMUM_PHRASE = 1_000
"""Characters as written, with marks: of what people ask a bank's support, two in a thousand are longer than 300."""
KINDS = (
    *("list", "pattern", "name", "learned", "boolean", "region", "number", "duration", "cidr"),
    *("instance_type", "size", "arn", "moment"),
)


def validate(data: TrainingData) -> None:
    """Raise TrainingError with every mistake."""
    found = [*_entity_mistakes(data), *_intent_mistakes(data), *_double_phrases(data), *_unmarked(data)]
    if found:
        raise TrainingError(mistakes=found)


def slots_problem(slots: object) -> str | None:
    """What is wrong with the shape of an intent's slots as they were written; None when nothing is."""
    if isinstance(slots, list) and all(isinstance(each, str) for each in slots):
        return None
    return 'its slots must be a list of names of entities: ["name"].'


def values_problem(values: object) -> str | None:
    """What is wrong with the shape of an entity's values as they were written; None when nothing is."""
    if isinstance(values, dict) and all(
        isinstance(words, list) and all(isinstance(word, str) for word in words) for words in values.values()
    ):
        return None
    return 'its values must be names, each with a list of synonyms: {"staging": ["stage", "test system"]}.'


def _intent_mistakes(data: TrainingData) -> Iterator[Mistake]:
    if len(data.intents) < 2:
        yield Mistake(f"There must be two intents at least to tell apart; there is {len(data.intents)}.")
    entities = {entity.name for entity in data.entities}
    seen: set[str] = set()
    for intent in data.intents:
        if intent.name in seen:
            sentence = f"The intent {intent.name} is defined twice; give all its phrases in one place."
            yield Mistake(sentence, (Place(intent.name),))
        seen.add(intent.name)
        yield from _mistakes_of(intent, entities)


def _mistakes_of(intent: IntentDefinition, entities: set[str]) -> Iterator[Mistake]:
    different = {phrase_key(as_said(example)) for example in intent.examples} - {""}
    if len(different) < MINIMUM_EXAMPLES:
        sentence = (
            f"The intent {intent.name} has {len(different)} different phrases; it needs {MINIMUM_EXAMPLES} at least, "
            "and 15 to 30 work well."
        )
        yield Mistake(sentence, (Place(intent.name),))
    for slot in intent.slots:
        if slot not in entities:
            sentence = f"The intent {intent.name} has the slot {slot}, but there is no entity of that name."
            yield Mistake(sentence, (Place(intent.name),))
    for example in intent.examples:
        place = Place(intent.name, example)
        for sentence in phrase_mistakes(example, f"the intent {intent.name}", entities):
            yield Mistake(sentence, (place,))


def phrase_mistakes(phrase: str, where: str, entities: set[str]) -> Iterator[str]:
    """What is wrong with one phrase, whatever the rest of the data."""
    if not phrase_key(phrase):
        yield f"A phrase of {where} is empty: {phrase!r}; write words or leave it out."
    elif len(phrase) > MAXIMUM_PHRASE:
        yield f"The phrase {phrase[:60]!r}… of {where} is longer than {MAXIMUM_PHRASE:,} characters; shorten it."
    said, marked = read_marked(phrase)
    for slot in (each.slot for each in marked):
        if slot not in entities:
            yield f"The phrase {phrase!r} of {where} marks a {slot}, but there is no entity of that name."
    if re.search(r"\]\(\w+\)", said):
        yield f"The phrase {phrase!r} of {where} marks values that overlap; each word belongs to one value at most."
    for slot in PLACEHOLDER.findall(phrase):
        if slot not in entities:
            yield f"The phrase {phrase!r} of {where} has {{{slot}}}, but there is no entity of that name."
    if re.search(r"[{}]", PLACEHOLDER.sub("", phrase)):
        yield f"The phrase {phrase!r} of {where} has a lonely brace; a value's place is written {{slot}}."


def _double_phrases(data: TrainingData) -> Iterator[Mistake]:
    first: dict[str, Place] = {}
    named = [(intent.name, intent.examples) for intent in data.intents]
    for name, phrases in [*named, ("", data.out_of_scope)]:
        for phrase in phrases:
            place = Place(name, phrase)
            owner = first.setdefault(phrase_key(as_said(phrase)), place)
            if owner.intent != name:
                sentence = f"The phrase {phrase!r} stands under {_named(owner)} and under {_named(place)}"
                yield Mistake(f"{sentence}; keep it in one of them.", (owner, place))


def _named(place: Place) -> str:
    return f"the intent {place.intent}" if place.intent else "the phrases that are out of scope"


def _unmarked(data: TrainingData) -> Iterator[Mistake]:
    phrases = [(intent.name, phrase) for intent in data.intents for phrase in intent.examples]
    marked = {each.slot for _, phrase in phrases for each in read_marked(phrase)[1]}
    for name in (entity.name for entity in data.entities if entity.kind == "learned"):
        if name not in marked:
            sentence = f"The learned entity {name} is marked in no phrase: write `[words](name)` around its values."
            yield Mistake(sentence, (Place(entity=name),))
        braced = tuple(Place(intent, phrase, name) for intent, phrase in phrases if f"{{{name}}}" in phrase)
        if braced:
            yield Mistake(
                f"The learned entity {name} cannot stand in {{}}: it is learned from words that are marked.", braced
            )


def _entity_mistakes(data: TrainingData) -> Iterator[Mistake]:
    seen: set[str] = set()
    for entity in data.entities:
        for sentence in _mistakes_of_entity(entity, seen):
            yield Mistake(sentence, (Place(entity=entity.name),))
        seen.add(entity.name)


def _mistakes_of_entity(entity: EntityDefinition, seen: set[str]) -> Iterator[str]:
    if entity.name in seen:
        yield f"The entity {entity.name} is defined twice."
    yield from definition_mistakes(entity)


def definition_mistakes(entity: EntityDefinition) -> Iterator[str]:
    """What is wrong with one entity, whatever the rest of the data."""
    if entity.kind not in KINDS:
        yield f"The entity {entity.name} is of the kind {entity.kind!r}; the kinds are {', '.join(KINDS)}."
    elif not re.fullmatch(r"\w+", entity.name):
        yield f"The entity name {entity.name!r} cannot stand in {{}}; use letters, digits and underscores."
    else:
        yield from _value_mistakes(entity)


def _value_mistakes(entity: EntityDefinition) -> Iterator[str]:
    if entity.kind == "pattern":
        yield from _pattern_mistakes(entity)
    if entity.kind == "list" and not entity.values:
        yield f"The list {entity.name} has no values; give one at least."
    if entity.kind == "boolean" and not set(entity.values) <= {"true", "false"}:
        yield f'The values of the yes-or-no entity {entity.name} are "true" and "false", each with its words.'
    if entity.kind == "boolean" and not any(entity.values.values()):
        yield f"The yes-or-no entity {entity.name} has no words to be recognised by; give one for true at least."
    if entity.kind in ("list", "boolean"):
        owners: dict[str, str] = {}
        for value, synonyms in entity.values.items():
            for word in (*synonyms, *([value] if entity.kind == "list" else [])):
                owner = owners.setdefault(phrase_key(word), value)
                if owner != value:
                    yield f"In the entity {entity.name} the word {word!r} stands for {owner!r} and for {value!r}."


def _pattern_mistakes(entity: EntityDefinition) -> Iterator[str]:
    if has_comments(entity.pattern):
        yield f"The pattern of the entity {entity.name} has a comment or the flag x in it; write it without."
        return
    if pattern_size(entity.pattern) > MAXIMUM_SIZE:
        yield f"The pattern of the entity {entity.name} repeats too much (counted repeats multiply); make it smaller."
        return
    try:
        pattern = regex.compile(entity.pattern, regex.V0)
    except regex.error as error:
        yield f"The pattern of the entity {entity.name} is no regular expression: {error}."
    else:
        if pattern.match(""):
            yield f"The pattern of the entity {entity.name} fits an empty text; it must need a character at least."
