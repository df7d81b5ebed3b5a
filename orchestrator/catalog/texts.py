"""Every text of what comes with the product that people read and that no program's code has: of blueprints, actions,
the shipped rules, the kinds of resources and the prices. `make messages` collects them (translated.py reads them).
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestrator.assessing.kinds import kind_of, kinds_known
from orchestrator.assessing.prices import prices_load
from orchestrator.documents import words
from orchestrator.executors.terraform.sentences import noun_of, plural_of
from orchestrator.policy.ruleset import rules_shipped
from orchestrator.states import JobState, Risk
from orchestrator.types import ActionView, BlueprintView, Variable

from .action_files import actions_load
from .loader import BLUEPRINTS, blueprints_load
from .schema import label_of, sections_of

_RESOURCE = re.compile(r'^resource "(\w+)"', re.MULTILINE)
_MESSAGE = re.compile(r'"message": \[("(?:[^"\\]|\\.)*")')
_TOLD = frozenset({"missing", "several", "item", "because", "template", "empty", "preview"})


def texts() -> list[str]:
    """The texts, each once and in order."""
    actions = actions_load()
    views: list[BlueprintView | ActionView] = [
        *(each.view for each in blueprints_load()),
        *(each.view for each in actions),
    ]
    found = [text for each in views for text in _of_view(each)]
    found += [text for each in actions for text in _told(each.definition)]
    found += [str(json.loads(each)) for rule in rules_shipped() for each in _MESSAGE.findall(rule.source)]
    found += [each.spared for each in kinds_known().values()]
    found += [*prices_load().usage.values(), *(str(each.get("usage", "")) for each in prices_load().resources.values())]
    found += [each.value for each in Risk] + [words(each) for each in JobState]
    return sorted({each for each in found if each})


def variable_names() -> list[str]:
    """Of all variables: what a form calls them is made of these."""
    views: list[BlueprintView | ActionView] = [
        *(each.view for each in blueprints_load()),
        *(each.view for each in actions_load()),
    ]
    return sorted({each.name for view in views for each in view.variables})


def things() -> list[tuple[str, str]]:
    """What kinds of resources are called, one and several of them."""
    types = sorted({*kinds_known(), *(each for path in BLUEPRINTS.glob("*/module/*.tf") for each in _types(path))})
    plain = {noun_of(each): plural_of(noun_of(each)) for each in types}
    return sorted((plain | {kind_of(each).noun: kind_of(each).plural for each in types}).items())


def _views() -> list[BlueprintView | ActionView]:
    return [*(each.view for each in blueprints_load()), *(each.view for each in actions_load())]


def _types(path: Path) -> list[str]:
    return _RESOURCE.findall(path.read_text(encoding="utf-8"))


def _of_view(view: BlueprintView | ActionView) -> Iterator[str]:
    yield from (view.title, view.description)
    if isinstance(view, BlueprintView):
        yield view.noun
    yield from (section["title"] for section in sections_of(view))
    for each in view.variables:
        yield from _of_variable(each)


def _of_variable(variable: Variable) -> Iterator[str]:
    yield from (label_of(variable.name), variable.description)
    yield from (each["error_message"] for each in variable.validations)


def _told(value: Any) -> Iterator[str]:
    """The templates of an action's file, wherever they stand."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name in _TOLD and isinstance(each, str):
                yield each
            else:
                yield from _told(each)
    elif isinstance(value, list):
        for each in value:
            yield from _told(each)
