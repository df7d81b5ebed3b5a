"""`manage.py nlu_archive`: what background workers do by themselves, at once and told line by line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pymongo.errors import PyMongoError

from nlu.archive.base import Archive, ArchiveAway, current_archive
from nlu.archive.keeping import Kept, archive_forget, model_check, model_keep
from nlu.models import NluModel


class Command(BaseCommand):
    help = "Archive the trained versions that are not archived yet, and restore those whose file is lost or damaged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="read every file and every copy first")
        parser.add_argument("--again", action="store_true", help="the archive is a new one: archive everything again")

    def handle(self, *args: Any, **options: Any) -> None:
        archive = current_archive()
        if archive is None:
            raise CommandError("No archive is configured: set ARCHIVE_BUCKET and the keys that go with it.")
        try:
            problems = self._handle(archive, check=options["check"], again=options["again"])
        except ArchiveAway as error:
            raise CommandError(str(error)) from None
        except PyMongoError as error:
            raise CommandError(f"MongoDB does not answer ({str(error)[:120]}). See MONGODB_URI.") from None
        if problems:
            raise CommandError(f"{problems} versions are not as they should be; see above.")

    def _handle(self, archive: Archive, *, check: bool, again: bool) -> int:
        """How many versions have a problem."""
        if again:
            archive_forget()
        problems = 0
        for model in NluModel.objects.order_by("bot_id", "number"):
            if check:
                model_check(model.pk, archive)
            kept = model_keep(model.pk, archive)
            model.refresh_from_db()
            problems += kept is Kept.PROBLEM
            self.stdout.write(f"{model}: {kept}{'. ' if model.archive_problem else ''}{model.archive_problem}")
        return problems
