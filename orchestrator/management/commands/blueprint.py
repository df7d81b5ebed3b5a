"""`manage.py blueprint`: add any Terraform module to the catalogue, look at and change how people ask for it."""

import getpass
import os
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pymongo.errors import PyMongoError

from orchestrator.catalog.adding import allowances, uploads
from orchestrator.catalog.adding.editing import blueprint_text, upload_of_edit
from orchestrator.catalog.adding.findings import Finding
from orchestrator.catalog.archive import packed
from orchestrator.catalog.errors import CatalogError
from orchestrator.catalog.manifest import text_read
from orchestrator.errors import OrchestratorError
from orchestrator.types import Actor


class Command(BaseCommand):
    help = "Add a Terraform module as a blueprint, and see to how people ask for it and what it may do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        wishes = parser.add_subparsers(dest="wish", required=True)
        add = wishes.add_parser("add", help="check a module's directory or archive and store it as a blueprint")
        add.add_argument("path", type=Path, help="a module's directory, or a zip or tar of one; unmodified")
        add.add_argument("--name", default="", help="the blueprint's name (default: told from the path)")
        add.add_argument("--manifest", type=Path, help="its blueprint.yaml (default: the module's own, or a draft)")
        show = wishes.add_parser("manifest", help="print a blueprint's blueprint.yaml, to be edited")
        show.add_argument("name")
        edit = wishes.add_parser("edit", help="store a new version with another blueprint.yaml")
        edit.add_argument("name")
        edit.add_argument("manifest", type=Path)
        allow = wishes.add_parser("allow", help="allow one blueprint's modules what `add` refused, by its key")
        allow.add_argument("name")
        allow.add_argument("key", help="such as provisioner:local-exec or provider:hashicorp/external")
        allow.add_argument("--reason", default="", help="why, for whoever asks later")
        forbid = wishes.add_parser("forbid", help="take an allowance back; stored versions stay")
        forbid.add_argument("name")
        forbid.add_argument("key")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['wish']}")(options)
        except (CatalogError, OrchestratorError) as error:
            raise CommandError(str(error)) from None
        except PyMongoError as error:
            raise CommandError(
                f"MongoDB does not answer ({str(error)[:120]}). Is it running? See MONGODB_URI."
            ) from None

    def _add(self, options: dict[str, Any]) -> None:
        from orchestrator.catalog.adding.unpacking import files_of_path

        path: Path = options["path"].expanduser()
        if not path.exists():
            raise CommandError(f"There is nothing at {path}. Give a module's directory or archive.")
        manifest = text_read(options["manifest"]) if options["manifest"] else ""
        upload_id = uploads.upload_add(
            file_name=path.resolve().name,
            content=packed(files_of_path(path)),
            by=_actor(),
            name=options["name"],
            manifest=manifest,
            wake=False,
        )
        self._look(upload_id)

    def _edit(self, options: dict[str, Any]) -> None:
        text = text_read(options["manifest"])
        self._look(upload_of_edit(name=options["name"], manifest=text, by=_actor(), wake=False))

    def _manifest(self, options: dict[str, Any]) -> None:
        self.stdout.write(blueprint_text(options["name"]), ending="")

    def _allow(self, options: dict[str, Any]) -> None:
        finding = Finding(options["key"], "")
        allowances.allowance_add(blueprint=options["name"], finding=finding, by=_actor(), reason=options["reason"])
        self.stdout.write(f"{options['name']} may: {options['key']}. Add the module again.")

    def _forbid(self, options: dict[str, Any]) -> None:
        if not allowances.allowance_remove(blueprint=options["name"], key=options["key"]):
            raise CommandError(f"{options['name']} was never allowed {options['key']}.")
        self.stdout.write(
            f"{options['name']} may no longer: {options['key']}. Versions that are stored stay as they are."
        )

    def _look(self, upload_id: str) -> None:
        from orchestrator.catalog.adding.checks import upload_check
        from orchestrator.catalog.adding.desk import desk_of_command

        state = upload_check(upload_id, owner=f"blueprint@{socket.gethostname()}:{os.getpid()}", desk=desk_of_command())
        row = uploads.upload_get(upload_id)
        if state == uploads.STORED:
            self._stored(row)
            return
        name = row["name"]
        lines = [row["problem"]] if row["problem"] else []
        for each in row["findings"]:
            how = (
                f"\n  may be allowed with: manage.py blueprint allow {name} '{each['key']}'"
                if each["allowable"]
                else ""
            )
            lines.append(f"{each['sentence']}{how}")
        raise CommandError("\n".join([f"{name} was not added.", *lines]))

    def _stored(self, row: dict[str, Any]) -> None:
        self.stdout.write(self.style.SUCCESS(f"{row['name']} is stored as version {row['digest'][:12]}."))
        self.stdout.write(
            "The scheduler has the bots learn it now; `manage.py train_nlu` does so at once.\n"
            f"How people ask for it: manage.py blueprint manifest {row['name']} > blueprint.yaml; edit that, then\n"
            f"manage.py blueprint edit {row['name']} blueprint.yaml"
        )


def _actor() -> Actor:
    return Actor(id=None, name=f"{getpass.getuser()} (manage.py)")
