"""Queues, buckets and the catalogue, made or brought up to date. Repeat it as often as you like."""

from argparse import ArgumentParser
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from chatbot_project.broker.address import address
from chatbot_project.broker.visibility import sqs_client
from chatbot_project.provisioning.buckets import archive_client, bucket_provision, store_client
from chatbot_project.provisioning.queues import queue_provision
from chatbot_project.reachable import require_mongodb

PARTS = ("queues", "buckets", "catalogue")


class Command(BaseCommand):
    help = "Makes the queues, the buckets and the catalogue of blueprints and actions, or brings them up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", action="append", choices=PARTS, help="Just this part; may be repeated.")

    def handle(self, *args: Any, **options: Any) -> None:
        for part in options["only"] or PARTS:
            try:
                getattr(self, f"_{part}")()
            except (BotoCoreError, ClientError) as error:
                raise CommandError(f"The {part} could not be made: {error}") from None
            except ImproperlyConfigured as error:
                raise CommandError(str(error)) from None

    def _queues(self) -> None:
        broker = address()
        client = sqs_client(broker)
        for queue in (settings.QUEUE_INFRASTRUCTURE, settings.QUEUE_BACKGROUND):
            queue_provision(
                client,
                broker,
                queue,
                visibility_seconds=settings.SQS_VISIBILITY_SECONDS,
                max_receives=settings.SQS_MAX_RECEIVES,
            )
            self.stdout.write(f"queue {broker.queue_name(queue)} with dead letters in {broker.dead_letter_name(queue)}")

    def _buckets(self) -> None:
        store = (store_client(), settings.STORE_REGION)
        buckets = {settings.STATE_BUCKET: store, settings.ARTEFACT_BUCKET: store}
        if settings.ARCHIVE_BUCKET:
            buckets[settings.ARCHIVE_BUCKET] = (archive_client(), settings.ARCHIVE_REGION)
        for name, (client, region) in buckets.items():
            bucket_provision(client, name, region)
            self.stdout.write(f"bucket {name}: versioned, encrypted, closed to the public")

    def _catalogue(self) -> None:
        from orchestrator.catalog.sync import catalog_sync

        require_mongodb()
        synced = catalog_sync()
        self.stdout.write(f"catalogue: {synced.blueprints} blueprints, {synced.actions} actions")
