"""`manage.py nlu_import`: training data from files of several formats into a bot's own rows."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pymongo.errors import PyMongoError

from nlu.errors import NluError
from nlu.exchange import files_at
from nlu.import_plan import ADD, CHANGE, REMOVE, SAME, SKIP, ImportPlan
from nlu.importing import import_apply, import_preview

_SIGNS = {ADD: "+", CHANGE: "~", REMOVE: "-", SKIP: "!"}


class Command(BaseCommand):
    help = (
        "Import intents, entities and phrases from our YAML, Rasa (YAML or JSON), Dialogflow (zip or folder), LUIS, "
        "CLU or Snips. All or nothing; importing twice adds nothing. Train the bot afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a file, a zip or a folder")
        parser.add_argument("--bot", default="default", help="which bot learns it (default: %(default)s)")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--replace", action="store_true", help="remove own rows that are not in the files")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = files_at(options["path"])
            do = import_preview if options["dry_run"] else import_apply
            plan = do(bot=options["bot"], files=files, replace=options["replace"])
        except NluError as error:
            raise CommandError(f"Nothing was imported. {error.detail}") from None
        except PyMongoError as error:
            raise CommandError(
                f"MongoDB does not answer ({str(error)[:120]}). Is it running? See MONGODB_URI."
            ) from None
        self._tell(plan, is_rehearsal=options["dry_run"])

    def _tell(self, plan: ImportPlan, *, is_rehearsal: bool) -> None:
        for each in plan.changes:
            if each.action != SAME:
                why = f" ({each.why})" if each.why else ""
                self.stdout.write(f"{_SIGNS[each.action]} {each.kind} {each.name}{why}")
        for note in plan.notes:
            self.stdout.write(f"not taken over: {note}")
        for warning in plan.warnings:
            self.stdout.write(self.style.WARNING(f"the next training would refuse: {warning}"))
        counts = plan.counts()
        lead = "Would be" if is_rehearsal else "Done:"
        self.stdout.write(
            self.style.SUCCESS(
                f"{lead} {counts[ADD]} added, {counts[CHANGE]} changed, {counts[REMOVE]} removed, "
                f"{counts[SKIP]} skipped; {counts[SAME]} were there already."
            )
        )
