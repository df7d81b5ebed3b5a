"""What bots learn: the stored catalogue. Connects training to it and to the background workers."""

from django.utils.translation import gettext as _

from nlu import outside
from nlu import selectors as nlu
from nlu.errors import TrainingUnderway
from nlu.outside import TrainingSource
from nlu.runs.requests import training_request
from nlu.sweeps import archive_sweep, training_sweep
from nlu.types import Person, TrainingError
from orchestrator import background, events, selectors, services

from .bots.offers import actions_offered, blueprint_part, blueprints_offered, catalogue_parts


def register() -> None:
    """Called once, when the app is ready."""
    outside.connect(training_source=training_source, task_promise=background.task_promise)
    outside.connect_parts(catalogue_parts)
    events.on_sweep("training runs", training_sweep)
    events.on_sweep("archive of versions", archive_sweep)
    events.on_sweep("blueprints to learn", blueprints_teach)


def blueprints_teach() -> int:
    """Have every bot trained that answers already and offers what was added; how many blueprints are being learned.

    A bot that is being trained right now may have begun too early: it is asked again at the next round.
    """
    untaught = selectors.blueprints_untaught()
    if not untaught:
        return 0
    parts = {blueprint_part(name) for name in untaught}
    concerned = [
        each for each in nlu.bot_settings_list() if each.is_trained and (each.all_parts or parts & {*each.parts})
    ]
    try:
        for each in concerned:
            training_request(bot=each.name, asked_by=Person(None, _("the catalogue")))
    except TrainingUnderway:
        return 0
    services.blueprints_taught(untaught)
    return len(untaught)


def training_source(bot: str) -> TrainingSource:
    """What the bot offers of the catalogue as it is now. Raises TrainingError when there is nothing to learn."""
    # Late: of all processes only those that train need it.
    from .training_data import training_data_build, training_titles

    blueprints, actions = selectors.blueprints_list(), selectors.actions_list()
    if not blueprints and not actions:
        raise TrainingError(
            _("The catalogue is empty, so there is nothing to train on: run `manage.py provision` first.")
        )
    bot_settings = nlu.bot_settings(bot)
    if bot_settings is not None:
        blueprints = blueprints_offered(bot_settings, blueprints)
        actions = actions_offered(bot_settings, actions)
    data = training_data_build(blueprints, actions, selectors.environments_list())
    return TrainingSource(data, training_titles(blueprints, actions))
