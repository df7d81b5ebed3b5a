"""`manage.py train_nlu`: teach a bot the catalogue's phrases and let it answer with them."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from pymongo.errors import PyMongoError

from conversations.training import training_source
from nlu import services as nlu
from nlu.errors import NluError, TrainingUnderway
from nlu.runs.states import UNFINISHED, RunState
from nlu.types import Person, TrainingError

_LOOK_SECONDS = 0.5


class Command(BaseCommand):
    help = "Train a bot on the phrases of the stored blueprints, actions and environments, and activate the result."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bot", default="default", help="which bot to train (default: %(default)s)")
        parser.add_argument("--if-changed", action="store_true", help="do nothing when the active model knows all this")
        parser.add_argument("--no-activate", action="store_true", help="store the model, but go on with the active one")
        parser.add_argument(
            "--roll-back", action="store_true", help="train nothing: let the version answer again that did before"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._roll_back(options["bot"]) if options["roll_back"] else self._handle(options)
        except (NluError, TrainingError) as error:
            raise CommandError(error.detail) from None
        except PyMongoError as error:
            raise CommandError(
                f"MongoDB does not answer ({str(error)[:120]}). Is it running? See MONGODB_URI."
            ) from None

    def _handle(self, options: dict[str, Any]) -> None:
        bot = options["bot"]
        data = training_source(bot).data
        if options["if_changed"] and nlu.trained_on(bot=bot, data=data):
            self.stdout.write(f"The active model of {bot} knows all this already.")
            return
        run_id = self._request(bot, activate=not options["no_activate"])
        nlu.training_execute(run_id, _owner(), told=self._told)
        self._report(bot, nlu.training_run(run_id))

    def _request(self, bot: str, *, activate: bool) -> str:
        """A run of our own, once the one that may be underway has ended."""
        while True:
            try:
                return nlu.training_request(bot=bot, asked_by=_person(), activate=activate, wake=False)
            except TrainingUnderway as underway:
                if underway.run_id is not None:
                    self.stdout.write(f"{underway.detail} Waiting for that.")
                    self._await(underway.run_id)

    def _await(self, run_id: str) -> None:
        """Until a run has ended; one that its worker left is worked off here."""
        while nlu.training_run(run_id)["state"] in UNFINISHED:
            if nlu.training_execute(run_id, _owner(), told=self._told) is None:
                time.sleep(_LOOK_SECONDS)

    def _told(self, sentence: str, share: float) -> None:
        self.stdout.write(f"{share:4.0%}  {sentence}")

    def _report(self, bot: str, run: dict[str, Any]) -> None:
        if run["state"] == RunState.REFUSED:
            sentences = "\n".join(each["sentence"] for each in run["mistakes"])
            raise CommandError(f"Nothing was trained. {sentences}")
        if run["state"] == RunState.CANCELED:
            raise CommandError(f"Nothing was trained. {run['sentence']}")
        if run["state"] != RunState.SUCCEEDED:
            raise CommandError(f"Nothing was trained. {run['error'] or 'Another process has taken it over.'}")
        version = nlu.version_get(model_id=run["model_id"])
        intents, phrases = version.metrics["intents"], version.metrics["phrases"]
        self.stdout.write(
            self.style.SUCCESS(f"Version {version.number} of {bot}: {intents} intents, {phrases} phrases.")
        )

    def _roll_back(self, bot: str) -> None:
        version = nlu.model_roll_back(bot=bot, by=_person())
        self.stdout.write(self.style.SUCCESS(f"Version {version.number} of {bot} answers again."))


def _person() -> Person:
    return Person(None, "manage.py train_nlu")


def _owner() -> str:
    return f"train_nlu@{settings.WORKER_HOST}:{os.getpid()}"
