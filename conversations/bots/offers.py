"""The part of the catalogue that a bot offers, in the dialogue and in its training."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nlu.types import BotSettings, Understanding
from orchestrator import selectors
from orchestrator.types import ActionView, BlueprintView


def blueprints_offered(settings: BotSettings, blueprints: Iterable[BlueprintView]) -> list[BlueprintView]:
    return [each for each in blueprints if settings.all_parts or blueprint_part(each.name) in settings.parts]


def actions_offered(settings: BotSettings, actions: Iterable[ActionView]) -> list[ActionView]:
    return [each for each in actions if settings.all_parts or action_part(each.name) in settings.parts]


def catalogue_parts() -> Sequence[tuple[str, str]]:
    """What a bot may offer, with a title for people."""
    blueprints = [(blueprint_part(each.name), each.title) for each in selectors.blueprints_list()]
    return [*blueprints, *((action_part(each.name), each.title) for each in selectors.actions_list())]


def blueprint_part(name: str) -> str:
    return f"blueprint.{name}"


def action_part(name: str) -> str:
    return f"action.{name}"


def by_threshold(understanding: Understanding, threshold: float | None) -> Understanding:
    """The same, with no intent when the bot wants to be surer than its training: never with one it had not."""
    if threshold is None or threshold <= understanding.threshold:
        return understanding
    intent = understanding.intent if understanding.confidence >= threshold else None
    return replace(understanding, intent=intent, threshold=threshold)
