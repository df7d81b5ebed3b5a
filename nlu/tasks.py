"""Celery's view of language understanding: decode, call one function, encode."""

import logging
import os
from functools import cache
from uuid import UUID

from celery import shared_task
from django.conf import settings
from pymongo.errors import PyMongoError

from .archive import sweep
from .archive.base import current_archive
from .errors import ModelNotFound
from .runs import requests

logger = logging.getLogger(__name__)


@shared_task(name=requests.TASK, max_retries=None)
def train_task(run_id: str) -> str:
    """Work off the training run named by a message; what became of it.

    Raises ValueError when the message names no run: it was not made here, and will be a dead letter.
    """
    from .runs.execution import run_execute  # the engine is a large import; the parent does without
    from .storage import artefacts_tidy

    run_id = str(UUID(run_id))
    try:
        state = run_execute(run_id, _owner())
        artefacts_tidy()
    except PyMongoError as error:
        logger.warning("MongoDB is away, the training will be found again: %s", str(error)[:200])
        return "MongoDB is away"
    outcome = state.value if state else "nothing to do"
    logger.info("training run: %s", outcome, extra={"run_id": run_id})
    return outcome


@shared_task(name=sweep.TASK, max_retries=None)
def archive_task(model_id: str) -> str:
    """See to the archive's copy of the version named by a message; what became of it. Raises ValueError as above."""
    from .archive.keeping import model_keep

    model_id = str(UUID(model_id))
    archive = current_archive()
    if archive is None:
        return "no archive"
    try:
        return model_keep(model_id, archive).value
    except ModelNotFound:
        return "no such version"
    except PyMongoError as error:
        logger.warning("MongoDB is away, the version will be archived later: %s", str(error)[:200])
        return "MongoDB is away"


@cache
def _owner() -> str:
    """This child process, uniquely even when its number is used again."""
    return f"{settings.PROCESS_ROLE}@{settings.WORKER_HOST}:{os.getpid()}"
