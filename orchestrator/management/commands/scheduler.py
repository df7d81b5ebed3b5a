"""The scheduler: publishes wake-ups, repeats what was lost, expires plans."""

import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pymongo.errors import PyMongoError

from chatbot_project.mongo.connections import client
from orchestrator import queue, scheduling
from orchestrator.errors import QueueUnavailable
from orchestrator.stopping import stop_on_signals

_LONGEST_TRANSACTION_SECONDS = 15


class Command(BaseCommand):
    help = "Runs the scheduler until it is interrupted. Any number of them may run at once."

    def handle(self, *args: Any, **options: Any) -> None:
        self._require_servers()
        self._warn_of_long_transactions()
        stop = threading.Event()
        stop_on_signals(stop)
        scheduling.run(stop)

    def _require_servers(self) -> None:
        """At start a missing server is a mistake to be told; later it is an outage to be waited for."""
        try:
            client().admin.command("ping")
        except PyMongoError as error:
            raise CommandError(f"MongoDB does not answer ({_short(error)}). Is it running? See MONGODB_URI.") from None
        try:
            queue.waiting()
        except QueueUnavailable as error:
            raise CommandError(
                f"{error} Is SQS running (see CELERY_BROKER_URL), and were the queues made (manage.py provision)?"
            ) from None

    def _warn_of_long_transactions(self) -> None:
        """Who dies in a transaction keeps its job locked for so long, whatever the lease says."""
        name = "transactionLifetimeLimitSeconds"
        try:
            seconds = int(client().admin.command({"getParameter": 1, name: 1})[name])
        except PyMongoError:
            return  # not every user may ask
        if seconds > _LONGEST_TRANSACTION_SECONDS:
            self.stderr.write(
                f"MongoDB lets the transaction of a dead process hold its job for up to {seconds * 1.5:.0f} s. "
                f"Start mongod with --setParameter {name}=5."
            )


def _short(error: Exception) -> str:
    return str(error).split(", Timeout:")[0].split("(configured")[0].strip()[:200]
