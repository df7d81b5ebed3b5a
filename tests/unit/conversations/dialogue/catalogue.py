"""The real catalogue and environments, read from their files: what the bot of a new installation offers."""

from functools import cache
from typing import Any

from conversations.dialogue.world import ValuesCheck
from conversations.training_data import training_data_build
from nlu.types import TrainingData
from orchestrator.catalog.loader import blueprints_load
from orchestrator.catalog.validation import values_clean
from orchestrator.environments import DEFAULTS
from orchestrator.errors import InvalidValues
from orchestrator.states import JobKind, Risk
from orchestrator.types import ActionView, BlueprintView, EnvironmentView


@cache
def blueprints() -> list[BlueprintView]:
    return [each.view for each in blueprints_load()]


@cache
def actions() -> list[ActionView]:
    from orchestrator.catalog.action_files import actions_load

    return [each.view for each in actions_load()]


@cache
def environments() -> list[EnvironmentView]:
    return [
        EnvironmentView(
            name=each["_id"],
            title=each["title"],
            region=each["region"],
            minimum_risk=Risk(each["minimum_risk"]),
            synonyms=tuple(each["synonyms"]),
            is_default=each["is_default"],
        )
        for each in DEFAULTS
    ]


@cache
def training_data() -> TrainingData:
    return training_data_build(blueprints(), actions(), environments())


def check(kind: JobKind, subject: str, values: dict[str, Any]) -> ValuesCheck:
    """What `orchestrator.services.values_validate(partial=True)` does, without a database."""
    views = actions() if kind is JobKind.ACTION else blueprints()
    variables = next(each.variables for each in views if each.name == subject)
    try:
        return ValuesCheck(values_clean(variables, values, partial=True))
    except InvalidValues as refused:
        good = {name: value for name, value in values.items() if name not in refused.errors}
        return ValuesCheck(good, dict(refused.errors))
