"""`manage.py nlu_export`: a bot's intents, entities and phrases as a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pymongo.errors import PyMongoError

from nlu.errors import NluError
from nlu.importing import WRITERS, export_text


class Command(BaseCommand):
    help = "Write a bot's own intents, entities and phrases as our YAML (reads back exactly) or as Rasa's."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bot", default="default", help="which bot (default: %(default)s)")
        parser.add_argument("--format", choices=sorted(WRITERS), default="yaml", help="(default: %(default)s)")
        parser.add_argument("--with-built-in", action="store_true", help="also what the catalogue brought")
        parser.add_argument("--output", type=Path, help="a file to write; without it, the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = export_text(bot=options["bot"], form=options["format"], built_in=options["with_built_in"])
        except NluError as error:
            raise CommandError(error.detail) from None
        except PyMongoError as error:
            raise CommandError(
                f"MongoDB does not answer ({str(error)[:120]}). Is it running? See MONGODB_URI."
            ) from None
        if options["output"] is None:
            self.stdout.write(text, ending="")
        else:
            options["output"].write_text(text, encoding="utf-8")
