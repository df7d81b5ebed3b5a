"""What the language engine learns: the phrases of the catalogue and of every bot, and the values to find in them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nlu.base_data import base_training_data
from nlu.types import EntityDefinition, IntentDefinition, TrainingData
from orchestrator.types import ActionView, BlueprintView, EnvironmentView, Variable

from .dialogue.fields import ENVIRONMENT, field_type
from .dialogue.words import normalised, plural

NAME = "name"

# What public modules call variables whose values have a form of their own.
_FORMS = {
    "region": "region",
    "cidr": "cidr",
    "instance_type": "instance_type",
    "instance_class": "instance_type",
    "node_type": "instance_type",
    "arn": "arn",
}

# Public modules are switched off as a whole by variables of these names; in a message they are what is asked for.
_REQUESTS = frozenset({"create", "delete", "destroy", "enable", "enabled", "disable", "make", "change", "update"})

_SLOT = re.compile(r"\{(\w+)\}")


def training_data_build(
    blueprints: Sequence[BlueprintView], actions: Sequence[ActionView], environments: Sequence[EnvironmentView]
) -> TrainingData:
    """Training data for a bot that offers all of these. The same phrase may stand in one intent only: the first."""
    base = base_training_data()
    offered = [
        *(intent for each in blueprints for intent in _blueprint_intents(each)),
        *(_action_intent(each) for each in actions),
    ]
    entities = _entities(blueprints, actions, environments)
    known = {each.name for each in entities}
    intents = [_with_known_slots(each, known) for each in [*offered, *base.intents]]
    return TrainingData(tuple(_without_doubles(intents)), tuple(entities), base.out_of_scope)


def training_titles(blueprints: Sequence[BlueprintView], actions: Sequence[ActionView]) -> dict[str, str]:
    """{intent: what it does, for people} of the catalogue's intents."""
    titles = {f"action.{each.name}": each.title for each in actions}
    for each in blueprints:
        titles[f"blueprint.{each.name}.apply"] = f"Create or change: {each.title}"
        titles[f"blueprint.{each.name}.destroy"] = f"Delete: {each.title}"
    return titles


def _blueprint_intents(blueprint: BlueprintView) -> list[IntentDefinition]:
    slots = (*(each.name for each in blueprint.variables), ENVIRONMENT, NAME)
    apply = IntentDefinition(f"blueprint.{blueprint.name}.apply", _asking(blueprint), tuple(dict.fromkeys(slots)))
    destroy = IntentDefinition(f"blueprint.{blueprint.name}.destroy", _deleting(blueprint), (NAME, ENVIRONMENT))
    return [apply, destroy]


def _asking(blueprint: BlueprintView) -> tuple[str, ...]:
    noun = blueprint.noun
    common = (
        f"create a {noun}",
        f"new {noun}",
        f"i need a {noun}",
        f"make a {noun}",
        f"create a {{environment}} {noun}",
        # Without a verb: a deletion must be asked for in so many words.
        f"{noun} {{name}}",
        f"{noun} {{name}} in {{environment}}",
        f"{noun} called {{name}}",
        f"{{environment}} {noun} {{name}}",
    )
    return tuple(dict.fromkeys((*blueprint.phrases, *common, *_asking_for_several(plural(noun)))))


def _asking_for_several(nouns: str) -> tuple[str, ...]:
    """People do ask for two at once; what they get for it is the dialogue's to say."""
    return (
        f"create two {nouns}",
        f"create {nouns}",
        f"i want three {nouns} in {{environment}}",
        f"we need several {nouns}",
        f"make me a couple of {nouns}",
        f"give me a few {nouns}",
        f"set up some {nouns} in {{environment}}",
    )


def _deleting(blueprint: BlueprintView) -> tuple[str, ...]:
    """What the blueprint has, and what people say to anything: a public module's author need not know it."""
    common = tuple(
        f"{verb} {which} {blueprint.noun}{name}"
        for verb in ("delete", "remove", "destroy", "tear down", "get rid of")
        for which, name in (("that", ""), ("this", ""), ("the", ""), ("my", ""), ("a", ""), ("the", " {name}"))
    )
    nouns = plural(blueprint.noun)
    several = (
        f"delete all {nouns}",
        f"delete two {nouns}",
        f"remove the {nouns}",
        f"remove my {nouns} in {{environment}}",
        f"destroy all my {nouns}",
        f"get rid of these {nouns}",
        f"delete the {nouns} from last week",
    )
    return tuple(dict.fromkeys((*blueprint.destroy_phrases, *common, *several)))


def _action_intent(action: ActionView) -> IntentDefinition:
    slots = (*(each.name for each in action.variables), ENVIRONMENT, NAME)
    return IntentDefinition(f"action.{action.name}", action.phrases, tuple(dict.fromkeys(slots)))


def _entities(
    blueprints: Sequence[BlueprintView], actions: Sequence[ActionView], environments: Sequence[EnvironmentView]
) -> list[EntityDefinition]:
    found = {
        ENVIRONMENT: EntityDefinition(ENVIRONMENT, "list", {each.name: each.synonyms for each in environments}),
        NAME: EntityDefinition(NAME, "name"),
    }
    views: list[BlueprintView | ActionView] = [*blueprints, *actions]
    phrases = [each for view in views for each in view.phrases]
    for variable in (each for view in views for each in view.variables):
        entity = _entity(variable, phrases)
        if entity is not None:
            before = found.get(variable.name)
            found[variable.name] = _merged(before, entity) if before else entity
    return list(found.values())


def _entity(variable: Variable, phrases: Iterable[str]) -> EntityDefinition | None:
    """How to find a variable's value in a message; None where only a question or a form will do."""
    name = variable.name
    if variable.sensitive or name in (ENVIRONMENT, *_REQUESTS):
        return None
    if variable.choices and all(isinstance(each, str) for each in variable.choices):
        return EntityDefinition(name, "list", {str(each): () for each in variable.choices})
    match field_type(variable.type):
        case "bool":
            words = tuple(dict.fromkeys((name.replace("_", " "), *variable.synonyms)))
            return EntityDefinition(name, "boolean", {"true": words, "false": ()})
        case "number":
            return EntityDefinition(name, "number", {name: variable.synonyms})
        case "string":
            return _text_entity(name, phrases)
    return None


def _text_entity(name: str, phrases: Iterable[str]) -> EntityDefinition | None:
    """A text is found where its form gives it away, or where a phrase has its place."""
    for part, kind in _FORMS.items():
        if f"_{part}_" in f"_{name}_":
            return EntityDefinition(name, kind)
    is_slot = name == NAME or any(f"{{{name}}}" in phrase for phrase in phrases)
    return EntityDefinition(name, "name") if is_slot else None


def _merged(first: EntityDefinition, second: EntityDefinition) -> EntityDefinition:
    """Two blueprints' variables of one name: all words of both, when they are of one kind."""
    if first.kind != second.kind or not second.values:
        return first
    keys = {**first.values, **second.values}
    values = {key: tuple(dict.fromkeys((*first.values.get(key, ()), *second.values.get(key, ())))) for key in keys}
    return EntityDefinition(first.name, first.kind, values, first.pattern)


def _with_known_slots(intent: IntentDefinition, known: set[str]) -> IntentDefinition:
    """Without slots that nothing can find, and without the phrases that need one."""
    examples = tuple(each for each in intent.examples if set(_SLOT.findall(each)) <= known)
    return replace(intent, examples=examples, slots=tuple(slot for slot in intent.slots if slot in known))


def _without_doubles(intents: Sequence[IntentDefinition]) -> list[IntentDefinition]:
    """Each phrase in the first intent that has it: two blueprints may share a noun."""
    seen: set[str] = set()
    kept = []
    for intent in intents:
        examples = tuple(each for each in intent.examples if normalised(each) not in seen)
        seen |= {normalised(each) for each in examples}
        kept.append(replace(intent, examples=examples))
    return kept
