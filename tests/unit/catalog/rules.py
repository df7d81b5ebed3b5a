"""What every blueprint and action that people are offered must keep, beyond loading."""

from orchestrator.catalog.validation import values_clean
from orchestrator.types import ActionView, BlueprintView

FEWEST_PHRASES = 15


def blueprint_is_fit(view: BlueprintView) -> None:
    assert len(set(view.phrases)) >= FEWEST_PHRASES, f"{view.name} has too few phrases to be recognised by"
    assert all(each.description for each in view.variables), f"{view.name} has a variable without a description"
    assert values_clean(view.variables, {"name": "acme-reports"}, False) == {"name": "acme-reports"}


def action_is_fit(view: ActionView) -> None:
    assert len(set(view.phrases)) >= FEWEST_PHRASES, f"{view.name} has too few phrases to be recognised by"
