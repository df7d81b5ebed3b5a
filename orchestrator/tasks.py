"""Celery's view of the orchestrator: decode, call one function, encode."""

import logging
import os
import threading
from functools import cache
from typing import Any
from uuid import UUID

from celery import Task, shared_task, signals
from celery.exceptions import Reject
from django.conf import settings
from pymongo.errors import PyMongoError

from . import shutdown
from .catalog.adding import uploads as blueprint_uploads
from .contexts import run_dirs_clean
from .executors import registry
from .failpoints import failpoint
from .hosts import this_host
from .processes import Presence
from .queue import RUN_JOB
from .revealing.requests import TASK as REVEAL_OUTPUT
from .runner import run_job

logger = logging.getLogger(__name__)

_presence: dict[str, Presence] = {}


@shared_task(name=RUN_JOB, bind=True, max_retries=None)
def run_job_task(self: Task[Any, Any], job_id: str) -> str:
    """Run the job named by a message; what became of it.

    Raises ValueError when the message names no job: it was not made here, and will be a dead letter. A worker that is
    ending gives its messages back, for another one to take at once.
    """
    if shutdown.requested():
        raise Reject("this worker is ending", requeue=True)
    try:
        job_id = str(UUID(job_id))
    except (ValueError, AttributeError, TypeError):
        raise ValueError(f"a message does not name a job: {str(job_id)[:100]!r}") from None
    failpoint("task.begun")
    try:
        outcome = run_job(job_id, owner=_owner(), executors=registry)
    except PyMongoError as error:
        # The scheduler finds the job again once MongoDB is back: nothing here has to be kept.
        logger.warning("MongoDB is away, the job will be found again: %s", str(error)[:200], extra={"job_id": job_id})
        return "MongoDB is away"
    logger.info("job: %s", outcome, extra={"job_id": job_id})
    failpoint("task.before_ack")
    return outcome


@shared_task(name=blueprint_uploads.TASK, max_retries=None)
def check_blueprint_task(upload_id: str) -> str:
    """Look at the uploaded module named by a message; what became of it.

    Raises ValueError when the message names no upload: it was not made here, and will be a dead letter.
    """
    from .catalog.adding.checks import upload_check  # the parent does without the grammar and the SDK
    from .catalog.adding.desk import desk_of_worker

    upload_id = str(UUID(upload_id))
    try:
        state = upload_check(upload_id, owner=_owner(), desk=desk_of_worker())
    except PyMongoError as error:
        logger.warning("MongoDB is away, the upload will be found again: %s", str(error)[:200])
        return "MongoDB is away"
    logger.info("uploaded blueprint: %s", state or "nothing to do", extra={"upload_id": upload_id})
    return state or "nothing to do"


@shared_task(name=REVEAL_OUTPUT, max_retries=None)
def reveal_output_task(reveal_id: str) -> str:
    """Answer the request for a secret output named by a message; what became of it.

    Raises ValueError when the message names no request: it was not made here, and will be a dead letter.
    """
    from .revealing.answering import reveal_answer  # the parent does without OpenSSL and the SDK

    reveal_id = str(UUID(reveal_id))
    try:
        state = reveal_answer(reveal_id)
    except PyMongoError as error:
        logger.warning("MongoDB is away, nobody hears the answer: %s", str(error)[:200])
        return "MongoDB is away"
    logger.info("secret output: %s", state or "nothing to do", extra={"reveal_id": reveal_id})
    return state or "nothing to do"


@cache
def _owner() -> str:
    """This child process, uniquely even when its number is used again."""
    return f"{settings.PROCESS_ROLE}@{this_host()}:{os.getpid()}"


@signals.worker_ready.connect
def presence_begin(sender: Any = None, **kwargs: Any) -> None:
    presence = Presence(settings.PROCESS_ROLE, getattr(sender, "hostname", None))
    _presence["worker"] = presence
    presence.start()
    if settings.PROCESS_ROLE == settings.QUEUE_INFRASTRUCTURE:
        threading.Thread(target=_clean, daemon=True, name="run-directories").start()


@signals.worker_shutting_down.connect
def end_soon(**kwargs: Any) -> None:
    """In the parent, when it is told to stop: nothing new is taken, and short work has a moment to end by itself."""
    timer = threading.Timer(settings.SHUTDOWN_GRACE_SECONDS, shutdown.request, (settings.WORKER_SHUTDOWN,))
    timer.daemon = True
    timer.start()


@signals.worker_shutdown.connect
def presence_end(**kwargs: Any) -> None:
    presence = _presence.pop("worker", None)
    if presence is not None:
        presence.stop()


def _clean() -> None:
    try:
        run_dirs_clean()
    except (PyMongoError, OSError) as error:
        logger.warning("old run directories stay for now: %s", str(error)[:200])
