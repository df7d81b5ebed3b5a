"""Schema, queues, buckets, catalogue, demo accounts and a trained model for the development stack."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Prepares the servers of the development stack (`make run` calls it; repeat it as often as you like)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--state", type=Path, required=True, help="Directory of the stack.")
        parser.add_argument("--wait-for", action="append", default=[], help="A condition to wait for: tcp:6379.")
        parser.add_argument("--mongod-port", type=int, help="Make the mongod on this port a replica set first.")
        parser.add_argument("--emulated-cloud", action="store_true", help="Retire stacks when the cloud is a new one.")

    def handle(self, *args: Any, **options: Any) -> None:
        from chatbot_project.devstack.prepare import prepare

        prepare(
            options["state"],
            wait_for=options["wait_for"],
            mongod_port=options["mongod_port"],
            own_cloud=options["emulated_cloud"],
            say=self.stdout.write,
        )
