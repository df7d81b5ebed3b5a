"""An operator's word that a machine is gone for good."""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orchestrator.elsewhere import host_give_up
from orchestrator.hosts import host_alive, hosts_known


class Command(BaseCommand):
    help = (
        "Says that a machine is gone for good, with every process that was started there until now. Jobs that wait for "
        "it are looked into by other workers. If a process does still run there, both may change the same things."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("host", help="its name, as jobs that wait for it say it")
        parser.add_argument("--force", action="store_true", help="although a worker of it was heard of just now")

    def handle(self, *args: Any, **options: Any) -> None:
        host = str(options["host"])
        known = hosts_known()
        if host not in known:
            raise CommandError(f"Nothing was ever started on {host!r}. Known machines: {', '.join(known) or 'none'}.")
        if host_alive(host) and not options["force"]:
            raise CommandError(f"A worker of {host} was heard of just now. Stop it first, or use --force.")
        freed = host_give_up(host, getpass.getuser())
        self.stdout.write(f"{host} is given up.")
        for job in freed:
            self.stdout.write(f"  goes on: {job['title']} ({job['_id']})")
        if not freed:
            self.stdout.write("  No job was waiting for it.")
