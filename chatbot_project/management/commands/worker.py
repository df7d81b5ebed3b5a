"""A Celery worker of one queue, with the options that it needs and that are easily forgotten."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from chatbot_project.reachable import require_mongodb, require_queue, require_redis


class Command(BaseCommand):
    help = "Starts the Celery worker of one queue (one process per queue; it becomes the worker and does not return)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        queues = (settings.QUEUE_INFRASTRUCTURE, settings.QUEUE_BACKGROUND)
        parser.add_argument("--queue", choices=queues, required=True, help="Which queue to work on.")
        parser.add_argument("--concurrency", type=int, help="Child processes (setting <QUEUE>_CONCURRENCY).")
        parser.add_argument("--name", help="Name of the node; must be unique (default <queue>@<host>).")

    def handle(self, *args: Any, **options: Any) -> None:
        queue = str(options["queue"])
        require_mongodb()
        require_redis()
        require_queue(queue)
        concurrency = options["concurrency"] or settings.WORKER_CONCURRENCY[queue]
        command = celery_command(queue, concurrency, options["name"] or f"{queue}@%h")
        self.stdout.flush()
        os.execve(command[0], command, {**os.environ, "INFRACHAT_PROCESS": queue})  # noqa: S606 (no shell is meant)


def celery_command(queue: str, concurrency: int, name: str) -> list[str]:
    """The command line of the worker.

    Prefork, for a task may hold its process for hours and must be killable alone; `fair`, so that no task waits behind
    a long one in a child's own pipe; no mingle and gossip, which need a fan-out that SQS has not.
    """
    return [
        sys.executable,
        "-m",
        "celery",
        "--app=chatbot_project.celery",
        "--quiet",
        "worker",
        f"--queues={queue}",
        f"--hostname={name}",
        f"--concurrency={concurrency}",
        f"--loglevel={settings.LOG_LEVEL}",
        "--pool=prefork",
        "-O",
        "fair",
        "--without-mingle",
        "--without-gossip",
    ]
