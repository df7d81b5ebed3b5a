"""`manage.py train_nlu`: teach a bot the catalogue's phrases and let it answer with them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pymongo.errors import PyMongoError

from conversations.training_data import training_data_build, training_titles
from nlu import services as nlu
from nlu.types import NluModelView, TrainingData, TrainingError
from orchestrator import selectors


class Command(BaseCommand):
    help = "Train a bot on the phrases of the stored blueprints, actions and environments, and activate the result."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bot", default="default", help="which bot to train (default: %(default)s)")
        parser.add_argument("--if-changed", action="store_true", help="do nothing when the active model knows all this")
        parser.add_argument("--no-activate", action="store_true", help="store the model, but go on with the active one")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._handle(options)
        except PyMongoError as error:
            raise CommandError(
                f"MongoDB does not answer ({str(error)[:120]}). Is it running? See MONGODB_URI."
            ) from None

    def _handle(self, options: dict[str, Any]) -> None:
        blueprints, actions = selectors.blueprints_list(), selectors.actions_list()
        if not blueprints and not actions:
            raise CommandError(
                "The catalogue is empty, so there is nothing to train on: run `manage.py provision` first."
            )
        data = training_data_build(blueprints, actions, selectors.environments_list())
        if options["if_changed"] and nlu.trained_on(bot=options["bot"], data=data):
            self.stdout.write(f"The active model of {options['bot']} knows all this already.")
            return
        titles = training_titles(blueprints, actions)
        model = self._train(options["bot"], data, titles, activate=not options["no_activate"])
        self.stdout.write(self.style.SUCCESS(_summary(options["bot"], model, data)))

    def _train(self, bot: str, data: TrainingData, titles: dict[str, str], *, activate: bool) -> NluModelView:
        def progress(sentence: str, share: float) -> None:
            self.stdout.write(f"{share:4.0%}  {sentence}")

        try:
            return nlu.train(bot=bot, data=data, activate=activate, progress=progress, titles=titles)
        except TrainingError as error:
            raise CommandError(f"Nothing was trained. {error}") from error


def _summary(bot: str, model: NluModelView, data: TrainingData) -> str:
    phrases = sum(len(each.examples) for each in data.intents)
    return f"Model {model.id} of {bot}: {len(data.intents)} intents, {phrases} phrases."
