"""Waking workers over the queue. Knows Celery, not the tasks: a message carries an id and nothing else."""

import logging
from typing import Any

from celery import Celery
from django.conf import settings
from django.utils.module_loading import import_string

from .errors import QueueUnavailable

logger = logging.getLogger(__name__)

RUN_JOB = "orchestrator.run_job"


def publish_job(job_id: str) -> None:
    """Tell the infrastructure workers to look at this job. Raises QueueUnavailable.

    It may take ten seconds when the queue hangs: never call it where somebody waits.
    """
    _send(RUN_JOB, job_id, settings.QUEUE_INFRASTRUCTURE)


def publish_task(task: str, argument: str) -> None:
    """Tell the background workers to run a task of this name. Raises QueueUnavailable, as late as `publish_job`."""
    _send(task, argument, settings.QUEUE_BACKGROUND)


def publish_infrastructure_task(task: str, argument: str) -> None:
    """Tell the infrastructure workers to run a task of this name. Raises QueueUnavailable, as late as `publish_job`."""
    _send(task, argument, settings.QUEUE_INFRASTRUCTURE)


def waiting() -> int:
    """About how many messages wait for an infrastructure worker. Raises QueueUnavailable."""
    queue = settings.QUEUE_INFRASTRUCTURE
    try:
        with application().connection_for_write() as connection:
            channel: Any = connection.default_channel
            return int(channel.queue_declare(queue, passive=True).message_count)
    except Exception as error:
        raise QueueUnavailable(f"The queue {queue} cannot be reached ({_first_line(error)}).") from error


def application() -> Celery:
    """The Celery application of the composition, loaded by the path in the settings."""
    app: Any = import_string(settings.CELERY_APP)
    return app  # type: ignore[no-any-return]


def _send(task: str, argument: str, queue: str) -> None:
    try:
        application().send_task(task, args=[argument], queue=queue, retry=False)
    except Exception as error:  # kombu lets errors of botocore, of sockets and its own through
        raise QueueUnavailable(f"The queue cannot be reached ({_first_line(error)}).") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
